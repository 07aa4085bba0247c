import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { standardDeviation } from "../../../src/core/statistics.js";
import { type Forecast, type ForecastOptions, forecast, MODEL_NAMES, MODELS } from "../../../src/forecast/index.js";

const random = createRandom(31);
const generate = (n: number, value: (t: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, t) => value(t));
const day = (t: number): number => 40 + 12 * Math.sin((2 * Math.PI * t) / 24);
const noisy = generate(500, (t) => day(t) + random.normal());

const one = (y: Float64Array, options: Partial<ForecastOptions> = {}): Forecast =>
  forecast([{ id: "q", y }], { horizon: 24, season: [24], ...options })[0];
const width = (f: Forecast, h: number, level = 95): number => f.hi[level][h] - f.lo[level][h];

describe("forecast", () => {
  it("follows a daily pattern and gives what the options ask for", () => {
    const f = one(noisy, { horizon: 50, levels: [50, 90], quantiles: [0.1, 0.5], paths: 20 });
    for (let h = 0; h < 50; h++) expect(Math.abs(f.mean[h] - day(500 + h))).toBeLessThan(2);
    expect(Object.keys(f.lo)).toEqual(["50", "90"]);
    expect(f.quantiles[0.5]).toEqual(f.mean);
    expect(f.paths).toMatchObject({ n: 20 });
    expect(f.paths?.data.length).toBe(1000);
    expect(Object.values(f.weights).reduce((s, v) => s + v, 0)).toBeCloseTo(1, 12);
    expect(f.model).toBe("lag_ridge+empirical_mix");
    expect(Object.keys(f.weights)).toEqual(expect.arrayContaining(["seasonal_naive", "empirical_mix"]));
    expect(f.errors).toBeUndefined();
    expect(structuredClone(f)).toEqual(f);
  });

  it("keeps a constant and an idle queue as they are, without width, alone and beside others", () => {
    for (const level of [0, 5, 1e9, 1e-9]) {
      const y = new Float64Array(400).fill(level);
      for (const panel of [
        [{ id: "c", y }],
        [
          { id: "c", y },
          { id: "n", y: noisy },
        ],
      ]) {
        const [f] = forecast(panel, { horizon: 24, season: [24], paths: 10 });
        for (const values of [f.mean, f.lo[95], f.hi[95], f.paths?.data ?? []]) {
          for (const v of values) expect(Math.abs(v - level)).toBeLessThanOrEqual(1e-12 * level);
        }
      }
    }
  });

  it.each([2, 3, 5, 9, 12, 25, 40, 59, 60, 61, 70])("gives %i noisy values alone an interval with a width", (n) => {
    const f = one(noisy.subarray(0, n), { horizon: 6 });
    expect([f.mean, f.lo[80], f.hi[95]].every((v) => v.length === 6 && v.every(Number.isFinite))).toBe(true);
    expect(width(f, 0)).toBeGreaterThan(0.3);
    expect(width(f, 5)).toBeGreaterThan(0.3);
  });

  it("says when intervals stand on little, and that one value alone gives none", () => {
    expect(one(noisy.subarray(0, 3), { horizon: 6 }).warnings.join()).toContain("few backtest errors (");
    expect(() => one(Float64Array.of(3))).toThrow('series "q" has one value and no other series');
    const [f] = forecast(
      [
        { id: "new", y: Float64Array.of(3) },
        { id: "n", y: noisy },
      ],
      { horizon: 24, season: [24] },
    );
    expect(f.model).toBe("naive");
    expect(width(f, 0)).toBeGreaterThan(0);
  });

  it("takes one-step horizons and horizons beyond the history", () => {
    expect(width(one(noisy, { horizon: 1 }), 0)).toBeGreaterThan(1);
    const far = one(noisy.subarray(0, 100), { horizon: 300 });
    expect(far.hi[95].every(Number.isFinite)).toBe(true);
    expect(width(far, 299)).toBeGreaterThanOrEqual(width(far, 0));
  });

  it("keeps the phase of day and week at a horizon that is no multiple of 24", () => {
    const week = generate(168 * 5, (t) => 20 + (t % 24) + (Math.floor(t / 24) % 7 >= 5 ? -15 : 0));
    // The history ends in the middle of a day, too.
    const y = week.subarray(0, 168 * 4 + 61);
    const f = one(y, { horizon: 100, season: [24, 168] });
    for (let h = 0; h < 100; h++) expect(Math.abs(f.mean[h] - week[y.length + h])).toBeLessThan(2.5);
    const [naive] = forecast([{ id: "q", y }], { horizon: 100, season: [24, 168], models: ["seasonal_naive"] });
    expect([...naive.mean]).toEqual([...week.subarray(y.length, y.length + 100)]);
  });

  it("uses a season of a week with 200 hours only as far as it is there", () => {
    const f = one(noisy.subarray(0, 200), { season: [24, 168], horizon: 48 });
    expect(f.warnings.join()).toContain("season 168 is dropped");
    for (let h = 0; h < 48; h++) expect(Math.abs(f.mean[h] - day(200 + h))).toBeLessThan(4);
  });

  it("takes no logs of a series with zeros", () => {
    const y = noisy.map((v, t) => (t % 24 < 6 ? 0 : v));
    const f = one(y, { models: ["lag_ridge"] });
    expect(Object.keys(f.weights).filter((name) => name.endsWith("_log"))).toEqual([]);
    expect(Object.keys(f.weights)).toContain("lag_ridge_dense_fourier");
    expect(f.mean.every((v) => Number.isFinite(v) && v >= 0)).toBe(true);
    f.mean.forEach((v, h) => {
      if ((y.length + h) % 24 < 6) expect(v).toBeLessThan(5);
      else expect(v).toBeGreaterThan(10);
    });
    const alone = one(y, { models: ["lag_ridge_dense_recent_log"] });
    expect(alone.model).toBe("naive");
    expect(alone.warnings.join()).toContain("too few for the models asked for");
  });

  it("keeps an explosive series within one deviation of what it has shown", () => {
    const y = generate(120, (t) => 1.1 ** t);
    const bound = (values: Float64Array): number => Math.max(...values) + standardDeviation(values);
    const highest = (model: string): number => Math.max(...one(y, { models: [model], horizon: 96 }).mean);
    for (const model of ["lag_ridge_dense_difference", "lag_ridge_dense_fourier", "lag_ridge_long_few_recent_huber"]) {
      expect(highest(model)).toBeLessThanOrEqual(bound(y) * (1 + 1e-12));
      // On logs the deviation is that of the logs.
      expect(highest(`${model}_log`)).toBeLessThanOrEqual(Math.exp(bound(y.map(Math.log))) * (1 + 1e-12));
    }
    expect(highest("lag_ridge")).toBeLessThanOrEqual(Math.exp(bound(y.map(Math.log))));
  });

  it("gives every model by its name", () => {
    const panel = [
      { id: "a", y: generate(300, (t) => day(t) + random.normal()) },
      { id: "b", y: generate(250, (t) => day(t) + random.normal()) },
    ];
    for (const model of MODEL_NAMES) {
      for (const f of forecast(panel, { horizon: 12, season: [24], models: [model] })) {
        expect(f.mean.every(Number.isFinite)).toBe(true);
        expect(f.model).toBe(model);
      }
    }
    const [both] = forecast(panel, { horizon: 12, season: [24], models: ["naive", "seasonal_naive"] });
    expect(both.model).toBe("naive+seasonal_naive");
    const { naive, seasonal_naive: seasonal } = both.weights;
    expect(naive + seasonal).toBeCloseTo(1, 12);
    expect(seasonal).toBeGreaterThan(naive);
    // Two values stand in the middle of their weights, so half of the weight lies between them as their weights say.
    expect(both.mean[0]).toBeCloseTo(naive * panel[0].y[299] + seasonal * panel[0].y[276], 12);
  });

  it("takes a model once, also one that a pool named beside it holds; auto stands alone", () => {
    const twice = one(noisy, { models: ["naive", "naive"] });
    expect([twice.model, twice.weights]).toEqual(["naive", { naive: 1 }]);
    const { weights } = one(noisy, { models: ["lag_ridge", "seasonal_naive"] });
    expect(Object.values(weights).reduce((s, v) => s + v, 0)).toBeCloseTo(1, 12);
    expect(weights).toEqual(one(noisy, { models: ["lag_ridge"] }).weights);
    expect(one(noisy, { models: ["auto"] })).toEqual(one(noisy));
    expect(() => one(noisy, { models: ["auto", "naive"] })).toThrow('models must be "auto" alone, or names');
  });

  it("has every model to be used alone", () => {
    const setting = { horizon: 12, seasons: [24] };
    const alone = Object.keys(MODELS).filter((name) => !MODELS[name].fitPanel);
    expect(MODEL_NAMES).toEqual(["lag_ridge", ...Object.keys(MODELS)]);
    for (const name of alone) {
      const point = MODELS[name].point(noisy, setting);
      expect(point?.length, name).toBe(12);
      const [f] = forecast([{ id: "q", y: noisy }], { horizon: 12, season: [24], models: [name], nonNegative: false });
      expect(f.mean, name).toEqual(point);
    }
    expect(MODELS["naive"].point(Float64Array.of(1, 5), setting)).toEqual(new Float64Array(12).fill(5));
  });

  it("says how far ahead the history could test it", () => {
    const [far] = forecast([{ id: "q", y: noisy }], { horizon: 400, season: [24] });
    expect(far.warnings.join()).toMatch(/history suffices to test the first \d+ of 400 steps ahead/);
    expect(one(noisy).warnings).toEqual([]);
  });

  it("gives a series without two seasons of its own the panel's window, if it fills one", () => {
    const panel = [
      ...["a", "b"].map((id) => ({ id, y: generate(600, (t) => day(t) + random.normal()) })),
      { id: "window", y: noisy.subarray(0, 240) },
      { id: "short", y: noisy.subarray(0, 200) },
    ];
    // 1.25 weeks are 210 hours; the series of 240 has two days' seasons but not two weeks.
    const [, , filled, short] = forecast(panel, {
      horizon: 24,
      season: [24, 168],
      models: ["global_linear_short_log"],
    });
    expect(filled.model).toBe("global_linear_short_log");
    for (let h = 0; h < 24; h++) expect(Math.abs(filled.mean[h] - day(240 + h))).toBeLessThan(12);
    expect(short.model).toBe("naive");
    expect(short.warnings.join()).toContain("too few for the models asked for");
  });

  it("global linear model learns a pattern that all series share", () => {
    const panel = Array.from({ length: 8 }, (_, i) => ({
      id: `s${i}`,
      y: generate(160, (t) => 100 + (i + 1) * Math.sin((2 * Math.PI * (t + 5 * i)) / 20)),
    }));
    const fs = forecast(panel, { horizon: 10, season: [20], models: ["global_linear_short_log"] });
    fs.forEach((f, i) => {
      for (let h = 0; h < 10; h++) {
        const wanted = 100 + (i + 1) * Math.sin((2 * Math.PI * (160 + h + 5 * i)) / 20);
        expect(Math.abs(f.mean[h] - wanted)).toBeLessThan(0.05 * (i + 1));
      }
    });
  });

  it("the empirical mix leaves the last value with the hours and ends at the last weeks' median", () => {
    const y = generate(400, (t) => (t === 399 ? 90 : 10 + (t % 2)));
    const f = one(y, { models: ["empirical_mix"], horizon: 400 });
    const a = Math.exp(-1 / 60);
    expect(f.mean[0]).toBeCloseTo(a * 90 + (1 - a) * 10.5, 0);
    expect(f.mean[399]).toBeGreaterThan(9.9);
    expect(f.mean[399]).toBeLessThan(11.2);
  });

  it("clips below at zero for a history that never is, or as told", () => {
    const y = noisy.map((v, t) => Math.max(0, v - 45 + (t % 3)));
    expect(Math.min(...one(y).lo[95])).toBe(0);
    expect(Math.min(...one(y, { nonNegative: false }).lo[95])).toBeLessThan(0);
    expect(Math.min(...one(noisy.map((v) => v - 45)).lo[95])).toBeLessThan(-5);
  });

  it("stops when told to, and tells how far it is", () => {
    const abort = new AbortController();
    abort.abort();
    expect(() => one(noisy, { signal: abort.signal })).toThrow();
    const seen: string[] = [];
    one(noisy, { paths: 5, onProgress: (done, total, label) => seen.push(`${label} ${done}/${total}`) });
    expect(seen).toEqual(["forecasting 0/1", "sampling paths 0/1"]);
  });

  it("refuses impossible options by name", () => {
    const bad: [Partial<ForecastOptions>, string][] = [
      [{ horizon: 0 }, "horizon must be a whole number of at least 1, got 0"],
      [{ horizon: 1.5 }, "horizon must be"],
      [{ season: [0] }, "season must be"],
      [{ season: [24.5] }, "season must be"],
      [{ levels: [100] }, "levels must be"],
      [{ quantiles: [1] }, "quantiles must be"],
      [{ models: [] }, "models must be"],
      [{ models: ["arima2"] }, "auto or one of lag_ridge, naive"],
      [{ paths: -1 }, "paths must be"],
      [{ seed: 0.5 }, "seed must be"],
      [{ maxGap: -1 }, "maxGap must be"],
    ];
    for (const [options, message] of bad) expect(() => one(noisy, options), message).toThrow(message);
    expect(() => one(noisy, { horizon: Number.NaN })).toThrow(InputError);
  });

  it("takes an empty panel and refuses an id that stands twice", () => {
    expect(forecast([], { horizon: 3 })).toEqual([]);
    const twice = [
      { id: "q", y: noisy },
      { id: "q", y: noisy },
    ];
    expect(() => forecast(twice, { horizon: 3 })).toThrow('series id "q" stands twice in the panel');
  });
});
