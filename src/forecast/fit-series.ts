import { gridIndex, type Model, type ModelSetting, type QuantileForecast } from "./model.js";
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
  /** Names of components whose use the panel's errors have yet to show; see `judge-trials.ts`. */
  onTrial?: readonly string[];
  probabilities: readonly number[];
}

/** Fits of the global models: `fits[model][k]`, aligned so that the last entry is for the whole history. */
export type PanelFits = Readonly<Record<string, readonly unknown[]>>;

/** What stands in where the history is too short for every model asked for. */
export const LAST_VALUE: ComponentSpec = Object.freeze({ name: "naive", models: Object.freeze(["naive"]) });

/**
 * Fits all components on the whole history and at every origin. Components that cannot be fitted are left out; when
 * none can be, the last value stands in.
 *
 * @param handedIn functions of the models that were handed in; their fits are among `panelFits`
 */
export function fitSeries(task: SeriesTask, panelFits: PanelFits, handedIn: readonly Model[] = []): ComponentFit[] {
  const known: KnownModels = { panelFits, handedIn };
  const fits = fitComponents(task, known);
  // One that may still be found to be of no use cannot stand alone.
  if (fits.some(({ name }) => !task.onTrial?.includes(name))) return fits;
  return [...fitComponents({ ...task, components: [LAST_VALUE] }, known), ...fits];
}

/** Models beside the built-in ones, and what global models have learnt. */
interface KnownModels {
  panelFits: PanelFits;
  handedIn: readonly Model[];
}

function fitComponents(task: SeriesTask, known: KnownModels): ComponentFit[] {
  const fits: ComponentFit[] = [];
  for (const component of task.components) {
    const fit = fitComponent(task, component, known);
    if (fit) fits.push(fit);
  }
  return fits;
}

/** Members of a named model, which may be one that was handed in. */
export function modelsNamed(name: string, seasons: readonly number[], handedIn: readonly Model[]): readonly Model[] {
  const own = handedIn.find((model) => model.name === name);
  return own ? [own] : membersOf(name, seasons);
}

function fitComponent(
  { series, plan, horizon, probabilities }: SeriesTask,
  { name, models }: ComponentSpec,
  { panelFits, handedIn }: KnownModels,
): ComponentFit | null {
  // A pool may hold a model that is also named beside it.
  const named = new Set<Model>();
  for (const model of models) for (const member of modelsNamed(model, series.seasons, handedIn)) named.add(member);
  const pool = [...named];
  // Only a component of a single model has a distribution of its own.
  const alone = pool.length === 1;
  const whole = membersFrom(pool, series.y, settingOf(series, series.y, horizon), probabilities, {
    ...{ panelFits, alone },
    back: 0,
  });
  const fitted = pool.filter((_, m) => whole.points[m] !== null);
  if (fitted.length === 0) return null;
  const fit: ComponentFit = {
    name,
    members: fitted.map((model) => model.name),
    points: whole.points.filter((point) => point !== null),
    distribution: whole.distribution,
    backtest: [],
  };
  for (let k = 0; k < plan.cuts.length; k++) {
    const y = series.y.subarray(0, plan.cuts[k]);
    const from = { panelFits, alone, back: plan.cuts.length - k };
    fit.backtest.push(membersFrom(fitted, y, settingOf(series, y, plan.horizon), probabilities, from));
  }
  return fit;
}

function settingOf(series: PreparedSeries, y: Float64Array, horizon: number): ModelSetting {
  return { horizon, seasons: series.seasons.filter((s) => y.length >= 2 * s), clock: series.clock };
}

/** Where members forecast from. */
interface Origin {
  panelFits: PanelFits;
  /** The `back`-th origin from the end, 0 being the end of the history. */
  back: number;
  /** Whether the component is a single model. */
  alone: boolean;
}

/** Forecasts of the members of a component, null where there is none. */
function membersFrom(
  pool: readonly Model[],
  y: Float64Array,
  setting: ModelSetting,
  probabilities: readonly number[],
  origin: Origin,
): ComponentFit["backtest"][number] {
  const [first] = pool;
  if (!origin.alone || !first.distribution) {
    return { points: pool.map((model) => pointOf(model, y, setting, origin)), distribution: null };
  }
  const distribution = first.distribution(y, setting, probabilities, fitFor(first, origin));
  const middle = distribution?.[gridIndex(probabilities, 0.5)];
  if (!distribution || !middle || !distribution.every(allFinite)) return { points: [null], distribution: null };
  return { points: [middle], distribution };
}

function pointOf(model: Model, y: Float64Array, setting: ModelSetting, origin: Origin): Float64Array | null {
  const point = model.point(y, setting, fitFor(model, origin));
  return point && allFinite(point) ? point : null;
}

function fitFor(model: Model, { panelFits, back }: Origin): unknown {
  const list = panelFits[model.name];
  return list?.[list.length - 1 - back];
}

function allFinite(values: Float64Array): boolean {
  for (let h = 0; h < values.length; h++) if (!Number.isFinite(values[h])) return false;
  return true;
}
