import type { Model, ModelSetting, QuantileForecast } from "./model.js";
import { membersOf } from "./models/registry.js";
import type { OriginPlan } from "./origins.js";
import type { PreparedSeries } from "./prepare.js";

/** A part of the forecast that is calibrated and weighed on its own: the weighted median of its members. */
export interface ComponentSpec {
  name: string;
  models: readonly string[];
}

/** What the members of one component say about one series. */
export interface ComponentFit {
  name: string;
  /** Members that could be fitted on the whole history. */
  members: string[];
  /** Their forecasts. */
  points: Float64Array[];
  distribution: QuantileForecast | null;
  /** Their forecasts from each origin of the plan, `plan.horizon` steps long; null where one could not be fitted. */
  backtest: { points: (Float64Array | null)[]; distribution: QuantileForecast | null }[];
}

/** Work of one series, independent of all others: this is what runs in workers. */
export interface SeriesTask {
  series: PreparedSeries;
  plan: OriginPlan;
  horizon: number;
  components: readonly ComponentSpec[];
  probabilities: readonly number[];
}

/** Fits of the global models: `fits[model][k]`, aligned so that the last entry is for the whole history. */
export type PanelFits = Readonly<Record<string, readonly unknown[]>>;

/** What stands in where the history is too short for every model asked for. */
export const LAST_VALUE: ComponentSpec = Object.freeze({ name: "naive", models: Object.freeze(["naive"]) });

/**
 * Fits all components on the whole history and at every origin. Components that cannot be fitted are left out; when
 * none can be, the last value stands in.
 */
export function fitSeries(task: SeriesTask, panelFits: PanelFits): ComponentFit[] {
  const fits = fitComponents(task, panelFits);
  return fits.length > 0 ? fits : fitComponents({ ...task, components: [LAST_VALUE] }, panelFits);
}

function fitComponents(task: SeriesTask, panelFits: PanelFits): ComponentFit[] {
  const fits: ComponentFit[] = [];
  for (const component of task.components) {
    const fit = fitComponent(task, component, panelFits);
    if (fit) fits.push(fit);
  }
  return fits;
}

function fitComponent(
  { series, plan, horizon, probabilities }: SeriesTask,
  { name, models }: ComponentSpec,
  panelFits: PanelFits,
): ComponentFit | null {
  // A pool may hold a model that is also named beside it.
  const named = new Set<Model>();
  for (const model of models) for (const member of membersOf(model, series.seasons)) named.add(member);
  const pool = [...named];
  const setting = settingOf(series, series.y, horizon);
  const fitted: Model[] = [];
  const points: Float64Array[] = [];
  for (const model of pool) {
    const point = pointOf(model, series.y, setting, panelFits, 0);
    if (!point) continue;
    fitted.push(model);
    points.push(point);
  }
  if (fitted.length === 0) return null;
  const fit: ComponentFit = {
    name,
    members: fitted.map((model) => model.name),
    points,
    distribution: distributionOf(pool, series.y, setting, probabilities),
    backtest: [],
  };
  for (let k = 0; k < plan.cuts.length; k++) {
    const y = series.y.subarray(0, plan.cuts[k]);
    const then = settingOf(series, y, plan.horizon);
    const made: (Float64Array | null)[] = [];
    for (const model of fitted) made.push(pointOf(model, y, then, panelFits, plan.cuts.length - k));
    fit.backtest.push({ points: made, distribution: distributionOf(pool, y, then, probabilities) });
  }
  return fit;
}

function settingOf(series: PreparedSeries, y: Float64Array, horizon: number): ModelSetting {
  return { horizon, seasons: series.seasons.filter((s) => y.length >= 2 * s) };
}

/** A model's forecast from the `back`-th origin from the end, 0 being the end of the history. */
function pointOf(
  model: Model,
  y: Float64Array,
  setting: ModelSetting,
  panelFits: PanelFits,
  back: number,
): Float64Array | null {
  const list = panelFits[model.name];
  const point = model.point(y, setting, list?.[list.length - 1 - back]);
  return point && allFinite(point) ? point : null;
}

function allFinite(values: Float64Array): boolean {
  for (let h = 0; h < values.length; h++) if (!Number.isFinite(values[h])) return false;
  return true;
}

/** Only a component of a single model has a distribution of its own. */
function distributionOf(
  pool: readonly Model[],
  y: Float64Array,
  setting: ModelSetting,
  probabilities: readonly number[],
): QuantileForecast | null {
  return (pool.length === 1 && pool[0].distribution?.(y, setting, probabilities)) || null;
}
