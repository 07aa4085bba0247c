import { describe, expect, it } from "vitest";
import { NILE } from "../../../fixtures/nile.js";
import { type ChangeModel, type DetectOptions, detect } from "../../../src/changepoint/index.js";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";

const indices = (y: Float64Array | Float64Array[], options?: DetectOptions): number[] =>
  detect(y, options).changes.map((change) => change.index);

/** Normal noise around levels that hold for `length` observations each. */
function levels(means: readonly number[], length: number, seed = 1, sd = 1): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: means.length * length }, (_, i) => {
    return means[Math.floor(i / length)] + sd * random.normal();
  });
}

const series = (n: number, value: (i: number, normal: () => number) => number, seed = 1): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: n }, (_, i) => value(i, () => random.normal()));
};

const MODELS: ChangeModel[] = [
  "auto",
  "mean",
  "meanvar",
  "variance",
  "slope",
  "slope-continuous",
  "poisson",
  "nonparametric",
  "kernel",
];

describe("detect, without tuning", () => {
  it("finds the fall of the Nile with 1899, the first year of the new level", () => {
    const { status, model, changes } = detect(NILE);
    expect([status, model]).toEqual(["ok", "mean"]);
    expect(changes.map((change) => change.index)).toEqual([28]);
    const [change] = changes;
    expect(change.kind).toBe("mean");
    expect(change.ciLow).toBeLessThanOrEqual(28);
    expect(change.ciHigh).toBeGreaterThanOrEqual(28);
    expect(change.before).toMatchObject({ n: 28, mean: expect.closeTo(1097.75, 6) });
    expect(change.after).toMatchObject({ n: 72, mean: expect.closeTo(849.97, 2) });
    expect(change.delta).toBeCloseTo(849.9722 - 1097.75, 3);
    expect(change.deltaRel).toBeCloseTo(-0.2257, 4);
    expect(change.effectSd).toBeLessThan(-1.5);
    expect(change.pValue).toBeLessThan(0.001);
    expect(change.probability).toBeGreaterThan(0.99);
    expect(change.gain).toBeGreaterThan(detect(NILE).penalty);
  });

  it("counts from 0 and reports the first observation of the new segment", () => {
    const y = series(60, (i, normal) => (i < 30 ? 0 : 10) + 0.1 * normal());
    expect(indices(y)).toEqual([30]);
    expect(indices(y.slice(1))).toEqual([29]);
  });

  it("finds a step without any noise", () => {
    const [change] = detect(series(60, (i) => (i < 20 ? 1 : 2))).changes;
    expect([change.index, change.ciLow, change.ciHigh, change.delta]).toEqual([20, 20, 20, 1]);
  });

  it("takes a flat series with one other value, also at its ends, for flat", () => {
    for (const odd of [0, 1, 100, 198, 199]) {
      const flat = detect(Float64Array.from({ length: 200 }, (_, i) => (i === odd ? 0.7 : 0.1)));
      expect(flat.changes).toEqual([]);
      expect(flat.outliers).toEqual([{ index: odd, value: 0.7 }]);
    }
  });

  it("does not take a season for changes, and finds the change in it", () => {
    const wave = (i: number): number => 4 * Math.sin((2 * Math.PI * i) / 24);
    const calm = detect(series(600, (i, normal) => wave(i) + normal()));
    expect([calm.noise.period, calm.changes]).toEqual([24, []]);
    expect(calm.noise.sigma).toBeCloseTo(1, 0);
    const shifted = detect(series(600, (i, normal) => wave(i) + normal() + (i < 333 ? 0 : 3)));
    expect(shifted.noise.period).toBe(24);
    expect(shifted.changes.map((change) => change.index)).toEqual([333]);
  });

  it("takes the season as told: none, or a known period", () => {
    const y = series(96, (i, normal) => (i % 48 < 24 ? 0 : 8) + normal());
    expect(indices(y)).toEqual([24, 48, 72]);
    expect(detect(y, { period: 48 })).toMatchObject({ changes: [], noise: { period: 48 } });
    const sharp = series(240, (i, normal) => (i % 24 < 12 ? 0 : 8) + normal());
    expect(detect(sharp).changes).toEqual([]);
    expect(indices(sharp, { period: "none", model: "mean" })).toHaveLength(19);
  });

  it("finds a weekly season of a daily series by its times alone", () => {
    const times = Float64Array.from({ length: 80 }, (_, i) => i * 86_400_000);
    const y = series(80, (i, normal) => (i % 7 === 6 ? 6 : 0) + normal());
    expect(detect(y, { times }).noise.period).toBe(7);
  });

  it.each(["auto", "mean"] as const)("sees a day of noisy minutes, and the shift in it, with model %s", (model) => {
    const times = Float64Array.from({ length: 288 * 7 }, (_, i) => i * 300_000);
    const day = (i: number, normal: () => number) => 100 + 8 * Math.sin((2 * Math.PI * i) / 288) + 10 * normal();
    for (let seed = 1; seed <= 5; seed++) {
      const quiet = detect(series(times.length, day, seed), { times, model });
      expect(quiet.noise.period).toBe(288);
      expect(quiet.changes).toEqual([]);
      const shifted = series(times.length, (i, normal) => day(i, normal) + (i >= 1200 ? 15 : 0), seed);
      const [change, ...others] = detect(shifted, { times, model }).changes;
      expect(others).toEqual([]);
      expect(change.ciLow).toBeLessThanOrEqual(1202);
      expect(change.ciHigh).toBeGreaterThanOrEqual(1198);
    }
  });

  it("reports no change that is likelier none, also in bursts and wandering noise", () => {
    let reported = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRandom(seed);
      let wander = 0;
      const bursts = Float64Array.from({ length: 1000 }, (_, i) => {
        wander = 0.93 * wander + random.normal();
        return Math.max(0, wander + (i % 168 < 5 ? 6 * random.uniform() : 0) + (i >= 600 ? 2 : 0));
      });
      for (const { probability } of detect(bursts).changes) {
        expect(probability).toBeGreaterThanOrEqual(0.5);
        reported++;
      }
    }
    expect(reported).toBeGreaterThan(20);
  });

  it("takes a trend as no change, and a bend of it as a change of the slope", () => {
    expect(indices(series(400, (i, normal) => 0.05 * i + normal()))).toEqual([]);
    const { model, changes } = detect(series(400, (i, normal) => 0.05 * Math.max(0, i - 200) + normal()));
    expect([model, changes.length, changes[0].kind]).toEqual(["slope", 1, "slope"]);
    expect(Math.abs(changes[0].index - 200)).toBeLessThanOrEqual(15);
    expect(changes[0].delta).toBeCloseTo(0.05, 2);
  });

  it("finds a change of the spread, and calls it one", () => {
    const { model, changes } = detect(series(600, (i, normal) => 10 + (i < 300 ? 1 : 3) * normal()));
    expect([model, changes.length, changes[0].kind]).toEqual(["variance", 1, "variance"]);
    expect(Math.abs(changes[0].index - 300)).toBeLessThanOrEqual(20);
    expect(changes[0].delta).toBeGreaterThan(1.5);
  });

  it("knows counts, also small ones", () => {
    const random = createRandom(4);
    const y = Float64Array.from({ length: 600 }, (_, i) => random.poisson(i < 300 ? 0.4 : 1.2));
    const { model, changes } = detect(y);
    expect([model, changes.length, changes[0].kind]).toEqual(["poisson", 1, "count"]);
    expect(Math.abs(changes[0].index - 300)).toBeLessThanOrEqual(12);
  });

  it("sets spikes aside and lists them", () => {
    const y = levels([0], 300);
    for (const i of [50, 130, 131, 220]) y[i] = 25;
    const { changes, outliers } = detect(y);
    expect(changes).toEqual([]);
    expect(outliers).toEqual([50, 130, 131, 220].map((index) => ({ index, value: 25 })));
  });

  it("takes a rhythm of even steps for what it is, and says so", () => {
    const random = createRandom(9);
    const y: number[] = [];
    while (y.length < 600) {
      const cycle = 27 + random.int(7);
      for (let day = 0; day < cycle; day++) y.push(9 - (2 * day) / cycle + 0.05 * random.normal());
    }
    const { changes, warnings } = detect(Float64Array.from(y));
    expect(changes).toEqual([]);
    expect(warnings.join()).toContain("rhythm");
    expect(indices(levels([0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40], 40))).toHaveLength(10);
  });

  it("tells which of several columns moved", () => {
    const [a, b, c] = [levels([0, 0, 0], 100, 1), levels([0, 5, 5], 100, 2), levels([0, 5, 0], 100, 3)];
    const { changes } = detect([a, b, c]);
    expect(changes.map(({ index, dims }) => [index, dims])).toEqual([
      [100, [1, 2]],
      [200, [2]],
    ]);
    for (const { gain, gains } of changes) {
      expect(gains).toHaveLength(3);
      expect(gains.reduce((sum, part) => sum + part, 0)).toBeCloseTo(gain, 8);
    }
    const [first, second] = changes.map(({ gains }) => gains);
    expect(Math.max(first[0], second[0], second[1])).toBeLessThan(Math.min(first[1], first[2], second[2]) / 10);
  });
});

describe("detect, missing values", () => {
  it("puts a change at the first observation after a gap, never in it, and says how many are missing", () => {
    const y = levels([0, 6], 100);
    y.fill(Number.NaN, 90, 120);
    const { changes, warnings } = detect(y);
    expect(changes.map((change) => change.index)).toEqual([120]);
    expect(warnings.join()).toContain("30 missing");
    expect(changes[0].before.n).toBe(90);
    for (const model of ["mean", "slope", "nonparametric", "meanvar"] as const) {
      for (const change of detect(y, { model }).changes) expect(y[change.index]).not.toBeNaN();
    }
  });

  it("finds the same changes when a tenth is missing", () => {
    const y = levels([0, 4, 1], 150, 7);
    for (let i = 0; i < y.length; i += 10) y[i] = Number.NaN;
    const found = indices(y);
    expect(found).toHaveLength(2);
    for (const [k, truth] of [150, 300].entries()) expect(Math.abs(found[k] - truth)).toBeLessThanOrEqual(2);
  });

  it("drops only the column that is missing", () => {
    const a = levels([0, 5, 5], 80, 1);
    const b = levels([0, 0, 5], 80, 2);
    a.fill(Number.NaN, 120, 240);
    expect(indices([a, b])).toEqual([80, 160]);
  });
});

describe("detect, whatever comes", () => {
  it("never fails on short, constant, missing or odd series, with any model", () => {
    const odd = [
      [],
      [1],
      [1, 2],
      [Number.NaN],
      [3, 3, 3],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [Number.NaN, Number.NaN, 1, Number.NaN, 2, Number.NaN],
      Array.from({ length: 50 }, () => 7),
      Array.from({ length: 50 }, (_, i) => i % 2),
      Array.from({ length: 50 }, (_, i) => (i === 25 ? 1 : 0)),
      Array.from({ length: 50 }, (_, i) => (i < 49 ? 0 : 1)),
      Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? Number.NaN : i > 30 ? 4 : 2)),
    ];
    for (const model of MODELS) {
      for (const values of odd) {
        const y = Float64Array.from(values);
        const { n, changes, status } = detect(y, { model, path: true });
        expect(n).toBe(y.length);
        if (status !== "ok") expect(changes).toEqual([]);
        for (const change of changes) {
          expect(change.index).toBeGreaterThan(0);
          expect(change.index).toBeLessThan(n);
          expect(change.ciLow).toBeLessThanOrEqual(change.index);
          expect(change.ciHigh).toBeGreaterThanOrEqual(change.index);
          expect([change.gain, change.pValue, change.probability].some(Number.isNaN)).toBe(false);
        }
      }
    }
  });

  it("says why there was nothing to search", () => {
    const status = (values: number[]) => detect(Float64Array.from(values)).status;
    expect(status([])).toBe("too-short");
    expect(status([5])).toBe("too-short");
    expect(status([1, 2, 1])).toBe("too-short");
    expect(status([5, 5, 5, 5])).toBe("constant");
    expect(status([Number.NaN, Number.NaN])).toBe("all-missing");
    for (const two of [Float64Array.of(5, 5), Float64Array.of(5, 6)]) {
      expect(detect(two, { model: "mean", path: true })).toMatchObject({ status: "too-short", path: [] });
    }
  });

  it("refuses what it cannot mean", () => {
    const y = levels([0, 3], 20);
    const refused: [Float64Array | Float64Array[], DetectOptions][] = [
      [y, { model: "median" as ChangeModel }],
      [y, { level: 1 }],
      [y, { minSize: 0 }],
      [y, { period: 1 }],
      [y, { penalty: -1 }],
      [y, { model: "poisson" }],
      [y, { model: "binomial" }],
      [y, { exposure: new Float64Array(3) }],
      [[y, y.slice(1)], {}],
      [[], {}],
      [Float64Array.from([...y, Number.POSITIVE_INFINITY]), {}],
    ];
    for (const [values, options] of refused) expect(() => detect(values, options)).toThrow(InputError);
  });

  it("takes 200,000 points", () => {
    const y = levels([0, 3, 0, 3], 50_000);
    const found = indices(y);
    expect(found.map((index) => Math.round(index / 10))).toEqual([5000, 10_000, 15_000]);
    expect(indices(series(200_000, (_, normal) => normal()))).toEqual([]);
  });

  it("leaves its input as it was", () => {
    const y = levels([0, 5], 50);
    y[3] = Number.NaN;
    const before = y.slice();
    detect(y, { path: true });
    expect(y).toEqual(before);
  });
});

describe("detect, a model of your own", () => {
  it("honours the penalty, by name and number", () => {
    const y = levels([0, 1, 0, 1], 60, 3);
    const count = (penalty: DetectOptions["penalty"]) => detect(y, { model: "mean", penalty }).changes.length;
    expect(count(1e6)).toBe(0);
    expect(count(2)).toBeGreaterThan(count("bic"));
    expect(count("aic")).toBeGreaterThanOrEqual(count("bic"));
    expect(detect(y, { model: "mean", penalty: "bic" }).penalty).toBeCloseTo(2 * Math.log(240), 9);
    expect(detect(y, { model: "mean", penalty: "mbic" }).penalty).toBeCloseTo(3 * Math.log(240), 9);
    expect(detect(y, { model: "mean" }).penalty).toBeCloseTo(3 * Math.log(240), 9);
  });

  it("honours the least size of a segment", () => {
    const y = series(90, (i, normal) => (i >= 40 && i < 46 ? 9 : 0) + normal());
    expect(indices(y, { model: "mean" })).toEqual([40, 46]);
    for (const model of ["mean", "auto", "meanvar"] as const) {
      const found = [0, ...indices(y, { model, minSize: 10 }), 90];
      for (let j = 1; j < found.length; j++) expect(found[j] - found[j - 1]).toBeGreaterThanOrEqual(10);
    }
  });

  it.each(["auto", "mean", "slope", "nonparametric"] as const)(
    "finds the change of one column beside others that are constant or missing, with model %s",
    (model) => {
      const y = levels([0, 4], 60);
      const [seven, none] = [new Float64Array(y.length).fill(7), new Float64Array(y.length).fill(Number.NaN)];
      const { changes, warnings } = detect([none, y, seven], { model, period: "none" });
      const [alone] = detect(y, { model, period: "none" }).changes;
      expect(changes).toEqual([{ ...alone, dims: [1], gains: [0, alone.gain, 0] }]);
      expect(warnings).toEqual(["columns left out of the search, as they are constant or missing: 2"]);
      expect(detect([y, seven, y.slice().reverse()], { model, period: "none" }).changes[0].dims).toEqual([0, 2]);
    },
  );

  it("sees the rate move though the counts stay the same", () => {
    const exposure = Float64Array.from({ length: 80 }, (_, i) => (i < 40 ? 100 : 20));
    const found = detect(new Float64Array(80).fill(5), { model: "poisson", exposure });
    expect(found.changes.map(({ index }) => index)).toEqual([40]);
    expect(detect(new Float64Array(80), { model: "poisson", exposure }).status).toBe("constant");
    const level = new Float64Array(80).fill(100);
    expect(detect(new Float64Array(80).fill(5), { model: "poisson", exposure: level }).status).toBe("constant");
  });

  it("counts by exposure: a rate that doubles, a share that rises", () => {
    const random = createRandom(6);
    const exposure = Float64Array.from({ length: 200 }, () => 50 + random.int(500));
    const counts = exposure.map((e, i) => random.poisson(e * (i < 120 ? 0.02 : 0.06)));
    for (const options of [{ model: "poisson", exposure }, { model: "binomial", exposure }, { exposure }] as const) {
      const { changes } = detect(counts, options);
      expect(changes.map((change) => change.kind)).toEqual(["count"]);
      expect(Math.abs(changes[0].index - 120)).toBeLessThanOrEqual(3);
      expect(changes[0].before.mean).toBeCloseTo(0.02, 2);
      expect(changes[0].after.mean).toBeCloseTo(0.06, 2);
    }
  });

  it("does not take the noise of low traffic for a change of the ratio", () => {
    const random = createRandom(8);
    const exposure = Float64Array.from({ length: 600 }, (_, i) => (i % 24 < 12 ? 3 : 400));
    const bad = exposure.map((e) => Array.from({ length: e }).filter(() => random.uniform() < 0.05).length);
    expect(indices(bad, { model: "binomial", exposure })).toEqual([]);
  });

  it.each([
    ["meanvar", "mean", (i: number, z: () => number) => (i < 100 ? 0 : 4) + z()],
    ["meanvar", "variance", (i: number, z: () => number) => (i < 100 ? 1 : 5) * z()],
    ["variance", "variance", (i: number, z: () => number) => (i < 100 ? 1 : 5) * z()],
    ["slope", "mean", (i: number, z: () => number) => 0.1 * i + (i < 100 ? 0 : 8) + z()],
    ["slope-continuous", "slope", (i: number, z: () => number) => Math.max(0, i - 100) + z()],
    ["nonparametric", "distribution", (i: number, z: () => number) => (i < 100 ? 0 : 4) + z()],
    ["kernel", "distribution", (i: number, z: () => number) => (i < 100 ? 0 : 4) + z()],
  ] as const)("%s finds a change of the %s", (model, kind, value) => {
    const { changes, model: used } = detect(series(200, value, 11), { model });
    expect(used).toBe(model);
    expect(changes.map((change) => change.kind)).toEqual([kind]);
    expect(Math.abs(changes[0].index - 100)).toBeLessThanOrEqual(5);
  });

  it("lists the penalty path, most changes first, each at its smallest penalty", () => {
    const { path } = detect(levels([0, 2, 0, 4], 50), { model: "mean", path: true });
    expect(path.length).toBeGreaterThan(1);
    expect(detect(NILE).path).toEqual([]);
    for (let k = 1; k < path.length; k++) {
      expect(path[k].changes).toBeLessThan(path[k - 1].changes);
      expect(path[k].penalty).toBeGreaterThanOrEqual(path[k - 1].penalty);
      expect(path[k].cost).toBeGreaterThanOrEqual(path[k - 1].cost);
    }
  });
});
