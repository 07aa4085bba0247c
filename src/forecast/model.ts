/** What a model is told beside the values: everything is the same for all series of a panel but `seasons`. */
export interface ModelSetting {
  /** Steps ahead, ≥ 1. */
  horizon: number;
  /** Season lengths that the series is long enough for (at least two full seasons), ascending; may be empty. */
  seasons: readonly number[];
  /** Steps from the common start of all seasons to `y[0]`; 0 where it is unknown. */
  clock?: number;
}

/** Quantile forecasts: `grid[i][h]` for `probabilities[i]`. */
export type QuantileForecast = Float64Array[];

/**
 * A forecasting model: one file, one object of this shape, listed in `models/registry.ts`.
 *
 * Values handed in are finite (gaps are filled before) and at least two.
 */
export interface Model {
  readonly name: string;
  /**
   * What a global model learns from all series at once: one fit for each origin, earliest first. A fit must be
   * structured-clone-able, since workers receive it. Absent for local models.
   */
  fitPanel?(panel: readonly PanelCut[], season: number, horizon: number): unknown[];
  /** Point forecast of `horizon` steps, or null when the series is too short for this model. */
  point(y: Float64Array, setting: ModelSetting, panelFit?: unknown): Float64Array | null;
  /**
   * Quantile forecasts, for models that have a predictive distribution of their own; the one at 0.5 is then the point
   * forecast.
   */
  distribution?(
    y: Float64Array,
    setting: ModelSetting,
    probabilities: readonly number[],
    panelFit?: unknown,
  ): QuantileForecast | null;
}

/**
 * A model handed in, trained before and elsewhere: the forecast knows nothing of it but this. With `models: "auto"` it
 * joins where that lowers the errors at the panel's origins (see `judge-trials.ts`); else it is used where `models` names it.
 */
export interface Forecaster {
  /** Its functions take the fits below as their `panelFit`. A name that no built-in model has. */
  model: Model;
  /** Fit for forecasts from the origins: it must know nothing from any series' earliest origin on. */
  atOrigins: unknown;
  /** Fit for the forecast itself. Both are structured-clone-able, since workers receive them. */
  whole: unknown;
}

/** A series as a global model sees it: at origin k only the first `cuts[k]` values may be used (ascending). */
export interface PanelCut {
  y: Float64Array;
  cuts: readonly number[];
}

/**
 * Probabilities at which every forecast's distribution is kept, ascending, always with 0.5: dense in the tails that 80
 * and 95 % intervals need. Asked levels and quantiles join.
 */
export function probabilityGrid(levels: readonly number[], quantiles: readonly number[]): number[] {
  const asked = levels.flatMap((level) => [(1 - level / 100) / 2, 1 - (1 - level / 100) / 2]);
  const all = [...BASE_GRID, ...BASE_GRID.map((p) => 1 - p), 0.5, ...asked, ...quantiles];
  return [...new Set(all.map((p) => Math.round(p * 1e12) / 1e12))].sort((a, b) => a - b);
}

const BASE_GRID: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45];

/** Position of a probability in a grid made by {@link probabilityGrid}. */
export function gridIndex(grid: readonly number[], p: number): number {
  return grid.indexOf(Math.round(p * 1e12) / 1e12);
}
