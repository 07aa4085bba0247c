import { InputError } from "../core/errors.js";
import type { Series } from "../core/series.js";
import { mean, quantileSorted } from "../core/statistics.js";
import { HOUR_MS, isoUtc } from "../core/time.js";
import { commonErrors } from "./common-errors.js";
import { forecast } from "./forecast.js";
import { buildHierarchy, type Hierarchy, panelWithSums, type ReconcileMethod, TOTAL } from "./hierarchy.js";
import { applyScenarios } from "./overlays.js";
import { reconcile } from "./reconcile.js";
import type { Forecast, ForecastOptions, PathSet, Scenario } from "./types.js";

const WEEK_HOURS = 168;

export interface DemandOptions {
  /** Weeks (blocks of 168 hours from the first forecast hour), 1 to 8. */
  weeks: number;
  /** Epoch ms of the first forecast hour; default the hour after the series' last `t`. */
  start?: number;
  season?: number[];
  levels?: number[];
  /** GPUs per queue: a constant, or one value per forecast hour. */
  capacity?: Readonly<Record<string, number | Float64Array>>;
  scenarios?: readonly Scenario[];
  /** Weekly figures as GPU-hours (default) or as mean GPUs. */
  unit?: "gpu-hours" | "gpu";
  reconcile?: ReconcileMethod;
  /** Sums of queues, reported beside the queues and their total; default only the total. */
  hierarchy?: Hierarchy;
  seed?: number;
  /** Joint sample paths; default 1000. */
  paths?: number;
  models?: readonly string[] | "auto";
  /** How the panel is forecast; default {@link forecast} in this thread. */
  forecasts?: readonly Forecast[];
  signal?: AbortSignal;
  onProgress?: ForecastOptions["onProgress"];
}

/** One queue in one week of one scenario; `lo_80`, `hi_80`, … for each level asked. */
export type DemandWeek = {
  queue: string;
  scenario: string;
  /** 1 is the block that starts with the first forecast hour. */
  week: number;
  start: string;
  end: string;
  /** Mean over paths, so that sums agree. */
  mean: number;
  capacity?: number;
  served_mean?: number;
  shortfall_mean?: number;
  /** Share of paths in which some hour of the week asks for more than the capacity. */
  p_over_capacity?: number;
} & { [bound: `lo_${number}` | `hi_${number}`]: number };

/** The week most likely to be a queue's largest. */
export type DemandPeak = { queue: string; scenario: string; week: number; probability: number; mean: number } & {
  [bound: `lo_${number}` | `hi_${number}`]: number;
};

export interface DemandForecast {
  weeks: DemandWeek[];
  peak: DemandPeak;
  peaks: DemandPeak[];
  /** Names among the queues that are sums of the hierarchy, the total apart. */
  sums: string[];
  scenarios: Scenario[];
  /** Weights of the forecast's members by queue. */
  members: Record<string, Record<string, number>>;
  warnings: string[];
}

const DEFAULTS = Object.freeze({
  season: [24, 168],
  levels: [80, 95],
  scenarios: [] as readonly Scenario[],
  unit: "gpu-hours" as const,
  reconcile: "bu" as ReconcileMethod,
  seed: 0,
  paths: 1000,
});

/** What the forecast of a demand panel needs beside the panel. */
export function demandForecastOptions(o: DemandOptions): ForecastOptions {
  return {
    horizon: o.weeks * WEEK_HOURS,
    season: [...(o.season ?? DEFAULTS.season)],
    levels: [...(o.levels ?? DEFAULTS.levels)],
    seed: o.seed ?? DEFAULTS.seed,
    paths: o.paths ?? DEFAULTS.paths,
    models: o.models ?? "auto",
    keepErrors: (o.reconcile ?? DEFAULTS.reconcile) === "mint",
    signal: o.signal,
    onProgress: o.onProgress,
  };
}

/**
 * The panel that must be forecast: with `td` the total is a series of its own, with `mint` every sum of the hierarchy.
 * A sum is missing where a queue is; a queue adds nothing before its first value, since it was not there yet.
 */
export function demandPanel(
  panel: readonly Series[],
  method: ReconcileMethod = "bu",
  hierarchy: Hierarchy = totalOnly(panel),
): Series[] {
  return panelWithSums(panel, hierarchy, method);
}

function totalOnly(panel: readonly Series[]): Hierarchy {
  return buildHierarchy(panel.map(({ id }) => ({ id, levels: [] })));
}

/**
 * Weekly demand of several queues and their total from joint sample paths, with planned work laid over them.
 *
 * @param panel hourly mean demand in GPUs, all series ending with the same hour
 * @throws InputError for an unknown queue in a scenario, the capacity or the hierarchy, or weeks out of range
 */
export function forecastDemand(panel: readonly Series[], options: DemandOptions): DemandForecast {
  const o = { ...DEFAULTS, ...options };
  if (!(Number.isInteger(o.weeks) && o.weeks >= 1 && o.weeks <= 8)) {
    throw new InputError(`weeks must be a whole number from 1 to 8, got ${o.weeks}`, { option: "weeks" });
  }
  if (panel.length === 0) throw new InputError("there is no queue to forecast");
  const ids = panel.map(({ id }) => id);
  for (const queue of Object.keys(o.capacity ?? {})) {
    if (!ids.includes(queue)) throw new InputError(`capacity names the unknown queue "${queue}"`, { queue });
  }
  const hierarchy = o.hierarchy ?? totalOnly(panel);
  checkHierarchy(hierarchy, ids);
  const forecasts = o.forecasts ?? forecast(demandPanel(panel, o.reconcile, hierarchy), demandForecastOptions(o));
  const base = coherentPaths(forecasts, hierarchy, o.reconcile, firstHour(panel, o), o.paths);
  const { [TOTAL]: whole, ...parts } = hierarchy.nodes;
  const sums = [...Object.entries(parts), [TOTAL, whole] as const];
  const warnings = warningsOf(forecasts);
  const weeks: DemandWeek[] = [];
  const peaks: DemandPeak[] = [];
  const runs = [
    { name: "baseline", scenarios: [] as Scenario[] },
    ...o.scenarios.map((s) => ({ name: s.name, scenarios: [s] })),
  ];
  for (const run of runs) {
    const overlaid = applyScenarios(base, run.scenarios, o.seed);
    warnings.push(...overlaid.warnings);
    const capacity = ids.map((id) => capacityOf(id, o.capacity, overlaid.capacity[id], base.horizon));
    for (const [queue, members] of [...ids.map((id) => [id, [id]] as const), ...sums]) {
      const rows = weeksOf(overlaid.paths, queue, members, run.name, capacity, o);
      weeks.push(...rows.weeks);
      peaks.push(rows.peak);
    }
  }
  const peak = peaks.find((p) => p.queue === TOTAL && p.scenario === "baseline") as DemandPeak;
  const members = Object.fromEntries(forecasts.map((f) => [f.id, f.weights]));
  return {
    weeks,
    peak,
    peaks,
    sums: Object.keys(parts),
    scenarios: [...o.scenarios],
    members,
    warnings: [...new Set(warnings)],
  };
}

/** Warnings of the forecasts by queue; what is true of each is said once. */
function warningsOf(forecasts: readonly Forecast[]): string[] {
  const [first, ...others] = forecasts;
  const shared = others.length > 0 ? first.warnings.filter((w) => others.every((f) => f.warnings.includes(w))) : [];
  const own = forecasts.flatMap((f) => f.warnings.filter((w) => !shared.includes(w)).map((w) => `${f.id}: ${w}`));
  return [...shared.map((w) => `all queues: ${w}`), ...own];
}

function checkHierarchy({ nodes }: Hierarchy, ids: readonly string[]): void {
  const known = new Set(ids);
  if ((nodes[TOTAL] ?? []).length !== ids.length) {
    throw new InputError(`the hierarchy must have a node "${TOTAL}" with every queue`, { node: TOTAL });
  }
  for (const [node, queues] of Object.entries(nodes)) {
    const stranger = queues.find((queue) => !known.has(queue));
    if (stranger === undefined) continue;
    throw new InputError(`node "${node}" of the hierarchy names the unknown queue "${stranger}"`, { queue: stranger });
  }
}

function firstHour(panel: readonly Series[], { start }: DemandOptions): number {
  if (start !== undefined) return start;
  const { t } = panel[0];
  if (!t) throw new InputError("the panel has no times: give `start`, the epoch ms of the first forecast hour");
  return t[t.length - 1] + HOUR_MS;
}

/** Paths of the leaves, coherent by the method; sums are made where they are needed. */
function coherentPaths(
  forecasts: readonly Forecast[],
  hierarchy: Hierarchy,
  method: ReconcileMethod,
  start: number,
  n: number,
): PathSet {
  const horizon = forecasts[0].mean.length;
  const ids = forecasts.map((f) => f.id);
  const data = forecasts.map((f) => {
    if (f.paths?.n !== n) throw new InputError(`forecast of "${f.id}" must carry ${n} paths`, { id: f.id });
    return f.paths.data;
  });
  const paths: PathSet = { ids, n, horizon, start, stepMs: HOUR_MS, data };
  if (method === "bu") return paths;
  const leaves = ids.filter((id) => !Object.hasOwn(hierarchy.nodes, id));
  const errors = method === "mint" ? commonErrors(forecasts) : undefined;
  const whole = reconcile(paths, hierarchy, method, errors);
  return { ...whole, ids: leaves, data: whole.data.slice(0, leaves.length) };
}

function capacityOf(
  id: string,
  given: DemandOptions["capacity"],
  overlay: Float64Array | undefined,
  horizon: number,
): Float64Array | null {
  const base = given?.[id];
  if (base === undefined && overlay === undefined) return null;
  return Float64Array.from({ length: horizon }, (_, h) => {
    const set = overlay?.[h];
    if (set !== undefined && !Number.isNaN(set)) return set;
    return typeof base === "number" ? base : (base?.[h] ?? Number.POSITIVE_INFINITY);
  });
}

/** Per path and week: demand, the part within capacity, and whether some hour exceeds it. */
interface WeekSums {
  demand: Float64Array;
  served: Float64Array;
  over: Uint8Array;
}

function weeksOf(
  paths: PathSet,
  queue: string,
  leaves: readonly string[],
  scenario: string,
  capacity: readonly (Float64Array | null)[],
  o: DemandOptions & { levels: number[]; unit: "gpu-hours" | "gpu" },
): { weeks: DemandWeek[]; peak: DemandPeak } {
  const members = leaves.map((id) => paths.ids.indexOf(id));
  const limits = members.map((i) => capacity[i]);
  const knownIn = (week: number): boolean =>
    limits.every((c) => c?.subarray(week * WEEK_HOURS, (week + 1) * WEEK_HOURS).every(Number.isFinite));
  const perUnit = o.unit === "gpu" ? WEEK_HOURS : 1;
  const sums = Array.from({ length: o.weeks }, (_, week) => weekSums(paths, members, limits, week, knownIn(week)));
  const weeks = sums.map(({ demand, served, over }, week): DemandWeek => {
    const from = paths.start + week * WEEK_HOURS * HOUR_MS;
    const row = {
      queue,
      scenario,
      week: week + 1,
      start: isoUtc(from),
      end: isoUtc(from + WEEK_HOURS * HOUR_MS),
      mean: mean(demand) / perUnit,
      ...bounds(demand, o.levels, perUnit),
    } as DemandWeek;
    if (!knownIn(week)) return row;
    const slots = limits.reduce((sum, c) => sum + weekTotal(c as Float64Array, week), 0);
    row.capacity = slots / perUnit;
    row.served_mean = mean(served) / perUnit;
    row.shortfall_mean = (mean(demand) - mean(served)) / perUnit;
    row.p_over_capacity = mean(over);
    return row;
  });
  return { weeks, peak: peakOf(weeks, sums) };
}

function weekTotal(values: Float64Array, week: number): number {
  let total = 0;
  for (let h = 0; h < WEEK_HOURS; h++) total += values[week * WEEK_HOURS + h];
  return total;
}

function weekSums(
  paths: PathSet,
  members: readonly number[],
  limits: readonly (Float64Array | null)[],
  week: number,
  known: boolean,
): WeekSums {
  const { n, horizon, data } = paths;
  const sums: WeekSums = { demand: new Float64Array(n), served: new Float64Array(n), over: new Uint8Array(n) };
  members.forEach((member, m) => {
    const limit = limits[m];
    for (let path = 0; path < n; path++) {
      const from = path * horizon + week * WEEK_HOURS;
      for (let h = 0; h < WEEK_HOURS; h++) {
        const value = data[member][from + h];
        sums.demand[path] += value;
        if (!known || !limit) continue;
        const most = limit[week * WEEK_HOURS + h];
        sums.served[path] += Math.min(value, most);
        if (value > most) sums.over[path] = 1;
      }
    }
  });
  return sums;
}

function bounds(values: Float64Array, levels: readonly number[], perUnit: number): Record<string, number> {
  const sorted = Float64Array.from(values).sort();
  return Object.fromEntries(
    levels.flatMap((level) => {
      const tail = (1 - level / 100) / 2;
      return [
        [`lo_${level}`, quantileSorted(sorted, tail) / perUnit],
        [`hi_${level}`, quantileSorted(sorted, 1 - tail) / perUnit],
      ];
    }),
  );
}

/** The week that is the largest in most paths; a path whose largest weeks tie counts for each in equal parts. */
function peakOf(weeks: readonly DemandWeek[], sums: readonly WeekSums[]): DemandPeak {
  const n = sums[0].demand.length;
  const wins = new Float64Array(weeks.length);
  for (let path = 0; path < n; path++) {
    const largest = Math.max(...sums.map((s) => s.demand[path]));
    const tied = sums.map((s) => s.demand[path] === largest);
    const share = 1 / tied.filter(Boolean).length;
    tied.forEach((is, week) => {
      if (is) wins[week] += share;
    });
  }
  let best = 0;
  for (let week = 1; week < wins.length; week++) if (wins[week] > wins[best]) best = week;
  const { queue, scenario, week, mean: average, ...row } = weeks[best];
  const intervals = Object.fromEntries(Object.entries(row).filter(([key]) => /^(lo|hi)_/.test(key)));
  return { queue, scenario, week, probability: wins[best] / n, mean: average, ...intervals } as DemandPeak;
}
