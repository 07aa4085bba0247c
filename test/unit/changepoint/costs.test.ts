import { describe, expect, it } from "vitest";
import {
  binomialCost,
  changePenalty,
  costOf,
  crops,
  kernelCost,
  meanCost,
  meanVarCost,
  nonparametricCost,
  pelt,
  poissonCost,
  type SegmentCost,
  slopeCost,
  sumCost,
  varianceCost,
  withLengthTerm,
} from "../../../src/changepoint/index.js";
import { draws, randomCounts, randomSeries, withGaps } from "./optimal-partition.js";

const { NaN: missing, POSITIVE_INFINITY: infinite } = Number;

/** Sum of squares around the mean. */
function squares(x: readonly number[], mean = x[0] + x.reduce((sum, v) => sum + v - x[0], 0) / x.length): number {
  return x.reduce((sum, v) => sum + (v - mean) ** 2, 0);
}

function constrained(n: number, sum: number, floor: number): number {
  if (floor === 0) return 0;
  const variance = Math.max(floor, sum / n);
  return n * Math.log(variance / floor) + sum / variance;
}

/** Sum of squares around the least-squares line through (t, x). */
function lineSquares(t: readonly number[], x: readonly number[]): number {
  const mean = t.reduce((sum, v) => sum + v, 0) / t.length;
  const middle = x[0] + x.reduce((sum, v) => sum + v - x[0], 0) / x.length;
  const slope = t.reduce((sum, v, i) => sum + (v - mean) * (x[i] - middle), 0) / squares(t);
  return x.reduce((sum, v, i) => sum + (v - middle - (t.length > 1 ? slope * (t[i] - mean) : 0)) ** 2, 0);
}

const entropy = (p: number): number => (p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p));

/** Definitions of the costs, for the observations x at times t out of those of the whole series. */
const DEFINITIONS: Record<
  string,
  [(y: Float64Array) => SegmentCost, (x: number[], t: number[], all: number[]) => number]
> = {
  mean: [meanCost, (x) => squares(x)],
  meanvar: [meanVarCost, (x, _, all) => constrained(x.length, squares(x), (1e-4 * squares(all)) / all.length)],
  variance: [
    varianceCost,
    (x, _, all) => {
      const mean = all[0] + all.reduce((sum, v) => sum + v - all[0], 0) / all.length;
      return constrained(x.length, squares(x, mean), (1e-4 * squares(all)) / all.length);
    },
  ],
  slope: [slopeCost, (x, t) => lineSquares(t, x)],
  kernel: [
    kernelCost,
    (x, _, all) => {
      const pairs = all.flatMap((a, i) => all.slice(0, i).map((b) => (a - b) ** 2)).sort((a, b) => a - b);
      const half = pairs.length / 2;
      const middle = pairs.length % 2 ? pairs[half - 0.5] : (pairs[half - 1] + pairs[half]) / 2;
      const width = middle > 0 ? middle : pairs.reduce((sum, v) => sum + v, 0) / pairs.length || 1;
      const sum = x.reduce((total, a) => total + x.reduce((s, b) => s + Math.exp(-((a - b) ** 2) / width), 0), 0);
      return x.length - sum / x.length;
    },
  ],
  nonparametric: [
    nonparametricCost,
    (x, _, all) => {
      const sorted = all.toSorted((a, b) => a - b);
      const n = sorted.length;
      const count = Math.max(1, Math.ceil(4 * Math.log(n)));
      const log = Math.log(2 * n - 1);
      let sum = 0;
      for (let k = 1; k <= count; k++) {
        const p = 1 / (1 + Math.exp(log - ((2 * k - 1) * log) / count));
        const at = sorted[Math.floor(p * n)];
        sum += entropy(x.reduce((s, v) => s + (v < at ? 1 : v === at ? 0.5 : 0), 0) / x.length);
      }
      return (2 * log * sum * x.length) / count;
    },
  ],
};

describe("costs of segments", () => {
  it.each(Object.keys(DEFINITIONS))("%s: is what its definition says, missing values left out", (name) => {
    const [make, definition] = DEFINITIONS[name];
    for (const random of draws(150, 29)) {
      const y = withGaps(
        random,
        randomSeries(random, 40).map((v) => v % 1e6),
        random.int(2) * 0.2,
      );
      const cost = make(y);
      const all = Array.from(y).filter((v) => !Number.isNaN(v));
      for (let round = 0; round < 10 && y.length >= cost.minSize; round++) {
        const start = random.int(y.length - cost.minSize + 1);
        const end = start + cost.minSize + random.int(y.length - start - cost.minSize + 1);
        const t = Array.from(y.keys()).filter((i) => i >= start && i < end && !Number.isNaN(y[i]));
        const x = t.map((i) => y[i]);
        const expected = x.length === 0 ? 0 : definition(x, t, all);
        const scale = Math.max(1, expected, name === "mean" || name === "slope" ? squares(all) : 0);
        expect(Math.abs(cost.cost(start, end) - expected)).toBeLessThanOrEqual(1e-9 * scale);
      }
    }
  });

  it("poisson: is the deviance of counts over exposures", () => {
    for (const random of draws(200, 30)) {
      const y = randomCounts(random, 30);
      if (y.length === 0) continue;
      const exposure = y.map(() => 0.5 + 10 * random.uniform());
      const start = random.int(y.length);
      const end = start + 1 + random.int(y.length - start);
      const part = Array.from(y.keys()).slice(start, end);
      const rate = part.reduce((sum, i) => sum + y[i], 0) / part.reduce((sum, i) => sum + exposure[i], 0);
      const of = (i: number): number =>
        (y[i] > 0 ? y[i] * Math.log(y[i] / (rate * exposure[i])) : 0) - y[i] + rate * exposure[i];
      const expected = 2 * part.reduce((sum, i) => sum + of(i), 0);
      expect(poissonCost(y, exposure).cost(start, end)).toBeCloseTo(expected, 8);
    }
    const gaps = poissonCost(Float64Array.of(1, missing, 3, 0), Float64Array.of(1, 1, missing, 0));
    expect(gaps.cost(0, 4)).toBe(0);
  });

  it("binomial: is the deviance of shares, a row weighing by its total", () => {
    const cost = binomialCost(Float64Array.of(1, 30, 0, missing, 0), Float64Array.of(10, 100, 50, 10, 0));
    const log = (bad: number, total: number, p: number): number => bad * Math.log(p) + (total - bad) * Math.log(1 - p);
    const p = 31 / 110;
    const expected = 2 * (log(1, 10, 0.1) + log(30, 100, 0.3) - log(1, 10, p) - log(30, 100, p));
    expect(cost.cost(0, 2)).toBeCloseTo(expected, 12);
    expect(cost.cost(2, 5)).toBe(0);
    // Ten times the volume is ten times the evidence.
    const more = binomialCost(Float64Array.of(10, 300), Float64Array.of(100, 1000));
    expect(more.cost(0, 2)).toBeCloseTo(10 * expected, 10);
  });

  it("a gap in one dimension drops only that dimension's term", () => {
    const a = Float64Array.of(1, 5, missing, missing, 2);
    const b = Float64Array.of(1, 2, 3, 5, 9);
    const cost = sumCost([meanCost(a), slopeCost(b)]);
    expect(cost).toMatchObject({ parameters: 3, minSize: 3 });
    expect(cost.cost(1, 4)).toBeCloseTo(lineSquares([1, 2, 3], [2, 3, 5]), 12);
    expect(cost.cost(0, 5)).toBeCloseTo(squares([1, 5, 2]) + lineSquares([0, 1, 2, 3, 4], [1, 2, 3, 5, 9]), 12);
  });

  it("are finite for constants, missing values and nothing", () => {
    for (const make of Object.values(DEFINITIONS).map(([make]) => make)) {
      for (const y of [[], [5], [5, 5, 5, 5, 5, 5], new Array(6).fill(missing), [missing, 1, missing]]) {
        const cost = make(Float64Array.from(y));
        // Of a constant, half of the observations count as below every quantile: its entropy is not 0 but cannot fall.
        if (make === nonparametricCost) expect(costOf(cost, y.length, [])).toBeGreaterThanOrEqual(0);
        else expect(costOf(cost, y.length, [])).toBe(0);
        expect(pelt(cost, y.length, 1)).toHaveLength(0);
      }
    }
    const runs = meanVarCost(Float64Array.of(1, 1, 1, 1, 7, 8, 9));
    expect(runs.cost(0, 4)).toBe(0);
    expect(runs.cost(4, 7)).toBeGreaterThan(0);
  });

  it("the kernel's cost may be asked in any order", () => {
    const [random] = draws(1, 31);
    const y = Float64Array.from({ length: 30 }, () => random.normal());
    const once = kernelCost(y);
    for (let round = 0; round < 50; round++) {
      const start = random.int(29);
      const end = start + 1 + random.int(30 - start);
      expect(once.cost(start, end)).toBe(kernelCost(y).cost(start, end));
    }
  });

  it("say what is wrong with their input", () => {
    const two = Float64Array.of(1, 2);
    expect(() => meanCost(Float64Array.of(1, infinite))).toThrow("value at index 1 is Infinity");
    expect(() => slopeCost(Float64Array.of(-infinite))).toThrow("value at index 0 is -Infinity");
    expect(() => nonparametricCost(Float64Array.of(1e200))).toThrow("value at index 0 is 1e+200");
    expect(() => kernelCost(new Float64Array(5001))).toThrow("at most 5000 observations, got 5001: use nonparametric");
    expect(() => poissonCost(Float64Array.of(1, -2))).toThrow("count at index 1 is -2");
    expect(() => poissonCost(two, Float64Array.of(1))).toThrow("1 exposures for 2 counts");
    expect(() => poissonCost(two, Float64Array.of(1, -1))).toThrow("exposure at index 1 is -1");
    expect(() => poissonCost(two, Float64Array.of(1, 0))).toThrow("count 2 at index 1 has exposure 0");
    expect(() => binomialCost(two, Float64Array.of(1))).toThrow("1 totals for 2 bad counts");
    expect(() => binomialCost(two, Float64Array.of(1, 1))).toThrow("at index 1 2 of 1 are bad");
    expect(() => sumCost([])).toThrow("needs at least one series");
  });
});

describe("penalties", () => {
  it("have the names of their criteria", () => {
    expect(changePenalty("aic", 2, 100)).toBe(6);
    expect(changePenalty("bic", 2, 100)).toBeCloseTo(3 * Math.log(100), 12);
    expect(changePenalty("mbic", 2, 100)).toBeCloseTo(3 * Math.log(100), 12);
    expect(changePenalty(7.5, 2, 100)).toBe(7.5);
    expect(() => changePenalty(-1, 1, 10)).toThrow("penalty must be aic, bic, mbic or a number of at least 0, got -1");
    expect(() => changePenalty("hqc" as "aic", 1, 10)).toThrow("got hqc");
  });

  it("mbic charges even segments more than uneven ones", () => {
    const cost = withLengthTerm(meanCost(new Float64Array(100)), 100, 4);
    expect(costOf(cost, 100, [50])).toBeCloseTo(8 * Math.log(0.5), 12);
    expect(costOf(cost, 100, [10])).toBeCloseTo(4 * Math.log(0.1) + 4 * Math.log(0.9), 12);
  });
});

describe("crops", () => {
  it("gives the path of a series of two steps", () => {
    const y = Float64Array.of(0, 0, 0, 0, 10, 10, 10, 10, 12, 12, 12, 12);
    const path = crops(meanCost(y), y.length, 1, 1000);
    expect(path.map(({ changes, penalty, indices }) => [changes, penalty, ...indices])).toEqual([
      [2, 1, 4, 8],
      [1, expect.closeTo(8, 9), 4],
      [0, expect.closeTo(squares(Array.from(y)) - 8, 9)],
    ]);
    expect(path[2].cost).toBeCloseTo(squares(Array.from(y)), 9);
  });

  it("has one entry where every penalty gives the same", () => {
    expect(crops(meanCost(new Float64Array(0)), 0, 1, 5)).toEqual([
      { changes: 0, penalty: 1, cost: 0, indices: new Int32Array(0) },
    ]);
    expect(crops(meanCost(Float64Array.of(1, 2)), 2, 3, 3)).toHaveLength(1);
  });

  it("says what is wrong with its range", () => {
    const cost = meanCost(Float64Array.of(1, 2));
    expect(() => crops(cost, 2, -1, 2)).toThrow("a penalty must be at least 0, got -1");
    expect(() => crops(cost, 2, 3, 2)).toThrow("the penalty range 3 to 2 is empty");
    expect(() => crops(cost, 2, 3, infinite)).toThrow("not finite");
  });
});
