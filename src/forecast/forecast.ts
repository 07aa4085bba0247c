import { InputError } from "../core/errors.js";
import type { Series } from "../core/series.js";
import { calibrate, nestAround } from "./calibrate.js";
import { combineComponents, componentNames } from "./combine-components.js";
import {
  type ComponentFit,
  type ComponentSpec,
  fitSeries,
  LAST_VALUE,
  modelsNamed,
  type PanelFits,
  type SeriesTask,
} from "./fit-series.js";
import { judgeTrials } from "./judge-trials.js";
import { mixQuantiles } from "./mixture.js";
import { gridIndex, type Model, type PanelCut, probabilityGrid, type QuantileForecast } from "./model.js";
import { type ResolvedOptions, resolveOptions } from "./options.js";
import { originCount, planPanel, scoredSteps } from "./origins.js";
import { type PathTask, samplePaths } from "./paths.js";
import { LEAST_FOR_MODELS, type PreparedSeries, prepareSeries } from "./prepare.js";
import { backtestErrors, type FittedComponent } from "./score-pool.js";
import { isShort } from "./season-kind.js";
import type { Forecast, ForecastOptions } from "./types.js";
import { blendWeights } from "./weights.js";

/** What {@link finishForecast} needs to know besides the fits. */
export interface PlannedSeries {
  options: ResolvedOptions;
  probabilities: number[];
  tasks: SeriesTask[];
}

/** A forecast between its stages: the tasks may run anywhere, in any order; what they give goes to `finishForecast`. */
export interface ForecastJob extends PlannedSeries {
  panelFits: PanelFits;
}

/**
 * Forecasts every series of a panel, with calibrated intervals and (on request) joint sample paths.
 *
 * The point forecast is the step-wise weighted median of the LagRidge pool, averaged (for short seasons) with the
 * empirical mix for idle or shifting series; all weights come from errors on origins inside the history. Intervals are
 * split-conformal, pooled over series, and those of the two are mixed. A model handed in (`forecasters`) joins the blend
 * where that lowers the errors at the origins.
 *
 * @param panel series with unique ids; NaN is missing
 * @throws InputError for impossible options, duplicate ids, infinite values or a series without values
 * @example
 * const [f] = forecast([{ id: "a100", y }], { horizon: 168, season: [24, 168] });
 * f.mean; f.lo[80]; f.hi[95];
 */
export function forecast(panel: readonly Series[], options: ForecastOptions): Forecast[] {
  const job = planForecast(panel, options);
  const { signal, onProgress } = job.options;
  const handedIn = handedInModels(job.options);
  const fits = job.tasks.map((task, i) => {
    signal?.throwIfAborted();
    onProgress?.(i, job.tasks.length, "forecasting");
    return fitSeries(task, job.panelFits, handedIn);
  });
  return finishForecast(job, fits);
}

/** First stage: prepares the series, plans the origins and fits what all series share. */
export function planForecast(panel: readonly Series[], options: ForecastOptions): ForecastJob {
  const job = planSeries(panel, options);
  return { ...job, panelFits: fitPanels(job.tasks, job.options) };
}

/** {@link planForecast} without the fits, which {@link finishForecast} does not need. */
export function planSeries(panel: readonly Series[], options: ForecastOptions): PlannedSeries {
  const o = resolveOptions(options);
  refuseDuplicates(panel);
  const probabilities = probabilityGrid(o.levels, o.quantiles);
  const count = originCount(
    panel.length,
    [...o.season].filter((s) => s > 1).sort((a, b) => a - b),
    o.horizon,
  );
  const prepared = panel.map((raw) => prepareSeries(raw, o));
  const { plans, few } = planPanel(
    prepared.map(({ y, seasons }) => ({ n: y.length, seasons })),
    o.horizon,
    count,
  );
  const onTrial = o.models === "auto" ? handedInModels(o).map(({ name }) => name) : [];
  const tested = plans.reduce((most, plan) => Math.max(most, plan.horizon), 0);
  const tasks = prepared.map((series, i): SeriesTask => {
    if (few) series.warnings.push(`the intervals stand on few backtest errors (${scoredSteps(plans)})`);
    if (tested < o.horizon) {
      series.warnings.push(
        `history suffices to test the first ${tested} of ${o.horizon} steps ahead: later intervals are extrapolated`,
      );
    }
    return {
      series,
      plan: plans[i],
      horizon: o.horizon,
      components: componentsFor(o.models, series, onTrial),
      ...(onTrial.length > 0 ? { onTrial } : {}),
      probabilities,
    };
  });
  return { options: o, probabilities, tasks };
}

const handedInModels = ({ forecasters }: ResolvedOptions): Model[] => forecasters.map(({ model }) => model);

function refuseDuplicates(panel: readonly Series[]): void {
  const seen = new Set<string>();
  for (const { id } of panel) {
    if (seen.has(id)) throw new InputError(`series id "${id}" stands twice in the panel; merge its rows`, { id });
    seen.add(id);
  }
}

const LAG_RIDGE: ComponentSpec = { name: "lag_ridge", models: ["lag_ridge"] };
/** The empirical mix knows the last days' distribution; over a year-long season that says nothing about next week. */
const AUTO: readonly ComponentSpec[] = [LAG_RIDGE, { name: "empirical_mix", models: ["empirical_mix"] }];

function componentsFor(
  models: readonly string[] | "auto",
  series: PreparedSeries,
  onTrial: readonly string[],
): readonly ComponentSpec[] {
  if (series.y.length < LEAST_FOR_MODELS) return [LAST_VALUE];
  if (models === "auto") {
    const own = isShort(series.seasons[0]) ? AUTO : [LAG_RIDGE];
    return [...own, ...onTrial.map((name): ComponentSpec => ({ name, models: [name] }))];
  }
  return [{ name: models.join("+"), models }];
}

/** Fits of the global models for every origin, aligned at the end: the last one sees the whole history. */
function fitPanels(tasks: readonly SeriesTask[], o: ResolvedOptions): PanelFits {
  const season = Math.max(0, ...o.season);
  const depth = 1 + tasks.reduce((most, task) => Math.max(most, task.plan.cuts.length), 0);
  const given = Object.fromEntries(
    o.forecasters.map(({ model, atOrigins, whole }): [string, unknown[]] => [
      model.name,
      [...new Array<unknown>(depth - 1).fill(atOrigins), whole],
    ]),
  );
  const wanted = new Map<string, Model>();
  for (const task of tasks) addPanelModels(wanted, task, handedInModels(o));
  if (wanted.size === 0 || season < 2) return given;
  // In the order of their ids: sums in another order would differ in their last bits.
  const ordered = tasks.toSorted((a, b) => (a.series.id < b.series.id ? -1 : 1));
  const panel = ordered.map(({ series, plan }): PanelCut => {
    const cuts = [...plan.cuts, series.y.length];
    return { y: series.y, cuts: [...new Array<number>(depth - cuts.length).fill(0), ...cuts] };
  });
  const fitted = Object.fromEntries(
    [...wanted.values()].map((model) => [model.name, model.fitPanel?.(panel, season, o.horizon) ?? []]),
  );
  return { ...fitted, ...given };
}

function addPanelModels(
  wanted: Map<string, Model>,
  { series, components }: SeriesTask,
  handedIn: readonly Model[],
): void {
  for (const { models } of components) {
    for (const name of models) {
      for (const model of modelsNamed(name, series.seasons, handedIn))
        if (model.fitPanel) wanted.set(model.name, model);
    }
  }
}

/** Last stage: pools the errors over series, weighs the components, and makes intervals and paths. */
export function finishForecast(job: PlannedSeries, fits: readonly ComponentFit[][]): Forecast[] {
  const { options: o } = job;
  return finishIntervals(job, fits).map(({ forecast, pathTask }, i, all) => {
    o.signal?.throwIfAborted();
    if (!pathTask) return forecast;
    o.onProgress?.(i, all.length, "sampling paths");
    return { ...forecast, paths: { n: o.paths, data: samplePaths(pathTask) } };
  });
}

/** The last stage without the paths: what each series' paths need is handed back, since they may be drawn anywhere. */
export function finishIntervals(
  job: PlannedSeries,
  fits: readonly ComponentFit[][],
): { forecast: Forecast; pathTask: PathTask | null }[] {
  const { kept, joins } = judgeTrials(job.tasks, fits);
  return blendSeries(job, kept).map((blend, i) => {
    const { forecast, pathTask } = finishSeries(job, job.tasks[i], blend);
    return { forecast: joins ? { ...forecast, joins } : forecast, pathTask };
  });
}

function finishSeries(
  { options: o, probabilities }: PlannedSeries,
  { series, components }: SeriesTask,
  { grid, names, weights, errors }: Blend,
): { forecast: Forecast; pathTask: PathTask | null } {
  const stoodIn = names.includes(LAST_VALUE.name) && components.every(({ name }) => name !== LAST_VALUE.name);
  if (series.nonNegative) for (const quantile of grid) clipBelow(quantile);
  const at = (p: number): Float64Array => grid[gridIndex(probabilities, p)].slice();
  const bounds = (side: -1 | 1) => Object.fromEntries(o.levels.map((level) => [level, at(0.5 + (side * level) / 200)]));
  return {
    forecast: {
      id: series.id,
      mean: at(0.5),
      lo: bounds(-1),
      hi: bounds(1),
      quantiles: Object.fromEntries(o.quantiles.map((q) => [q, at(q)])),
      model: names.join("+"),
      weights,
      warnings: stoodIn ? [...series.warnings, tooShort(series)] : series.warnings,
      ...(o.keepErrors ? { errors } : {}),
    },
    pathTask: o.paths > 0 ? { series, grid, probabilities, seed: o.seed, n: o.paths } : null,
  };
}

function tooShort({ y }: PreparedSeries): string {
  return `${y.length} steps of history are too few for the models asked for: the last value is carried forward`;
}

interface Blend {
  grid: QuantileForecast;
  /** Components, the first the one that others are compared with. */
  names: string[];
  weights: Record<string, number>;
  /** Backtest errors of the blend, origins one after the other. */
  errors: Float64Array;
}

/** Calibrates each component over the whole panel, then mixes those of each series by its weights. */
function blendSeries(job: PlannedSeries, fits: readonly ComponentFit[][]): Blend[] {
  const { probabilities, options } = job;
  const names = componentNames(fits);
  const items = combineComponents(job.tasks, fits);
  assertJudged(items);
  const grids = items.map((row) => new Array<QuantileForecast>(row.length));
  for (const name of names) {
    const members = items.flatMap((row, i) =>
      row.flatMap((item, c) => (item.fit.name === name ? [{ item, i, c }] : [])),
    );
    const calibrated = calibrate(
      [
        ...members.map(({ item }) => item),
        ...witnesses(
          members.map(({ item }) => item),
          items,
        ),
      ],
      options.horizon,
      probabilities,
      options.intervals,
    );
    members.forEach(({ i, c }, m) => {
      grids[i][c] = calibrated[m];
    });
  }
  const weights = blendWeights(items);
  const blends: Blend[] = [];
  for (let i = 0; i < items.length; i++) blends.push(blendOne(job, items[i], grids[i], weights[i]));
  return blends;
}

function blendOne(
  { probabilities, options }: PlannedSeries,
  row: readonly FittedComponent[],
  grids: readonly QuantileForecast[],
  shares: readonly number[],
): Blend {
  return {
    grid: blendQuantiles(grids, shares, probabilities),
    names: row.map(({ fit }) => fit.name),
    weights: memberWeights(row, shares),
    errors: options.keepErrors ? blendErrors(row, shares) : new Float64Array(0),
  };
}

/** Too short series have no errors of their own: those of the other series' first component stand in for them. */
function witnesses(members: readonly FittedComponent[], items: readonly (readonly FittedComponent[])[]) {
  const scored = ({ plan }: FittedComponent) => plan.cuts.length > 0;
  return members.some(scored) ? [] : items.flatMap((row) => row.slice(0, 1)).filter(scored);
}

/** The components' distributions as one, around the average of their points. */
function blendQuantiles(
  grids: readonly QuantileForecast[],
  shares: readonly number[],
  probabilities: readonly number[],
): QuantileForecast {
  if (grids.length === 1) return grids[0];
  const mixed = mixQuantiles(grids, shares, probabilities);
  return nestAround(mixed, mixed[gridIndex(probabilities, 0.5)], probabilities);
}

/** Weights of the members of all components: each one's within its component times that component's share. */
function memberWeights(row: readonly FittedComponent[], shares: readonly number[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (let c = 0; c < row.length; c++) {
    const { weights } = row[c].fit;
    for (const name of Object.keys(weights)) all[name] = shares[c] * weights[name];
  }
  return all;
}

function blendErrors(row: readonly FittedComponent[], shares: readonly number[]): Float64Array {
  const parts = row.map((item) => backtestErrors(item).flatMap((block) => [...block]));
  return Float64Array.from(parts[0] ?? [], (_, i) => parts.reduce((sum, part, c) => sum + shares[c] * part[i], 0));
}

/** Without a single backtest error there is nothing to make an interval from. */
function assertJudged(items: readonly (readonly FittedComponent[])[]): void {
  items.forEach((row, i) => {
    if (row.length === 0) throw new InputError(`no model could be fitted to series number ${i + 1}`, { series: i });
  });
  const alone = items.length === 1 ? items[0][0].series : null;
  if (alone && alone.y.length < 2) {
    throw new InputError(
      `series "${alone.id}" has one value and no other series to take an interval from; give more history`,
      { id: alone.id },
    );
  }
}

function clipBelow(values: Float64Array): Float64Array {
  for (let h = 0; h < values.length; h++) if (values[h] < 0) values[h] = 0;
  return values;
}
