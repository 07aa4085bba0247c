import { applyScenarios, type PathSet, type Scenario } from "../forecast/index.js";
import { type HourlyBands, hourlyBands } from "./hourly-bands.js";
import type { PlanContext } from "./plan-context.js";
import { peakProbabilities, type WeeklyPaths, weeklyPaths } from "./weekly-paths.js";

/** What the plan says of one queue (or the total) under one scenario. */
export interface SeriesStats {
  bands: HourlyBands;
  weekly: WeeklyPaths;
  pPeak: number[];
}

/** One scenario laid over the baseline. */
export interface ScenarioRun {
  name: string;
  probability: number | null;
  scenarios: readonly Scenario[];
  set: PathSet;
  /** By queue, then the total. A series that the scenario leaves alone shares the baseline's object. */
  stats: SeriesStats[];
  /** Capacity that overlays set, by queue and hour. */
  capacity: Record<string, Float64Array>;
}

/** Sum over the queues, path by path and hour by hour, in the order of the queues. */
function totalPaths(set: PathSet): Float64Array {
  const total = new Float64Array(set.n * set.horizon);
  for (const data of set.data) for (let i = 0; i < total.length; i++) total[i] += data[i];
  return total;
}

function statsOf(data: Float64Array, n: number, { horizon, levels, weeks }: PlanContext): SeriesStats {
  const weekly = weeklyPaths(data, n, horizon, weeks);
  return { bands: hourlyBands(data, n, horizon, levels), weekly, pPeak: peakProbabilities(weekly.sums) };
}

/** The plan without overlays. */
function baselineRun(set: PathSet, context: PlanContext): ScenarioRun {
  const stats = [...set.data, totalPaths(set)].map((data) => statsOf(data, set.n, context));
  return { name: "baseline", probability: null, scenarios: [], set, stats, capacity: {} };
}

/** A scenario, or several together; only what changes is computed again. */
function scenarioRun(
  name: string,
  probability: number | null,
  scenarios: readonly Scenario[],
  baseline: ScenarioRun,
  context: PlanContext,
): { run: ScenarioRun; warnings: string[] } {
  const { paths: set, capacity, warnings } = applyScenarios(baseline.set, scenarios, context.plan.seed);
  const same = (q: number) => set.data[q] === baseline.set.data[q];
  const stats = set.data.map((data, q) => (same(q) ? baseline.stats[q] : statsOf(data, set.n, context)));
  const unchanged = set.data.every((_, q) => same(q));
  stats.push(unchanged ? baseline.stats[set.data.length] : statsOf(totalPaths(set), set.n, context));
  return { run: { name, probability, scenarios, set, stats, capacity }, warnings };
}

/** Baseline, each scenario, and all together (when there are any), in this order. */
export function everyScenario(set: PathSet, context: PlanContext): { runs: ScenarioRun[]; warnings: string[] } {
  const scenarios = context.plan.scenarios ?? [];
  const baseline = baselineRun(set, context);
  const runs = [baseline];
  const warnings: string[] = [];
  for (const scenario of scenarios) {
    const made = scenarioRun(scenario.name, scenario.probability ?? 1, [scenario], baseline, context);
    runs.push(made.run);
    warnings.push(...made.warnings);
  }
  if (scenarios.length > 0) runs.push(scenarioRun("all", null, scenarios, baseline, context).run);
  return { runs, warnings };
}

/** Demand above a queue's capacity, by path; null where the capacity is not known in any hour. */
export function hoursOver(data: Float64Array, n: number, capacity: Float64Array): Float64Array | null {
  const horizon = capacity.length;
  if (capacity.every((gpus) => Number.isNaN(gpus))) return null;
  const hours = new Float64Array(n);
  for (let path = 0; path < n; path++) {
    for (let h = 0; h < horizon; h++) if (data[path * horizon + h] > capacity[h] + 1e-9) hours[path]++;
  }
  return hours;
}

/** Share of the paths with at least one such hour. */
export function anyHour(hours: Float64Array): number {
  return hours.reduce((count, h) => count + (h > 0 ? 1 : 0), 0) / hours.length;
}
