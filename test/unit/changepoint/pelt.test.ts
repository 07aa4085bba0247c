import { describe, expect, it } from "vitest";
import type { SegmentCost } from "../../../src/changepoint/index.js";
import * as changepoint from "../../../src/changepoint/index.js";
import type { Random } from "../../../src/core/index.js";
import {
  draws,
  objective,
  optimalPartition,
  randomCounts,
  randomPenalty,
  randomSeries,
  withGaps,
} from "./optimal-partition.js";

const { pelt } = changepoint;

interface Drawn {
  cost: SegmentCost;
  n: number;
  /** Penalties from nothing to much. */
  penalty: number;
}

/** Mostly short series; one in twelve so long that starts are dropped on the way. */
const longest = (random: Random): number => (random.int(12) === 0 ? 500 : 60);

const relative = (random: Random): number => 60 * random.uniform() ** 2;

function drawn(random: Random, make: (y: Float64Array) => SegmentCost, units: "squares" | "likelihood"): Drawn {
  const whole = randomSeries(random, longest(random));
  const y = random.uniform() < 0.3 ? withGaps(random, whole, 0.2) : whole;
  return { cost: make(y), n: y.length, penalty: units === "squares" ? randomPenalty(random, y) : relative(random) };
}

const COSTS: Record<string, (random: Random) => Drawn> = {
  mean: (random) => drawn(random, changepoint.meanCost, "squares"),
  meanvar: (random) => drawn(random, changepoint.meanVarCost, "likelihood"),
  variance: (random) => drawn(random, changepoint.varianceCost, "likelihood"),
  slope: (random) => drawn(random, changepoint.slopeCost, "squares"),
  nonparametric: (random) => drawn(random, changepoint.nonparametricCost, "likelihood"),
  kernel: (random) => {
    const { cost, n } = drawn(random, changepoint.kernelCost, "likelihood");
    return { cost, n, penalty: 4 * random.uniform() };
  },
  poisson: (random) => {
    const y = withGaps(random, randomCounts(random, longest(random)), 0.1);
    return { cost: changepoint.poissonCost(y), n: y.length, penalty: relative(random) };
  },
  "poisson with exposure": (random) => {
    const y = randomCounts(random, longest(random));
    const exposure = y.map((count) => (count === 0 ? random.int(2) : 1) * (0.1 + 10 * random.uniform()));
    return { cost: changepoint.poissonCost(y, exposure), n: y.length, penalty: relative(random) };
  },
  binomial: (random) => {
    const bad = randomCounts(random, longest(random));
    const total = bad.map((count) => count + random.int(200));
    return { cost: changepoint.binomialCost(bad, total), n: bad.length, penalty: relative(random) };
  },
  "sum of two": (random) => {
    const y = randomSeries(random, longest(random));
    const z = withGaps(
      random,
      y.map((value) => value / 2 + random.normal()),
      0.3,
    );
    const cost = changepoint.sumCost([changepoint.meanVarCost(y), changepoint.meanVarCost(z)]);
    return { cost, n: y.length, penalty: relative(random) };
  },
  "mean and variance, modified BIC": (random) => {
    const { cost, n, penalty } = drawn(random, changepoint.meanVarCost, "likelihood");
    return { cost: changepoint.withLengthTerm(cost, n), n, penalty };
  },
};

describe("pelt", () => {
  it.each(Object.keys(COSTS))("%s: is as good as the best of all segmentations", (name) => {
    for (const random of draws(500, 23)) {
      const { cost, n, penalty } = COSTS[name](random);
      const minSize = Math.max(cost.minSize, random.uniform() < 0.5 ? 1 : 1 + random.int(8));
      const changes = pelt(cost, n, penalty, minSize);
      const bounds = [0, ...changes, n];
      if (n < 2 * minSize) expect(changes).toHaveLength(0);
      else {
        expect(Math.min(...bounds.slice(1).map((end, k) => end - bounds[k]))).toBeGreaterThanOrEqual(minSize);
        const of = tabulated(cost, n);
        const best = optimalPartition(of, n, penalty, minSize);
        const scale = Math.max(1e-6 * penalty, Math.abs(best));
        expect(Math.abs(objective(of, n, penalty, changes) - best)).toBeLessThanOrEqual(1e-9 * scale);
      }
    }
  });

  it("finds nothing where there is no room for two segments", () => {
    const cost = changepoint.meanCost(Float64Array.of(0, 0, 9, 9));
    for (const [n, size] of [
      [0, 1],
      [1, 1],
      [2, 2],
      [4, 3],
      [3, 2],
    ])
      expect(pelt(cost, n, 0, size)).toHaveLength(0);
    expect(Array.from(pelt(cost, 4, 1, 2))).toEqual([2]);
  });

  it("says what is wrong with its options", () => {
    const cost = changepoint.meanCost(Float64Array.of(1, 2));
    expect(() => pelt(cost, 2, -1)).toThrow("a penalty must be at least 0, got -1");
    expect(() => pelt(cost, 2, 1, 1.5)).toThrow("minSize must be a whole number, got 1.5");
  });
});

/** Costs asked once each, ends ascending, as the kernel's cost likes it. */
function tabulated(cost: SegmentCost, n: number): (start: number, end: number) => number {
  const table = new Float64Array((n + 1) * (n + 1));
  for (let end = 1; end <= n; end++) {
    for (let start = 0; start < end; start++) table[end * (n + 1) + start] = cost.cost(start, end);
  }
  return (start, end) => table[end * (n + 1) + start];
}
