import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import {
  type BacktestRow,
  backtest,
  crossValidate,
  type Forecast,
  fitSeries,
  forecast,
  leaderboard,
  planForecast,
  type Series,
} from "../../../src/forecast/index.js";
import { mase, smape } from "../../../src/forecast/metrics.js";

const random = createRandom(21);
const wave = (n: number, season: number): Float64Array =>
  Float64Array.from({ length: n }, (_, t) => 30 + 10 * Math.sin((2 * Math.PI * t) / season) + random.normal());
const panel: Series[] = [
  { id: "a", y: wave(300, 24) },
  { id: "b", y: wave(200, 24) },
];

describe("crossValidate", () => {
  const options = { horizon: 12, season: [24], origins: 2, models: ["naive", "seasonal_naive"] };

  it("gives one row for each origin, model and series, in that order", () => {
    const rows = crossValidate(panel, options);
    expect(rows.map(({ origin, model, id }) => `${id} ${origin} ${model}`)).toEqual([
      "a 276 naive",
      "b 176 naive",
      "a 276 seasonal_naive",
      "b 176 seasonal_naive",
      "a 288 naive",
      "b 188 naive",
      "a 288 seasonal_naive",
      "b 188 seasonal_naive",
    ]);
  });

  it("scores what the model said against what came", () => {
    const rows = crossValidate(panel, { ...options, origins: 1 });
    const [a] = panel;
    const last = new Float64Array(12).fill(a.y[287]);
    expect(rows[0].smape).toBeCloseTo(smape(a.y.subarray(288), last), 10);
    expect(rows[0].mase).toBeCloseTo(mase(a.y.subarray(288), last, a.y.subarray(0, 288), 24), 10);
    expect(rows.every((r) => r.coverage_95 >= r.coverage_80 && r.wql > 0 && r.msis_95 > 0 && r.rmsse > 0)).toBe(true);
    expect(rows.every((r) => Number.isNaN(r.seconds))).toBe(true);
  });

  it("is at once what a backtest finds", async () => {
    expect(crossValidate(panel, options)).toEqual((await backtest(panel, options)).rows);
  });

  it("steps between origins as asked, names origins by time and tells seconds by the caller's clock", () => {
    const t = Float64Array.from({ length: 300 }, (_, i) => 1000 * i);
    let now = 0;
    const clock = () => (now += 5);
    const rows = crossValidate([{ ...panel[0], t }], {
      ...options,
      models: ["naive"],
      origins: 3,
      step: 1,
      clock,
    });
    expect(rows.map(({ origin }) => origin)).toEqual([285_000, 286_000, 287_000]);
    expect(rows.map(({ seconds }) => seconds)).toEqual([5, 5, 5]);
  });

  it("leaves out a series at an origin that has no history for it, and steps without an actual value", () => {
    const short = { id: "short", y: Float64Array.of(1, 2, 3, 4, 5) };
    const holed = { id: "holed", y: panel[0].y.slice() };
    holed.y[295] = Number.NaN;
    const rows = crossValidate([short, holed], { ...options, models: ["naive"] });
    expect(rows.map(({ id }) => id)).toEqual(["holed", "holed"]);
    expect(rows.every(({ smape: s, mase: m }) => Number.isFinite(s) && Number.isFinite(m))).toBe(true);
    expect(crossValidate([short], options)).toEqual([]);
  });

  it("scales by the plain naive forecast when the season is long, as M4 does by the week", () => {
    const weekly = { id: "w", y: wave(200, 52) };
    const [row] = crossValidate([weekly], { horizon: 4, season: [52], origins: 1, models: ["naive"] });
    const last = new Float64Array(4).fill(weekly.y[195]);
    expect(row.mase).toBeCloseTo(mase(weekly.y.subarray(196), last, weekly.y.subarray(0, 196), 1), 10);
  });

  it("shows a model nothing beyond the origin: another future, the same forecasts", async () => {
    const changed = panel.map(({ id, y }) => ({ id, y: y.map((v, t) => (t >= y.length - 24 ? 1000 - 7 * v : v)) }));
    const heard = async (series: Series[]): Promise<Forecast[]> => {
      const all: Forecast[] = [];
      const forecaster = (training: readonly Series[], o: Parameters<typeof forecast>[1]) => {
        const result = forecast(training, o);
        all.push(...result);
        return result;
      };
      await backtest(series, { horizon: 24, season: [24], origins: 1, models: ["auto"], forecaster });
      return all;
    };
    expect(await heard(changed)).toEqual(await heard(panel));
  });

  it("refuses impossible origins, steps and models", () => {
    expect(() => crossValidate(panel, { ...options, origins: 0 })).toThrow(InputError);
    expect(() => crossValidate(panel, { ...options, step: 0 })).toThrow("step must be");
    expect(() => crossValidate(panel, { ...options, models: ["prophet"] })).toThrow(
      "models must be auto or one of lag_ridge",
    );
  });
});

describe("origins inside the history", () => {
  it.each([
    ["hours", 24, 300],
    ["weeks", 52, 240],
  ])("are forecast without what follows them, also by the models that see the whole panel (%s)", (_name, season, n) => {
    const series = Array.from({ length: 3 }, (_, i) => ({ id: `s${i}`, y: wave(n, season) }));
    const options = { horizon: 8, season: [season] };
    const job = planForecast(series, options);
    const cut = job.tasks[0].plan.cuts[0];
    expect(cut).toBeLessThan(n - 8);
    const other = series.map(({ id, y }) => ({ id, y: y.map((v, t) => (t >= cut ? 60 - v : v)) }));
    const changed = planForecast(other, options);
    for (const [i, task] of job.tasks.entries()) {
      const before = fitSeries(task, job.panelFits);
      const after = fitSeries(changed.tasks[i], changed.panelFits);
      expect(before.length).toBeGreaterThan(0);
      before.forEach((fit, c) => {
        expect(after[c].backtest[0]).toEqual(fit.backtest[0]);
        expect(after[c].points).not.toEqual(fit.points);
      });
    }
  });
});

describe("leaderboard", () => {
  const rowOf = (id: string, model: string, value: number): BacktestRow => ({
    id,
    origin: 1,
    model,
    smape: value,
    mase: value,
    rmsse: value,
    wql: value,
    msis_95: value,
    coverage_80: 0.8,
    coverage_95: 0.95,
    seconds: 0,
  });
  const ids = Array.from({ length: 30 }, (_, i) => `s${i}`);

  it("puts the best mean MASE first, with an interval around it and the others' p-values", () => {
    const rows = ids.flatMap((id, i) => [rowOf(id, "bad", 2 + Math.sin(i)), rowOf(id, "good", 1 + i / 290)]);
    const board = leaderboard(rows);
    expect(board.map(({ model }) => model)).toEqual(["good", "bad"]);
    expect(board[0].mase).toBeCloseTo(1.05, 12);
    expect(board[0].mase_lo).toBeLessThan(1.05);
    expect(board[0].mase_hi).toBeGreaterThan(1.05);
    expect(board[0].dm_p_value).toBeNull();
    expect(board[1].dm_p_value).toBeLessThan(1e-6);
    expect(leaderboard(rows)).toEqual(board);
    expect(leaderboard(rows, { seed: 1 })[0].mase_lo).not.toBe(board[0].mase_lo);
  });

  it("finds no difference where there is none", () => {
    const same = leaderboard(ids.flatMap((id, i) => [rowOf(id, "x", 1 + i), rowOf(id, "y", 1 + i)]));
    expect(same.map(({ model, dm_p_value }) => [model, dm_p_value])).toEqual([
      ["x", null],
      ["y", 1],
    ]);
    // Differences +1 and −1 in turn: the mean is 0, so p is 1.
    const balanced = leaderboard(ids.flatMap((id, i) => [rowOf(id, "x", 2), rowOf(id, "y", 2 + (i % 2 ? 1 : -1))]));
    expect(balanced[1].dm_p_value).toBeCloseTo(1, 6);
  });

  it("matches the paired t-test by hand: d = 1, 2, 3 gives mean 2, deviation 1, n = 3", () => {
    const rows = [1, 2, 3].flatMap((d, i) => [rowOf(`s${i}`, "x", 1), rowOf(`s${i}`, "y", 1 + d)]);
    // t = 2 / (1/√3) = 3.4641 with 2 degrees of freedom: p = 1 − t/√(t² + 2) = 1 − √(12/14) = 0.07418
    expect(leaderboard(rows)[1].dm_p_value).toBeCloseTo(1 - Math.sqrt(12 / 14), 10);
  });

  it("leaves undefined scores out, and one series gives no p-value", () => {
    const rows = [rowOf("a", "x", 1), rowOf("b", "x", Number.NaN), rowOf("a", "y", 3), rowOf("b", "y", Number.NaN)];
    const board = leaderboard(rows);
    expect(board.map(({ mase: m }) => m)).toEqual([1, 3]);
    expect(board[1].dm_p_value).toBeNaN();
  });
});
