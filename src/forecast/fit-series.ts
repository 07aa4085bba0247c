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
  const { series, plan, horizon, components, probabilities } = task;
  const fits: ComponentFit[] = [];
  for (const { name, models } of components) {
    // A pool may hold a model that is also named beside it.
    const pool = [...new Set(models.flatMap((model) => membersOf(model, series.seasons)))];
    const final = pool.map((model) => pointOf(model, series.y, 0, horizon));
    const fitted = pool.filter((_, m) => final[m] !== null);
    if (fitted.length === 0) continue;
    fits.push({
      name,
      members: fitted.map((model) => model.name),
      points: final.filter((point) => point !== null),
      distribution: distributionOf(pool, series.y, horizon),
      backtest: plan.cuts.map((cut, k) => {
        const y = series.y.subarray(0, cut);
        return {
          points: fitted.map((model) => pointOf(model, y, plan.cuts.length - k, plan.horizon)),
          distribution: distributionOf(pool, y, plan.horizon),
        };
      }),
    });
  }
  return fits;

  function settingOf(y: Float64Array, steps: number): ModelSetting {
    return { horizon: steps, seasons: series.seasons.filter((s) => y.length >= 2 * s) };
  }

  function pointOf(model: Model, y: Float64Array, back: number, steps: number): Float64Array | null {
    const list = panelFits[model.name];
    const point = model.point(y, settingOf(y, steps), list?.[list.length - 1 - back]);
    return point?.every(Number.isFinite) ? point : null;
  }

  /** Only a component of a single model has a distribution of its own. */
  function distributionOf(pool: readonly Model[], y: Float64Array, steps: number): QuantileForecast | null {
    return (pool.length === 1 && pool[0].distribution?.(y, settingOf(y, steps), probabilities)) || null;
  }
}
