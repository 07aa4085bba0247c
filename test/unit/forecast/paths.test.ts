import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { alignPaths, forecast, type PathTask, samplePaths } from "../../../src/forecast/index.js";
import { probabilityGrid } from "../../../src/forecast/model.js";
import { prepareSeries } from "../../../src/forecast/prepare.js";

const probabilities = probabilityGrid([80, 95], []);

function task(y: Float64Array, horizon: number, quantile: (p: number, h: number) => number, id = "q"): PathTask {
  const series = prepareSeries({ id, y }, { season: [24], nonNegative: "auto", maxGap: 24 });
  const grid = probabilities.map((p) => Float64Array.from({ length: horizon }, (_, h) => quantile(p, h)));
  return { series, grid, probabilities, seed: 7, n: 200 };
}

const noisy = (seed: number, n = 600): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: n }, (_, t) => 50 + 10 * Math.sin((2 * Math.PI * t) / 24) + random.normal());
};

/** Values of one step over all paths, ascending. */
const marginal = (data: Float64Array, horizon: number, h: number): Float64Array =>
  Float64Array.from({ length: data.length / horizon }, (_, path) => data[path * horizon + h]).sort();

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  const mean = (x: ArrayLike<number>) => Array.from(x).reduce((s, v) => s + v, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe("samplePaths", () => {
  it("takes every step's values from the quantiles, at the middle of n equal parts", () => {
    const horizon = 30;
    const data = samplePaths(task(noisy(1), horizon, (p, h) => 100 * p + h));
    for (const h of [0, 7, 8, 29]) {
      const values = marginal(data, horizon, h);
      for (const [rank, value] of values.entries()) expect(value).toBeCloseTo((100 * (rank + 0.5)) / 200 + h, 9);
    }
  });

  it("gives the same bytes for the same seed, and others for another", () => {
    const one = task(noisy(1), 24, (p) => p);
    expect(samplePaths(one)).toEqual(samplePaths(structuredClone(one)));
    expect(samplePaths({ ...one, seed: 8 })).not.toEqual(samplePaths(one));
    expect(samplePaths(task(noisy(1), 24, (p) => p, "r"))).not.toEqual(samplePaths(one));
  });

  it("keeps the dependence over time: neighbouring hours of a slow series go together", () => {
    const random = createRandom(3);
    let level = 50;
    const walk = Float64Array.from({ length: 600 }, () => {
      level = 50 + 0.98 * (level - 50) + random.normal();
      return level;
    });
    const [horizon, step] = [48, 20];
    const column = (data: Float64Array, h: number) =>
      Float64Array.from({ length: 200 }, (_, path) => data[path * horizon + h]);
    const slow = samplePaths(task(walk, horizon, (p) => p));
    const rough = samplePaths(
      task(
        Float64Array.from(walk, () => 50 + random.normal()),
        horizon,
        (p) => p,
      ),
    );
    expect(correlation(column(slow, step), column(slow, step + 1))).toBeGreaterThan(0.8);
    expect(correlation(column(slow, step), column(slow, step + 1))).toBeGreaterThan(
      correlation(column(rough, step), column(rough, step + 1)) + 0.3,
    );
  });

  it("makes distinct finite paths of an idle queue, a constant and a history of two values", () => {
    for (const y of [new Float64Array(400), new Float64Array(400).fill(5), Float64Array.of(1, 2)]) {
      const data = samplePaths(task(y, 24, (p) => p));
      expect(data.every(Number.isFinite)).toBe(true);
      expect(new Set(marginal(data, 24, 12)).size).toBe(200);
    }
    expect(samplePaths(task(new Float64Array(400), 24, () => 0)).every((v) => v === 0)).toBe(true);
  });

  it("goes not below zero when the history does not", () => {
    const data = samplePaths(task(noisy(2), 24, (p) => 10 * p - 3));
    expect(Math.min(...data)).toBe(0);
    const below = noisy(2).map((v) => v - 60);
    expect(Math.min(...samplePaths(task(below, 24, (p) => 10 * p - 3)))).toBeLessThan(-2);
  });

  it("carries on past a horizon longer than the history", () => {
    const data = samplePaths(task(noisy(4, 60), 90, (p, h) => p * (1 + h)));
    expect(data.length).toBe(200 * 90);
    expect(marginal(data, 90, 89)[0]).toBeCloseTo(90 * (0.5 / 200), 9);
  });
});

describe("joint paths of a panel", () => {
  // Two queues share their level shifts, the third has its own.
  const random = createRandom(5);
  const shifts = (): Float64Array => {
    let level = 40;
    return Float64Array.from({ length: 700 }, (_, t) => {
      if (t % 30 === 0) level = 20 + 60 * random.uniform();
      return level;
    });
  };
  const common = shifts();
  const noise = (y: Float64Array) => y.map((v) => v + random.normal());
  const panel = [
    { id: "a", y: noise(common) },
    { id: "b", y: noise(common) },
    { id: "c", y: noise(shifts()) },
  ];
  const options = { horizon: 72, season: [24], paths: 300, seed: 1 };
  const sums = (data: Float64Array): Float64Array =>
    Float64Array.from({ length: 300 }, (_, path) => {
      let total = 0;
      for (let h = 0; h < 72; h++) total += data[path * 72 + h];
      return total;
    });
  const pathsOf = (order: number[]): Map<string, Float64Array> =>
    new Map(
      forecast(
        order.map((i) => panel[i]),
        options,
      ).map((f) => [f.id, f.paths?.data ?? new Float64Array(0)]),
    );
  const paths = pathsOf([0, 1, 2]);

  it("sums of queues that share their level shifts go together, those of strangers less", () => {
    const of = (id: string) => sums(paths.get(id) ?? new Float64Array(0));
    expect(correlation(of("a"), of("b"))).toBeGreaterThan(0.6);
    expect(correlation(of("a"), of("c"))).toBeLessThan(0.4);
  });

  it("do not depend on the order of the panel", () => {
    const turned = pathsOf([2, 0, 1]);
    for (const id of ["a", "b", "c"]) expect(turned.get(id)).toEqual(paths.get(id));
  });
});

describe("alignPaths", () => {
  const horizon = 24;
  const random = createRandom(11);
  // The level jumps every other day, so that the errors of one origin tell it from every other.
  let level = 50;
  const whole = Float64Array.from({ length: 960 }, (_, t) => {
    if (t % 40 === 0) level = 20 + 60 * random.uniform();
    return level + 4 * Math.sin((2 * Math.PI * t) / 24) + 0.2 * random.normal();
  });
  const marginals = (p: number) => 100 * p;
  const long = task(whole, horizon, marginals, "long");
  const half = task(whole.slice(480), horizon, marginals, "half");
  const tripled = whole.map((v) => 3 * v);
  const full = task(tripled, horizon, marginals, "full");
  const pathSums = (one: PathTask): number[] => {
    const data = samplePaths(one);
    return Array.from({ length: one.n }, (_, path) =>
      data.subarray(path * horizon, (path + 1) * horizon).reduce((s, v) => s + v, 0),
    );
  };
  /** Width of the 80 % interval of the sum of two series over the horizon. */
  const widthOf = (a: PathTask, b: PathTask): number => {
    const [x, y] = [pathSums(a), pathSums(b)];
    const total = x.map((v, i) => v + y[i]).sort((p, q) => p - q);
    return total[180] - total[20];
  };

  it("gives two series that go together the sum's interval of one, also where one has half the history", () => {
    const together = widthOf(long, full);
    const [a, b] = alignPaths([long, half]);
    expect(correlation(pathSums(a), pathSums(b))).toBeGreaterThan(0.95);
    expect(widthOf(a, b) / together).toBeGreaterThan(0.95);
    expect(widthOf(a, b) / together).toBeLessThan(1.05);
    // What alignment is for: each series on its own takes errors of other times.
    expect(widthOf(long, half) / together).toBeLessThan(0.9);
  });

  it("changes nothing for series of one length", () => {
    for (const [i, aligned] of alignPaths([long, full]).entries()) {
      expect(samplePaths(aligned)).toEqual(samplePaths([long, full][i]));
    }
    expect(alignPaths([])).toEqual([]);
  });

  it("lets a few young series follow the others: they take origins that they have, and keep their marginals", () => {
    const young = task(whole.slice(880), horizon, marginals, "young");
    const tiny = task(whole.slice(957), horizon, marginals, "tiny");
    const tasks = alignPaths([...new Array<PathTask>(7).fill(long), young, tiny]);
    expect(samplePaths(tasks[0])).toEqual(samplePaths(long));
    for (const one of tasks.slice(7)) {
      const values = marginal(samplePaths(one), horizon, 5);
      for (const [rank, value] of values.entries()) expect(value).toBeCloseTo((100 * (rank + 0.5)) / 200, 9);
    }
  });
});
