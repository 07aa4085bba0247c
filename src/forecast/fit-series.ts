import { median } from "../core/statistics.js";
import type { Model, ModelSetting, QuantileForecast } from "./model.js";
import { membersOf } from "./models/registry.js";
import type { OriginPlan } from "./origins.js";
import type { PreparedSeries } from "./prepare.js";

/** A part of the forecast that is calibrated and weighed on its own: the step-wise median of its members. */
export interface ComponentSpec {
  name: string;
  models: readonly string[];
}

/** What one component says about one series. */
export interface ComponentFit {
  name: string;
  /** Members that could be fitted. */
  members: string[];
  point: Float64Array;
  distribution: QuantileForecast | null;
  /** Forecasts from each origin of the plan, `plan.horizon` steps long. */
  backtest: { point: Float64Array; distribution: QuantileForecast | null }[];
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
  const { series, plan, horizon, components, probabilities } = task;
  const fits: ComponentFit[] = [];
  for (const spec of components) {
    const final = combine(series.y, 0, horizon);
    if (final === null) continue;
    const backtest = plan.cuts.map((cut, k) => combine(series.y.subarray(0, cut), plan.cuts.length - k, plan.horizon));
    // A component that fails at an origin is judged there by the last value: it must earn its weight.
    const judged = backtest.map((b, k) => b ?? lastValue(series.y, plan.cuts[k], plan.horizon));
    fits.push({ name: spec.name, ...final, backtest: judged });

    function combine(y: Float64Array, back: number, steps: number) {
      const seasons = series.seasons.filter((s) => y.length >= 2 * s);
      return combineMembers(y, spec, { horizon: steps, seasons }, probabilities, (model) => {
        const list = panelFits[model.name];
        return list?.[list.length - 1 - back];
      });
    }
  }
  return fits;
}

function lastValue(y: Float64Array, cut: number, steps: number) {
  return { point: new Float64Array(steps).fill(y[cut - 1]), distribution: null };
}

function combineMembers(
  y: Float64Array,
  spec: ComponentSpec,
  setting: ModelSetting,
  probabilities: readonly number[],
  panelFit: (model: Model) => unknown,
): { members: string[]; point: Float64Array; distribution: QuantileForecast | null } | null {
  const members = spec.models.flatMap((name) => membersOf(name, setting.seasons));
  const points: Float64Array[] = [];
  const names: string[] = [];
  for (const model of members) {
    const point = model.point(y, setting, panelFit(model));
    if (point === null || !point.every(Number.isFinite)) continue;
    points.push(point);
    names.push(model.name);
  }
  if (points.length === 0) return null;
  const only = members.length === 1 ? members[0] : null;
  return {
    members: names,
    point: points.length === 1 ? points[0] : medianByStep(points, setting.horizon),
    distribution: only?.distribution?.(y, setting, probabilities) ?? null,
  };
}

function medianByStep(points: readonly Float64Array[], horizon: number): Float64Array {
  return Float64Array.from({ length: horizon }, (_, h) => median(points.map((p) => p[h])));
}
