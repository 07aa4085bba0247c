import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hourlyFamilies } from "../../fixtures/families.js";
import { createRandom } from "../../src/core/random.js";
import {
  applyScenarios,
  coverage,
  type Forecast,
  forecast,
  forecastDemand,
  type Series,
} from "../../src/forecast/index.js";

const RUNS = { seed: 20_261_103, numRuns: 15 };
const OPTIONS = { horizon: 10, season: [6] };
const INGEST = resolve(import.meta.dirname, "../../dist/src/ingest/index.js");

/** A noisy seasonal series around a level, made of a seed so that it shrinks to something readable. */
function seasonal(seed: number, n: number, level = 50): Float64Array {
  const random = createRandom(seed);
  const size = 2 + 8 * random.uniform();
  return Float64Array.from({ length: n }, (_, t) => level + size * Math.sin((Math.PI * t) / 3) + random.normal());
}

const seed = fc.nat(1_000_000);
const length = fc.integer({ min: 70, max: 140 });

/** All arrays of a forecast, in a fixed order. */
const arraysOf = (f: Forecast): Float64Array[] => [f.mean, f.lo[80], f.hi[80], f.lo[95], f.hi[95]];

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < got.length; i++) expect(Math.abs(got[i] - wanted[i])).toBeLessThanOrEqual(tolerance);
}

describe("equivariance", () => {
  it("y → c·y gives c times the forecast", () => {
    const factor = fc.double({ min: -300, max: 300, noNaN: true }).map((e) => 2 ** e);
    fc.assert(
      fc.property(seed, length, factor, (s, n, c) => {
        const y = seasonal(s, n);
        const [plain] = forecast([{ id: "q", y }], OPTIONS);
        const [scaled] = forecast([{ id: "q", y: y.map((v) => c * v) }], OPTIONS);
        arraysOf(scaled).forEach((values, i) => {
          expectNear(
            values,
            arraysOf(plain)[i].map((v) => c * v),
            1e-6 * c * 50,
          );
        });
      }),
      RUNS,
    );
  });

  it("y → y + k moves the forecast by k for models without logs", () => {
    const models = fc.constantFrom(
      "naive",
      "seasonal_naive",
      "empirical_mix",
      "lag_ridge_long_few_recent_huber",
      "lag_ridge_sparse_day_difference",
      "lag_ridge_dense_difference",
      "lag_ridge_dense_fourier",
      "global_linear_long",
    );
    fc.assert(
      fc.property(seed, length, models, fc.integer({ min: -1000, max: 1000 }), (s, n, model, k) => {
        const options = { ...OPTIONS, models: [model], nonNegative: false };
        const y = seasonal(s, n, 0);
        const [plain] = forecast([{ id: "q", y }], options);
        const [moved] = forecast([{ id: "q", y: y.map((v) => v + k) }], options);
        expect(plain.model).toBe(model);
        arraysOf(moved).forEach((values, i) => {
          expectNear(
            values,
            arraysOf(plain)[i].map((v) => v + k),
            1e-5,
          );
        });
      }),
      { ...RUNS, numRuns: 40 },
    );
  });
});

describe("panels", () => {
  it("the order of the series changes nothing", () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 2, max: 4 }), (s, count) => {
        // Series of unequal length, one of them too short for any model.
        const panel = Array.from({ length: count }, (_, i) => ({
          id: `q${i}`,
          y: seasonal(s + i, i === 1 ? 5 : 70 + 20 * i),
        }));
        const options = { ...OPTIONS, paths: 8 };
        const straight = forecast(panel, options);
        const turned = forecast(panel.toReversed(), options).toReversed();
        straight.forEach((f, i) => {
          expect(turned[i].id).toBe(f.id);
          expect(turned[i].model).toBe(f.model);
          arraysOf(f).forEach((values, k) => {
            expectNear(arraysOf(turned[i])[k], values, 1e-9);
          });
          expectNear(turned[i].paths?.data ?? [], f.paths?.data ?? [], 1e-9);
        });
      }),
      RUNS,
    );
  });

  it("ids stay text, whatever they look like", () => {
    const ids = fc.uniqueArray(
      fc.oneof(fc.constantFrom("1", "007", "7", "1e3", "__proto__", "null", ""), fc.string()),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(ids, (names) => {
        const panel = names.map((id) => ({ id, y: seasonal(1, 70) }));
        expect(forecast(panel, { ...OPTIONS, models: ["naive"] }).map(({ id }) => id)).toEqual(names);
      }),
      RUNS,
    );
  });

  it.skipIf(!existsSync(INGEST))("threads change no bit (needs the built dist/)", { timeout: 60_000 }, async () => {
    const ingest = (await import(pathToFileURL(INGEST).href)) as typeof import("../../src/ingest/index.js");
    const families: Series[] = hourlyFamilies(3, 150).map(({ id, y }) => ({ id, y }));
    const panel = [...families, { id: "short", y: seasonal(2, 7) }, { id: "idle", y: new Float64Array(150) }];
    const options = { horizon: 30, season: [24], paths: 20, seed: 5, quantiles: [0.3], keepErrors: true };
    const results: Forecast[][] = [];
    for (const threads of [1, 2, 3]) results.push(await ingest.forecastParallel(panel, { ...options, threads }));
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(results[0]).toEqual(forecast(panel, options));
  });
});

describe("intervals", () => {
  // Anything goes: holes, zeros, negatives, jumps of many orders of magnitude, a handful of values.
  const normal = (v: number): number => (Math.abs(v) < 1e-300 ? 0 : v);
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }).map(normal) },
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
    { weight: 1, arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }).map(normal) },
  );
  const anything = fc
    .array(value, { minLength: 2, maxLength: 90 })
    .filter((values) => values.filter((v) => !Number.isNaN(v)).length >= 2)
    .map((values) => {
      const first = values.findIndex((v) => !Number.isNaN(v));
      return Float64Array.from(values.length - first > 1 ? values : [1, ...values]);
    });

  it("are finite and nested around the point forecast, and not below zero for a history that never is", () => {
    fc.assert(
      fc.property(anything, fc.boolean(), fc.integer({ min: 1, max: 30 }), (raw, absolute, horizon) => {
        const y = absolute ? raw.map(Math.abs) : raw;
        const [f] = forecast([{ id: "q", y }], { horizon, season: [6, 12], paths: 4, quantiles: [0.3] });
        for (let h = 0; h < horizon; h++) {
          const row = [f.lo[95][h], f.lo[80][h], f.quantiles[0.3][h], f.mean[h], f.hi[80][h], f.hi[95][h]];
          expect(row.every(Number.isFinite)).toBe(true);
          expect(row).toEqual(row.toSorted((a, b) => a - b));
          if (absolute) expect(row[0]).toBeGreaterThanOrEqual(0);
        }
        const paths = f.paths?.data ?? new Float64Array(0);
        expect(paths.every((v) => Number.isFinite(v) && (!absolute || v >= 0))).toBe(true);
      }),
      { ...RUNS, numRuns: 30 },
    );
  });

  it("of a constant have no width", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(normal),
        fc.integer({ min: 2, max: 120 }),
        (level, n) => {
          const [f] = forecast([{ id: "q", y: new Float64Array(n).fill(level) }], OPTIONS);
          for (const values of arraysOf(f))
            expectNear(values, new Float64Array(10).fill(level), 1e-12 * Math.abs(level));
        },
      ),
      RUNS,
    );
  });

  const future = 24;
  /** Share of the future inside the 95 % interval, over simulated series made by `simulate(seed, n)`. */
  function coverageOf(simulate: (s: number, n: number) => Float64Array): number {
    const whole = Array.from({ length: 60 }, (_, i) => simulate(100 + i, 300 + future));
    const panel = whole.map((y, i) => ({ id: `s${i}`, y: y.subarray(0, 300) }));
    const forecasts = forecast(panel, { horizon: future, season: [24] });
    const shares = forecasts.map((f, i) => coverage(whole[i].subarray(300), f.lo[95], f.hi[95]));
    return shares.reduce((s, v) => s + v, 0) / shares.length;
  }

  it("cover 90 to 98 % at 95 % on autoregressive series", { timeout: 60_000 }, () => {
    const covered = coverageOf((s, n) => {
      const random = createRandom(s);
      let [one, two] = [0, 0];
      return Float64Array.from({ length: n }, () => {
        [one, two] = [0.9 * one - 0.2 * two + random.normal(), one];
        return one;
      });
    });
    expect(covered).toBeGreaterThan(0.9);
    expect(covered).toBeLessThan(0.98);
  });

  it("cover 90 to 98 % at 95 % on seasonal series with multiplicative noise", { timeout: 60_000 }, () => {
    const covered = coverageOf((s, n) => {
      const random = createRandom(s);
      const level = 10 + 90 * random.uniform();
      return Float64Array.from({ length: n }, (_, t) => {
        const day = 1 + 0.5 * Math.sin((2 * Math.PI * (t + s)) / 24);
        return level * day * Math.exp(0.1 * random.normal());
      });
    });
    expect(covered).toBeGreaterThan(0.9);
    expect(covered).toBeLessThan(0.98);
  });
});

describe("demand", () => {
  const start = Date.UTC(2020, 5, 1);
  const options = { weeks: 1, start, season: [24], paths: 60, models: ["empirical_mix"] };
  const panelOf = (s: number): Series[] =>
    hourlyFamilies(s, 200)
      .slice(0, 4)
      .map(({ id, y }) => ({ id, y }));

  it("the total's mean is the sum of the queues' and its interval not wider than theirs together", () => {
    fc.assert(
      fc.property(seed, fc.constantFrom("bu", "td", "mint"), (s, reconcile) => {
        const { weeks } = forecastDemand(panelOf(s), { ...options, reconcile });
        const [total, parts] = [weeks[weeks.length - 1], weeks.slice(0, -1)];
        const sum = (of: (w: (typeof weeks)[number]) => number): number => parts.reduce((t, w) => t + of(w), 0);
        expect(total.queue).toBe("_total");
        expect(Math.abs(total.mean - sum((w) => w.mean))).toBeLessThan(1e-6);
        for (const level of [80, 95] as const) {
          const width = (w: (typeof weeks)[number]) => w[`hi_${level}`] - w[`lo_${level}`];
          expect(width(total)).toBeLessThanOrEqual(sum(width) + 1e-6);
        }
      }),
      RUNS,
    );
  });

  it("the plan's mean is the mean over paths, and a wave adds exactly gpus · hours", () => {
    const hours = fc.integer({ min: 0, max: 1000 }).map((v) => v / 10);
    fc.assert(
      fc.property(seed, hours, hours, fc.integer({ min: 0, max: 500 }), (s, from, duration, gpus) => {
        const panel = panelOf(s);
        const [f] = forecast(panel, { horizon: 168, season: [24], paths: 60, models: ["empirical_mix"] });
        const { n = 0, data = new Float64Array(0) } = f.paths ?? {};
        const base = { ids: [f.id], n, horizon: 168, start, stepMs: 3_600_000, data: [data] };
        const sumOf = (values: Float64Array) => values.reduce((total, v) => total + v, 0) / n;
        const [first] = forecastDemand(panel, options).weeks;
        expect(first.mean).toBeCloseTo(sumOf(data), 6);
        const overlay = {
          type: "hpo_wave" as const,
          queue: f.id,
          start: new Date(start + Math.round(from * 3_600_000 * 0.6)).toISOString(),
          duration_hours: duration,
          gpus,
        };
        const { paths, warnings } = applyScenarios(base, [{ name: "w", overlays: [overlay] }], 0);
        expect(warnings).toEqual([]);
        expect(sumOf(paths.data[0]) - sumOf(data)).toBeCloseTo(gpus * duration, 5);
      }),
      RUNS,
    );
  });
});

it("beats seasonal naive on most unseen series of mixed families", { timeout: 90_000 }, () => {
  const horizon = 48;
  const n = 24 * 28;
  const unseen = hourlyFamilies(77, n + horizon, 4);
  const panel = unseen.map(({ id, y }) => ({ id, y: y.subarray(0, n) }));
  const errorsOf = (models: readonly string[] | "auto") =>
    forecast(panel, { horizon, season: [24, 168], models }).map((f, i) =>
      f.mean.reduce((sum, v, h) => sum + Math.abs(v - unseen[i].y[n + h]), 0),
    );
  const [ours, theirs] = [errorsOf("auto"), errorsOf(["seasonal_naive"])];
  const better = ours.filter((error, i) => error < theirs[i]).length;
  expect(better / panel.length).toBeGreaterThan(0.5);
  // And where both errors are finite the pooled error is lower by a good part, not by a hair.
  const total = (errors: number[]) => errors.reduce((sum, v) => sum + v, 0);
  expect(total(ours)).toBeLessThan(0.9 * total(theirs));
});
