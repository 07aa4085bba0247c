import { normalQuantile, twoSidedZ } from "../core/distributions.js";
import { proportionChange, wilsonInterval } from "../core/proportion-intervals.js";
import { LEAST_EXPECTED } from "./chi-square.js";
import type { DriftSettings } from "./drift-settings.js";
import { fisher } from "./fisher.js";
import { z as proportionsZ } from "./proportions-z.js";
import type { Finding } from "./verdict.js";

interface Missing {
  n: number;
  missing: number;
}

/**
 * Whether the share of missing rows changed: the two-proportion z-test (pooled), Fisher's exact test where a count is
 * expected below 5, and Newcombe's interval of the difference. Null where nothing is missing: there is nothing to test.
 */
export function compareMissing(reference: Missing, current: Missing, settings: DriftSettings): Finding | null {
  const { alpha, threshold } = settings;
  const [n, m] = [reference.n, current.n];
  const missing = reference.missing + current.missing;
  if (missing === 0) return null;
  const z = twoSidedZ(1 - alpha);
  const change = proportionChange(wilsonInterval(reference.missing, n, z), wilsonInterval(current.missing, m, z));
  const effect = {
    name: "missing_rate" as const,
    value: change.delta,
    lower: change.low,
    upper: change.high,
    threshold,
  };
  if (n === 0 || m === 0) return { test: "z", p: null, effect, n: 0, rowsNeeded: null };
  const pooled = missing / (n + m);
  const exact = Math.min(pooled, 1 - pooled) * Math.min(n, m) < LEAST_EXPECTED;
  return {
    test: exact ? "fisher" : "z",
    p: (exact ? fisherTest : zTest)(reference, current).p,
    effect,
    n: Math.min(n, m),
    rowsNeeded: rowsNeeded(pooled, z, threshold),
  };
}

const zTest = (a: Missing, b: Missing) =>
  proportionsZ({ count: a.missing, total: a.n }, { count: b.missing, total: b.n });

const fisherTest = (a: Missing, b: Missing) =>
  fisher([
    [a.missing, a.n - a.missing],
    [b.missing, b.n - b.missing],
  ]);

/** Rows a side at which an unchanged rate has its interval inside the threshold with 80 % power. */
function rowsNeeded(rate: number, z: number, threshold: number): number | null {
  if (threshold <= 0) return null;
  return Math.ceil(2 * rate * (1 - rate) * ((normalQuantile(0.9) + z) / threshold) ** 2);
}
