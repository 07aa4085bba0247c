import { beforeAll, describe, expect, it } from "vitest";
import { backtestPanel, fixtureBacktest } from "../../../fixtures/backtest.js";
import {
  type Backtest,
  backtest,
  type Forecast,
  type ForecastBacktest,
  ForecastBacktestSchema,
  forecast,
  forecastBacktestResult,
  lastObservation,
  type Series,
} from "../../../src/forecast/index.js";

const panel = backtestPanel();
const options = {
  horizon: 24,
  origins: 3,
  season: [24, 168],
  models: ["lag_ridge", "empirical_mix", "seasonal_naive"],
};
const document = {
  season: [24, 168],
  maxGap: 24,
  frequency: "h" as const,
  value: "demand",
  seed: 0,
  asOf: lastObservation(panel, "h"),
};

let found: Backtest;
let result: ForecastBacktest;
beforeAll(async () => {
  found = await backtest(panel, options);
  result = await fixtureBacktest();
});

describe("backtest", () => {
  it("agrees with its rows: the mean over steps of a complete panel is the mean MASE and coverage", async () => {
    const complete = panel.filter(({ y }) => y.length > 100 && !y.some(Number.isNaN));
    const { rows, models } = await backtest(complete, options);
    for (const { model, steps } of models) {
      const own = rows.filter((r) => r.model === model && Number.isFinite(r.mase));
      const mean = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0) / x.length;
      expect(mean(steps.mase)).toBeCloseTo(mean(own.map((r) => r.mase)), 10);
      expect(mean(steps.coverage[80])).toBeCloseTo(
        mean(rows.filter((r) => r.model === model).map((r) => r.coverage_80)),
        10,
      );
    }
  });

  it("forecasts once for each origin and model, and keeps only the worst from the last origin", async () => {
    let calls = 0;
    const forecaster = (training: readonly Series[], o: Parameters<typeof forecast>[1]) => {
      calls++;
      return forecast(training, o);
    };
    const { models, rows } = await backtest(panel, { ...options, models: ["naive", "naive"], forecaster });
    expect(calls).toBe(3);
    const last = Math.max(...rows.map((r) => r.origin));
    const worst = rows
      .filter((r) => r.origin === last && Number.isFinite(r.mase))
      .sort((a, b) => b.mase - a.mase)
      .slice(0, 6);
    expect(models[0].worst.kept.map(({ training, mase }) => [training.id, mase])).toEqual(
      worst.map((r) => [r.id, r.mase]),
    );
  });

  it("sees nothing beyond an origin: other values after it leave every forecast up to it alone", async () => {
    const heard = async (series: readonly Series[]): Promise<Forecast[][]> => {
      const all: Forecast[][] = [];
      const forecaster = (training: readonly Series[], o: Parameters<typeof forecast>[1]) => {
        const forecasts = forecast(training, o);
        all.push(forecasts);
        return forecasts;
      };
      await backtest(series, { ...options, models: ["auto"], forecaster });
      return all;
    };
    const few = panel.slice(2, 5);
    const before = await heard(few);
    for (const [k, back] of [72, 48, 24].entries()) {
      const other = few.map((s) => ({ ...s, y: s.y.map((v, t) => (t >= s.y.length - back ? 500 - 3 * v : v)) }));
      const after = await heard(other);
      expect(after.slice(0, k + 1)).toEqual(before.slice(0, k + 1));
      if (k < 2) expect(after[k + 1]).not.toEqual(before[k + 1]);
    }
  });

  it("tells which series were scored, and at which origins", () => {
    expect(found.origins.map(({ steps_before_end, series }) => [steps_before_end, series])).toEqual([
      [72, 12],
      [48, 12],
      [24, 12],
    ]);
    expect(found.origins[2].time).toBe(document.asOf - 24 * 3_600_000);
    expect([...found.scored]).toEqual([...new Array(12).fill(3), 0]);
  });

  it("has no common time where series end at different times", async () => {
    const ragged = [panel[0], { ...panel[2], y: panel[2].y.slice(0, 500), t: panel[2].t?.slice(0, 500) }];
    const { origins } = await backtest(ragged, { ...options, models: ["naive"], origins: 1 });
    expect(origins).toEqual([{ steps_before_end: 24, time: null, series: 2 }]);
  });
});

describe("the result of a backtest", () => {
  it("keeps to its schema, through JSON and back", () => {
    expect(ForecastBacktestSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(() => ForecastBacktestSchema.parse({ ...result, schema: "fleetlens.forecast-backtest/2" })).toThrow();
  });

  it("is the same for the same panel", async () => {
    expect(JSON.stringify(await fixtureBacktest())).toBe(JSON.stringify(result));
  });

  it("does not depend on how long the forecasts took", () => {
    const timed = { ...found, rows: found.rows.map((row) => ({ ...row, seconds: 7 })) };
    expect(forecastBacktestResult(panel, timed, document)).toEqual(forecastBacktestResult(panel, found, document));
  });

  it("names models best first, their steps, quantiles and series", () => {
    const mase = result.models.map((m) => m.mase as number);
    expect(mase).toEqual([...mase].sort((a, b) => a - b));
    for (const { steps, reliability, series_mase } of result.models) {
      expect([steps.n, steps.mase, steps.coverage_80, steps.width_95].map((x) => x.length)).toEqual([24, 24, 24, 24]);
      expect(reliability.map(({ probability }) => probability)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
      expect(series_mase).toEqual([...series_mase].sort((a, b) => a - b));
    }
    expect(result.sampling).toEqual({ unit: "series", count: 12 });
    expect(result.baseline).toBe("seasonal_naive");
  });

  it("shows the worst forecasts with what came, and seasonal naive one week before", () => {
    expect(result.shown).toHaveLength(6);
    for (const shown of result.shown) {
      const series = panel.find(({ id }) => id === shown.id) as Series;
      const n = series.y.length;
      const nulls = (x: Float64Array) => Array.from(x, (v) => (Number.isNaN(v) ? null : v));
      expect(shown.actual).toEqual(nulls(series.y.slice(n - 24)));
      expect(shown.history).toEqual(nulls(series.y.slice(n - 24 - 168, n - 24)));
      expect(shown.seasonal_naive).toEqual(Array.from(series.y.slice(n - 24 - 144 - 24, n - 24 - 144)));
      expect(shown.origin).toBe("2026-09-12T23:00:00Z");
      const errors = shown.actual.flatMap((v, h) => (v === null ? [] : [Math.abs(v - shown.forecast[h])]));
      expect(shown.mae).toBeCloseTo(errors.reduce((a, b) => a + b, 0) / errors.length, 10);
      for (let h = 0; h < 24; h++) {
        expect(shown.lo_95[h]).toBeLessThanOrEqual(shown.lo_80[h]);
        expect(shown.hi_95[h]).toBeGreaterThanOrEqual(shown.hi_80[h]);
      }
    }
    const shares = result.shown.map((s) => s.error_share as number);
    expect(shares.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1);
  });

  it("lists where seasonal naive is better, and every series with its scores", () => {
    const mean = (id: string, model: string) => {
      const own = found.rows.filter((r) => r.id === id && r.model === model && Number.isFinite(r.mase));
      return own.reduce((sum, r) => sum + r.mase, 0) / own.length;
    };
    const best = result.models[0].model;
    const ids = [...new Set(found.rows.map((r) => r.id))];
    const lost = ids.filter((id) => mean(id, best) > mean(id, "seasonal_naive"));
    expect(result.losses?.count).toBe(lost.length);
    expect(result.losses?.of).toBe(12);
    expect(new Set(result.losses?.series.map(({ id }) => id))).toEqual(new Set(lost));
    expect(result.series.map(({ id }) => id).sort()).toEqual([...ids].sort());
    for (const { id, mase } of result.series) expect(mase).toBeCloseTo(mean(id, best), 10);
  });

  it("counts what was left out and what is missing", () => {
    expect(result.quality).toMatchObject({
      series: 13,
      scored: 12,
      left_out: [{ id: "opened-late", values: 4 }],
      partly_scored: 0,
      actual_steps: 12 * 72,
      missing_steps: 10,
      unscaled_count: 0,
    });
  });

  it("takes quantiles of very many series, and the fifty worst by name", async () => {
    const many = Array.from({ length: 230 }, (_, i) => ({
      id: `s${String(i).padStart(3, "0")}`,
      y: Float64Array.from({ length: 40 }, (_v, t) => 10 + i + ((t * (7 + i)) % 11)),
    }));
    const quick = await backtest(many, { horizon: 4, origins: 1, models: ["naive"] });
    const crowd = forecastBacktestResult(many, quick, { ...document, season: [], frequency: "int" });
    expect(ForecastBacktestSchema.parse(crowd)).toEqual(crowd);
    expect(crowd.models[0].series_mase).toHaveLength(200);
    expect(crowd.series).toHaveLength(50);
    expect(crowd).toMatchObject({ baseline: null, losses: null, origins: [{ time: 36 }] });
  });

  it.each([
    ["one series of three points", [Float64Array.of(1, 2, 4, 3)]],
    ["constant series", [new Float64Array(30).fill(5), new Float64Array(30).fill(7)]],
    ["zeros", [new Float64Array(30), Float64Array.from({ length: 30 }, (_, t) => t % 5)]],
    ["negative values", [Float64Array.from({ length: 40 }, (_, t) => -5 - (t % 7)), new Float64Array(40).fill(-1)]],
    ["huge and tiny scales", [1e12, 1e-9].map((s) => Float64Array.from({ length: 40 }, (_, t) => s * (2 + (t % 6))))],
  ])("keeps to its schema for %s", async (_name, values) => {
    const degenerate = values.map((y, i) => ({ id: `d${i}`, y }));
    const models = ["seasonal_naive", "naive"];
    const degenerateFound = await backtest(degenerate, { horizon: 1, origins: 1, season: [7], models });
    const made = forecastBacktestResult(degenerate, degenerateFound, { ...document, season: [7], frequency: "int" });
    expect(ForecastBacktestSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it("needs a date where steps have none, and a scored series", async () => {
    expect(() => lastObservation([{ id: "a", y: Float64Array.of(1) }], "int")).toThrow("--as-of");
    const short = [{ id: "a", y: Float64Array.of(1, 2) }];
    const nothing = await backtest(short, { horizon: 1, origins: 1 });
    expect(() => forecastBacktestResult(short, nothing, document)).toThrow("scored no series");
  });
});
