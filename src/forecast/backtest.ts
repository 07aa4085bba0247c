import { InputError } from "../core/errors.js";
import type { Series } from "../core/series.js";
import { forecast } from "./forecast.js";
import { coverage, mase, msis, rmsse, smape, wql } from "./metrics.js";
import { isShort } from "./models/registry.js";
import type { Forecast, ForecastOptions } from "./types.js";

/** Scores of one model on one series from one origin; NaN where a score is not defined (e.g. a constant history). */
export interface BacktestRow {
  id: string;
  /** Time (epoch ms) or step of the last value that the model saw. */
  origin: number;
  model: string;
  smape: number;
  mase: number;
  rmsse: number;
  wql: number;
  msis_95: number;
  coverage_80: number;
  coverage_95: number;
  /** Time of the panel's forecast ÷ number of series; NaN without a clock. */
  seconds: number;
}

export interface CrossValidateOptions extends ForecastOptions {
  /** Number of rolling origins, ≥ 1; the last one leaves exactly the horizon. */
  origins: number;
  /** Steps between origins; default the horizon. */
  step?: number;
  /** Seconds on some clock, for the `seconds` column; pure code has none of its own. */
  clock?: () => number;
  /** How a panel is forecast; default {@link forecast} in this thread. */
  forecaster?: (panel: readonly Series[], options: ForecastOptions) => Forecast[] | Promise<Forecast[]>;
}

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** A series shorter than this at an origin is not scored there. */
const LEAST_HISTORY = 3;

/**
 * Rolling-origin evaluation: each model forecasts the whole panel from every origin, seeing nothing beyond it.
 *
 * `models` names the contenders ("auto" is one of them; default only auto). MASE, RMSSE and MSIS are scaled by the
 * shortest season if it is below 26 steps, else by the plain naive forecast, as M4 does.
 *
 * @returns rows by origin, then model, then series in the panel's order
 */
export async function crossValidate(panel: readonly Series[], options: CrossValidateOptions): Promise<BacktestRow[]> {
  const { origins, step = options.horizon, clock, forecaster = forecast, models = "auto", ...rest } = options;
  if (!(Number.isInteger(origins) && origins >= 1)) {
    throw new InputError(`origins must be a whole number of at least 1, got ${origins}`, { option: "origins" });
  }
  if (!(Number.isInteger(step) && step >= 1)) {
    throw new InputError(`step must be a whole number of at least 1, got ${step}`, { option: "step" });
  }
  const names = models === "auto" ? ["auto"] : models;
  const rows: BacktestRow[] = [];
  for (let k = 0; k < origins; k++) {
    const back = options.horizon + (origins - 1 - k) * step;
    const scored = panel.filter((s) => hasHistory(s, s.y.length - back));
    if (scored.length === 0) continue;
    const training = scored.map((s) => truncate(s, s.y.length - back));
    for (const [m, model] of names.entries()) {
      options.onProgress?.(k * names.length + m, origins * names.length, "backtesting");
      const before = clock?.() ?? Number.NaN;
      const forecasts = await forecaster(training, {
        ...rest,
        models: model === "auto" ? "auto" : [model],
        levels: [80, 95],
        quantiles: DECILES,
        paths: 0,
        onProgress: undefined,
      });
      const seconds = ((clock?.() ?? Number.NaN) - before) / scored.length;
      forecasts.forEach((f, i) => {
        const cut = scored[i].y.length - back;
        const actual = scored[i].y.subarray(cut, cut + options.horizon);
        rows.push(score(training[i], actual, f, model, seconds, options.season ?? []));
      });
    }
  }
  return rows;
}

function hasHistory({ y }: Series, length: number): boolean {
  let observed = 0;
  for (let t = 0; t < length && observed < LEAST_HISTORY; t++) if (!Number.isNaN(y[t])) observed++;
  return observed >= LEAST_HISTORY;
}

function truncate(series: Series, length: number): Series {
  const { id, y, t } = series;
  return { id, y: y.subarray(0, length), ...(t ? { t: t.subarray(0, length) } : {}) };
}

function score(
  training: Series,
  actual: Float64Array,
  f: Forecast,
  model: string,
  seconds: number,
  seasons: readonly number[],
): BacktestRow {
  const shortest = [...seasons].filter((s) => s > 1).sort((a, b) => a - b)[0];
  const season = isShort(shortest) && training.y.length > shortest ? shortest : 1;
  const history = training.y;
  return {
    id: f.id,
    origin: training.t ? training.t[training.t.length - 1] : history.length,
    model,
    smape: smape(actual, f.mean),
    mase: mase(actual, f.mean, history, season),
    rmsse: rmsse(actual, f.mean, history, season),
    wql: wql(actual, new Map(DECILES.map((q) => [q, f.quantiles[q]]))),
    msis_95: msis(actual, f.lo[95], f.hi[95], history, season),
    coverage_80: coverage(actual, f.lo[80], f.hi[80]),
    coverage_95: coverage(actual, f.lo[95], f.hi[95]),
    seconds,
  };
}
