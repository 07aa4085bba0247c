import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/core/errors.js";
import { createRandom } from "../../src/core/random.js";
import { deseasonalise, fitTheta, mstl, reseasonalise, seasonalStrength, stl } from "../../src/forecast/index.js";
import type { Model } from "../../src/forecast/model.js";
import { crostonModels, sba } from "../../src/forecast/models/croston.js";
import { mstlModel, stlModel } from "../../src/forecast/models/mstl.js";
import { thetaModels } from "../../src/forecast/models/theta.js";

const RUNS = { seed: 20_261_124, numRuns: 25 };
const DECOMPOSING: readonly Model[] = [...thetaModels, stlModel, mstlModel];
const ALL: readonly Model[] = [...DECOMPOSING, ...crostonModels];
const SETTING = { horizon: 13, seasons: [4, 12] };

const seed = fc.nat(1_000_000);
const length = fc.integer({ min: 24, max: 150 });
const factor = fc.double({ min: -30, max: 30, noNaN: true }).map((e) => 2 ** e);

/** Two seasons, a trend and noise around a level. */
function seasonal(seed: number, n: number, level: number): Float64Array {
  const random = createRandom(seed);
  const [a, b, slope] = [5 * random.uniform(), 8 * random.uniform(), 0.2 * random.normal()];
  return Float64Array.from(
    { length: n },
    (_, t) => level + slope * t + a * Math.sin((Math.PI * t) / 2) + b * Math.cos((Math.PI * t) / 6) + random.normal(),
  );
}

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < got.length; i++) expect(Math.abs(got[i] - wanted[i])).toBeLessThanOrEqual(tolerance);
}

function forecast(model: Model, y: Float64Array, setting = SETTING): Float64Array {
  const point = model.point(y, setting);
  if (point === null) throw new Error(`${model.name} gave nothing for ${y.length} values`);
  expect(point).toHaveLength(setting.horizon);
  expect(point.every(Number.isFinite)).toBe(true);
  return point;
}

describe("equivariance", () => {
  it.each(ALL.map((model) => [model.name, model] as const))("%s: y → c·y gives c times the forecast", (_, model) => {
    fc.assert(
      fc.property(seed, length, factor, fc.boolean(), (s, n, c, positive) => {
        const drawn = positive ? seasonal(s, n, 100) : seasonal(s, n, 0);
        const y = crostonModels.includes(model) ? drawn.map((v) => Math.max(0, v)) : drawn;
        const plain = forecast(model, y);
        const scaled = forecast(
          model,
          y.map((v) => c * v),
        );
        expectNear(
          scaled.map((v) => v / c),
          plain,
          1e-5,
        );
      }),
      RUNS,
    );
  });

  it.each(DECOMPOSING.map((model) => [model.name, model] as const))("%s: y → y + k, additive", (_, model) => {
    fc.assert(
      // Some values stay negative, so that the season is additive on both sides.
      fc.property(seed, length, fc.integer({ min: -2000, max: 0 }), (s, n, k) => {
        const y = seasonal(s, n, 0);
        y[5] = -1;
        const moved = forecast(
          model,
          y.map((v) => v + k),
        );
        expectNear(
          moved,
          forecast(model, y).map((v) => v + k),
          1e-4,
        );
      }),
      RUNS,
    );
  });
});

describe("decompositions", () => {
  const options = fc.record({
    seasonal: fc.record({
      window: fc.constantFrom(3, 7, 11, 35),
      degree: fc.constantFrom(0 as const, 1 as const),
      jump: fc.integer({ min: 1, max: 4 }),
    }),
    trend: fc.record({ jump: fc.integer({ min: 1, max: 20 }) }),
    lowPass: fc.record({ degree: fc.constantFrom(0 as const, 1 as const), jump: fc.integer({ min: 1, max: 20 }) }),
    robust: fc.boolean(),
  });

  it("components add up, weights lie in [0, 1], shift and scale go through", () => {
    fc.assert(
      fc.property(seed, length, fc.integer({ min: 2, max: 12 }), options, (s, n, period, o) => {
        const y = seasonal(s, n, 50);
        const d = stl(y, period, o);
        expectNear(
          y.map((_, t) => d.seasonal[t] + d.trend[t] + d.remainder[t]),
          y,
          1e-9,
        );
        expect(d.weights.every((w) => w >= 0 && w <= 1)).toBe(true);
        expect(seasonalStrength(d.seasonal, d.remainder)).toBeGreaterThanOrEqual(0);
        expect(seasonalStrength(d.seasonal, d.remainder)).toBeLessThanOrEqual(1);
        if (o.robust) return;
        // Linear without robustness weights.
        const moved = stl(
          y.map((v) => 4 * v + 1000),
          period,
          o,
        );
        expectNear(
          moved.seasonal,
          d.seasonal.map((v) => 4 * v),
          1e-8,
        );
        expectNear(
          moved.trend,
          d.trend.map((v) => 4 * v + 1000),
          1e-8,
        );
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it("all seasons of an MSTL, its trend and its remainder add up", () => {
    fc.assert(
      fc.property(seed, length, fc.boolean(), (s, n, robust) => {
        const y = seasonal(s, n, -3);
        const d = mstl(y, [4, 12], { robust });
        expectNear(
          y.map((_, t) => d.seasonal[0][t] + d.seasonal[1][t] + d.trend[t] + d.remainder[t]),
          y,
          1e-9,
        );
      }),
      RUNS,
    );
  });

  it("a season taken out comes back, and its index is free of a level", () => {
    fc.assert(
      fc.property(seed, length, fc.constantFrom(0, 100), (s, n, level) => {
        const y = seasonal(s, n, level);
        const d = deseasonalise(y, 12);
        expectNear(reseasonalise(d.adjusted, d, 0), y, 1e-9);
        if (d.kind === "none") return;
        const mean = d.index.reduce((sum, v) => sum + v, 0) / 12;
        expect(mean).toBeCloseTo(d.kind === "additive" ? 0 : 1, 10);
      }),
      RUNS,
    );
  });
});

describe("little to go by", () => {
  const usable = (n: number): number[] => SETTING.seasons.filter((s) => n >= 2 * s);

  it("a constant stays, of whatever size and length", () => {
    const value = fc.oneof(fc.constantFrom(0, 0.1, 1e-200, 1e12), fc.double({ min: 1e-6, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(value, fc.boolean(), fc.integer({ min: 2, max: 60 }), (size, negative, n) => {
        const c = negative ? -size : size;
        const y = new Float64Array(n).fill(c);
        for (const model of ALL) {
          const point = model.point(y, { horizon: 5, seasons: usable(n) });
          if (point === null) expect(n < 4 || (negative && size > 0)).toBe(true);
          else expectNear(point, new Float64Array(5).fill(c), 1e-9 * Math.abs(c));
        }
      }),
      RUNS,
    );
  });

  it("few values, ties, zeros, negative values: finite or nothing, twice the same", () => {
    const values = fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, -1, 1e-9, 1e9), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(values, (v) => {
        const y = Float64Array.from(v);
        for (const model of ALL) {
          const point = model.point(y, { horizon: 3, seasons: usable(y.length) });
          expect(point === null || point.every(Number.isFinite)).toBe(true);
          expect(model.point(y, { horizon: 3, seasons: usable(y.length) })).toEqual(point);
          if (crostonModels.includes(model)) expect(point === null).toBe(v.some((x) => x < 0));
        }
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  it("intermittent rates lie between nothing and the largest demand", () => {
    const values = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 100, noNaN: true })), {
      minLength: 2,
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, (v) => {
        const y = Float64Array.from(v);
        for (const model of crostonModels) {
          const [rate] = forecast(model, y);
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(Math.max(...v) * (1 + 1e-12));
          expect(rate > 0).toBe(v.some((x) => x > 0));
        }
        const gaps = v.includes(0) && v.some((x) => x > 0);
        if (gaps) expect(forecast(sba, y)[0]).toBeCloseTo(0.95 * forecast(crostonModels[0], y)[0], 12);
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  it("exactly two seasons are enough, one value fewer is refused", () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 2, max: 40 }), (s, period) => {
        const y = seasonal(s, 2 * period, 10);
        const d = stl(y, period);
        expect([...d.seasonal, ...d.trend].every(Number.isFinite)).toBe(true);
        expect(() => stl(y.subarray(1), period)).toThrow(InputError);
        expect(() => mstl(y.subarray(0, period), [period])).toThrow(InputError);
        for (const model of y.length < 10 ? thetaModels : DECOMPOSING)
          if (y.length > 3) forecast(model, y, { horizon: 2 * period + 1, seasons: [period] });
      }),
      RUNS,
    );
  });

  it("values whose squares overflow are refused, not answered with NaN", () => {
    const huge = seasonal(1, 60, 0).map((v) => v * 1e306);
    for (const model of DECOMPOSING) {
      const point = model.point(huge, SETTING);
      expect(point === null || point.every(Number.isFinite)).toBe(true);
    }
    expect(fitTheta(huge)).toBeNull();
  });

  it("up to three values have no theta model", () => {
    for (const y of [[], [1], [1, 2], [1, 2, 3]]) expect(fitTheta(Float64Array.from(y))).toBeNull();
  });
});
