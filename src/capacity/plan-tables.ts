import type { HourlyDemand } from "../core/demand.js";
import { HOUR_MS, parseInstant } from "../core/time.js";
import { intervalProbabilities } from "./estimate.js";
import type { PlanContext } from "./plan-context.js";
import { censoredHours } from "./quality.js";
import type { QueueCapacity } from "./queue-capacity.js";
import type { WeeklyRow } from "./result-demand.js";
import type { PoolResult } from "./result-pools.js";
import type { Showback } from "./result-usage.js";
import type { ScenarioRun } from "./scenario-runs.js";
import type { PlanColumn } from "./types.js";

type Columns = Record<string, PlanColumn>;

/** queue, time, demand, usage, capacity, censored: by queue, then hour. */
export function demandHourly(hourly: HourlyDemand, capacities: readonly QueueCapacity[]): Columns {
  const { queues, hours, start } = hourly;
  const rows = queues.length * hours;
  const columns = {
    queue: new Array<string>(rows),
    time: new Float64Array(rows),
    demand: new Float64Array(rows),
    usage: new Float64Array(rows),
    capacity: new Float64Array(rows),
    censored: new Uint8Array(rows),
  };
  for (const [q, queue] of queues.entries()) {
    const from = q * hours;
    columns.queue.fill(queue, from, from + hours);
    for (let h = 0; h < hours; h++) columns.time[from + h] = start + h * HOUR_MS;
    columns.demand.set(hourly.demand[q], from);
    columns.usage.set(hourly.usage[q], from);
    columns.capacity.set(capacities[q].history, from);
    columns.censored.set(censoredHours(hourly, q, capacities[q]) ?? new Uint8Array(hours), from);
  }
  return columns;
}

/** queue, time, mean, median, lo_L, hi_L, model, scenario: by scenario, queue (`_total` last), hour. */
export function forecastHourly(runs: readonly ScenarioRun[], models: readonly string[], context: PlanContext): Columns {
  const { horizon, levels, start } = context;
  const perRun = runs[0].stats.length * horizon;
  const rows = runs.length * perRun;
  const names = ["mean", ...intervalProbabilities(levels).map(([name]) => name)];
  const values = Object.fromEntries(names.map((name) => [name, new Float64Array(rows)]));
  const queue = new Array<string>(rows);
  const model = new Array<string>(rows);
  const scenario = new Array<string>(rows);
  const time = new Float64Array(rows);
  for (const [r, run] of runs.entries()) {
    for (const [i, { bands }] of run.stats.entries()) {
      const from = r * perRun + i * horizon;
      queue.fill(run.set.ids[i] ?? "_total", from, from + horizon);
      model.fill(models[i] ?? "sum of queues", from, from + horizon);
      scenario.fill(run.name, from, from + horizon);
      for (let h = 0; h < horizon; h++) time[from + h] = start + h * HOUR_MS;
      for (const name of names) values[name].set(bands[name], from);
    }
  }
  return { queue, time, ...values, model, scenario };
}

/** queue, week_start, gpu_hours_mean, median, lo_L, hi_L, p_peak, scenario; all but p_peak in GPU-hours. */
export function forecastWeekly(rows: readonly WeeklyRow[], levels: readonly number[]): Columns {
  const number = (pick: (row: WeeklyRow) => number) => Float64Array.from(rows, pick);
  return {
    queue: rows.map((row) => row.queue),
    week_start: number((row) => parseInstant(row.weekStart)),
    gpu_hours_mean: number((row) => row.gpuHours.mean),
    ...Object.fromEntries(intervalProbabilities(levels).map(([name]) => [name, number((row) => row.gpuHours[name])])),
    p_peak: number((row) => row.pPeak),
    scenario: rows.map((row) => row.scenario),
  };
}

/** pool, week_start, level, nodes_needed, nodes_have, gpu_hours (the quantile at the level): by pool, week, level. */
export function poolsTable(pools: readonly PoolResult[]): Columns {
  const rows = pools.flatMap((pool) =>
    pool.weeks.flatMap(({ weekStart, need }) =>
      need.map(({ level, nodes, gpuHours }) => ({
        pool: pool.pool,
        week: parseInstant(weekStart),
        level,
        nodes,
        have: pool.nodesHave,
        gpuHours,
      })),
    ),
  );
  return {
    pool: rows.map((row) => row.pool),
    week_start: Float64Array.from(rows, (row) => row.week),
    level: Float64Array.from(rows, (row) => row.level),
    nodes_needed: Float64Array.from(rows, (row) => row.nodes),
    nodes_have: Float64Array.from(rows, (row) => row.have),
    gpu_hours: Float64Array.from(rows, (row) => row.gpuHours),
  };
}

/** team, queue, gpu_hours, cost. */
export function showbackTable(showback: Showback | null): Columns {
  const rows = showback?.rows ?? [];
  return {
    team: rows.map((row) => row.team),
    queue: rows.map((row) => row.queue),
    gpu_hours: Float64Array.from(rows, (row) => row.gpuHours),
    cost: Float64Array.from(rows, (row) => row.cost ?? Number.NaN),
  };
}
