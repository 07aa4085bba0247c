import { normalCdf, normalQuantile } from "../../core/distributions.js";
import { InputError } from "../../core/errors.js";
import { type ContinuingPaths, continuePaths, crossingProbability } from "./crossing.js";
import { solve } from "./solve.js";

/** How the error is spent: like O'Brien & Fleming (little early) or like Pocock (evenly). */
export type Spending = "obf" | "pocock";

/** Information fractions closer than this count as one look, whose second half could spend next to nothing. */
export const LEAST_STEP = 1e-4;
/** Rounding by which a share may miss 1, as the sum of ten times 0.1 does. */
const SLACK = 1e-9;

/** Whether an information fraction is all of what was planned, but for rounding. */
export const isComplete = (t: number): boolean => t >= 1 - SLACK;

/** Lan & DeMets' (1983) spending functions of a one-sided error. */
function spent(t: number, alpha: number, spending: Spending): number {
  if (isComplete(t)) return alpha;
  if (spending === "pocock") return alpha * Math.log(1 + (Math.E - 1) * t);
  return 2 * normalCdf(normalQuantile(alpha / 2) / Math.sqrt(t));
}

/**
 * What is wrong with the information fraction of a look, or null.
 *
 * @param before that of the look before, if there is one
 */
export function informationProblem(now: number, before: number | undefined, leastStep = LEAST_STEP): string | null {
  if (!(now > 0 && now <= 1 + SLACK)) return `information must lie above 0 and at most at 1, got ${now}`;
  if (before === undefined || (now > before && now - before >= leastStep * (1 - SLACK))) return null;
  const by = leastStep > 0 ? ` by at least ${leastStep}` : "";
  return `information must rise from look to look${by}, got ${now} after ${before}`;
}

/** The z above 0 or below whose crossing probability is as wanted, by bisection; Infinity when nothing is left to spend. */
function boundOf(paths: ContinuingPaths | null, t: number, wanted: number): number {
  if (!(wanted > 0)) return Number.POSITIVE_INFINITY;
  if (!paths) return -normalQuantile(wanted);
  const [low, high] = [-10, 40];
  if (crossingProbability(paths, t, high) >= wanted) return Number.POSITIVE_INFINITY;
  return solve((bound) => wanted - crossingProbability(paths, t, bound), low, high);
}

/**
 * Upper bounds of z for looks at growing information: P(z crosses at a look and not before) is what the spending
 * function gives that look (Lan & DeMets 1983), by recursive numerical integration.
 *
 * **One-sided**: `alpha` is the probability of ever crossing above when nothing is there. A symmetric two-sided test of
 * level 0.05 holds |z| against the bounds of alpha 0.025; that is what {@link gateAb} does.
 *
 * @param t information fractions of the looks taken, rising, above 0 and at most 1; any spacing. Looks yet to come do
 *   not matter.
 * @param alpha one-sided, above 0 and below 0.5
 * @param spending `obf`: 2 − 2Φ(z(alpha/2) ÷ √t); `pocock`: alpha·ln(1 + (e − 1)t)
 * @returns a bound for each look, to at least 8 digits; Infinity for a look so early that its share is no double
 * @throws InputError for information that does not rise or lies above 1
 * @example groupSequentialBounds([0.2, 0.4, 0.6, 0.8, 1], 0.025, "obf") // 4.876885 3.357012 2.680280 2.289817 2.031032
 */
export function groupSequentialBounds(t: readonly number[], alpha: number, spending: Spending): number[] {
  if (!(alpha > 0 && alpha < 0.5))
    throw new InputError(`alpha must lie above 0 and below 0.5, got ${alpha}`, { alpha });
  if (spending !== "obf" && spending !== "pocock") {
    throw new InputError(`spending must be obf or pocock, got ${JSON.stringify(spending)}`, { spending });
  }
  for (const [look, now] of t.entries()) {
    const problem = informationProblem(now, t[look - 1]);
    if (problem) throw new InputError(`look ${look + 1}: ${problem}`, { look: look + 1 });
  }
  const bounds: number[] = [];
  let paths: ContinuingPaths | null = null;
  let before = 0;
  for (const [look, now] of t.entries()) {
    const total = spent(now, alpha, spending);
    const bound = boundOf(paths, now, total - before);
    bounds.push(bound);
    before = total;
    if (look + 1 < t.length) {
      paths = continuePaths(paths, now, { lower: Number.NEGATIVE_INFINITY, upper: bound }, t[look + 1]);
    }
  }
  return bounds;
}
