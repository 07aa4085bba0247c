import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Z95 } from "../../../src/core/proportion-intervals.js";
import {
  gateCanary,
  gateOta,
  kaplanMeier,
  logLikelihoodRatio,
  mannKendall,
  pairedChange,
  quantileInterval,
  theilSen,
} from "../../../src/experiment/index.js";
import { armsOf } from "./canary-rows.js";

const golden = JSON.parse(readFileSync("test/golden/gates.golden.json", "utf8"));

function near(value: number | null, expected: number, digits = 1e-9): void {
  expect(value).not.toBeNull();
  expect(Math.abs(value! - expected)).toBeLessThanOrEqual(digits * Math.max(Math.abs(expected), 1e-3));
}

/** A class of which `hits` of `n` are right, in each arm. */
const oneClass = ([hits, n]: number[], [hits2, n2]: number[]) =>
  armsOf([
    { arm: 0, label: "a", hits, n },
    { arm: 1, label: "a", hits: hits2, n: n2 },
  ]);

describe("golden values of SciPy and statsmodels", () => {
  it.each<{ prod: number[]; canary: number[]; lower: number; upper: number }>(golden.newcombe)(
    "Newcombe's interval of $prod and $canary",
    ({ prod, canary, lower, upper }) => {
      const [found] = gateCanary(oneClass(prod, canary)).classes;
      near(found.lower, lower);
      near(found.upper, upper);
      near(found.delta, canary[0] / canary[1] - prod[0] / prod[1]);
    },
  );

  it.each<{ table: number[]; delta: number; low: number; high: number }>(golden.paired)(
    "Newcombe's paired interval of $table",
    ({ table: [both, after, before, neither], delta, low, high }) => {
      const n = both + after + before + neither;
      const found = pairedChange({ n, before: both + before, after: both + after, both }, Z95);
      near(found.delta, delta);
      near(found.low, low);
      near(found.high, high);
    },
  );

  it.each<{ failed: number; attempted: number; lower: number; upper: number }>(golden.clopper)(
    "Clopper & Pearson's interval of $failed of $attempted",
    ({ failed, attempted, lower, upper }) => {
      const waves = { wave: [1], region: ["eu"], attempted: [attempted], failed: [failed] };
      const columns = { attempted: Float64Array.from(waves.attempted), failed: Float64Array.from(waves.failed) };
      const [cell] = gateOta({ ...waves, ...columns }).cells;
      near(cell.lower, lower);
      near(cell.upper, upper);
    },
  );

  it.each<{ n: number; q: number; first: number | null; last: number | null }>(golden.order)(
    "order statistics of the $q quantile of $n values",
    ({ n, q, first, last }) => {
      const ranks = Float64Array.from({ length: n }, (_, i) => i + 1);
      const { low, high } = quantileInterval(ranks, q, 0.95);
      expect([low, high]).toEqual([first ?? Number.NEGATIVE_INFINITY, last ?? Number.POSITIVE_INFINITY]);
    },
  );

  it.each<{ times: number[]; failed: number[]; steps: Record<string, number | null>[] }>(golden.survival)(
    "survival of $times.length subjects",
    ({ times, failed, steps }) => {
      const found = kaplanMeier(Float64Array.from(times), Uint8Array.from(failed));
      expect(found.map(({ time, atRisk, failed }) => [time, atRisk, failed])).toEqual(
        steps.map(({ time, atRisk, failed }) => [time, atRisk, failed]),
      );
      steps.forEach((step, i) => {
        for (const key of ["survival", "standardError", "low", "high"] as const) {
          if (step["survival"] === 0 && key !== "survival") expect(found[i][key]).toBeNaN();
          else near(found[i][key], step[key] as number);
        }
      });
    },
  );

  it.each<{ x: number[]; y: number[]; slope: number; low: number; high: number; p: number }>(golden.trend)(
    "trend of $y.length values",
    ({ x, y, slope, low, high, p }) => {
      const found = theilSen(x, y);
      near(found.slope, slope);
      near(found.low, low);
      near(found.high, high);
      near(mannKendall(y).p, p);
    },
  );

  it.each<{ failed: number; attempted: number; llr: number }>(golden.llr)(
    "log-likelihood ratio of $failed of $attempted",
    ({ failed, attempted, llr }) => {
      near(logLikelihoodRatio(failed, attempted, { p0: 0.01, p1: 0.02, alpha: 0.05, beta: 0.05 }), llr, 1e-9);
    },
  );
});
