import type { HourlyDemand } from "../core/demand.js";
import { HOUR_MS, hourOfWeek, isoUtc } from "../core/time.js";
import { entryOfQueue } from "./compile-mapping.js";
import { estimate } from "./estimate.js";
import type { HourlyBands } from "./hourly-bands.js";
import type { HistoryMonth } from "./month-span.js";
import { instantAt, type PlanContext } from "./plan-context.js";
import { gpuHours } from "./quality.js";
import type { QueueCapacity } from "./queue-capacity.js";
import type { PeakWeeks, QueueDemand, WeeklyRow } from "./result-demand.js";
import type { Bands } from "./result-parts.js";
import { roundTo } from "./rounding.js";
import { anyHour, hoursOver, type ScenarioRun } from "./scenario-runs.js";

/** Hours of history that the plan carries for its charts. */
const SHOWN_HISTORY = 4 * 168;

const chart = (value: number): number => roundTo(value, 3);
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : chart(value));

function chartBands(bands: HourlyBands): Bands {
  return Object.fromEntries(Object.entries(bands).map(([name, values]) => [name, Array.from(values, chart)])) as Bands;
}

/** History of one queue, or of the sum of all (null in hours that any queue lacks after its first). */
interface HistoryOf {
  queue: string;
  demand: Float64Array;
  usage: Float64Array;
  capacity: Float64Array;
  /** GPU-hours demanded and hours observed in the last month. */
  monthGpuHours: number;
  monthMeanGpus: number;
}

function sumOf(columns: readonly Float64Array[], hours: number): Float64Array {
  const sum = new Float64Array(hours);
  for (const column of columns) for (let h = 0; h < hours; h++) sum[h] += column[h];
  return sum;
}

/** A queue that opens later was not missing before: its hours up to the first observed one count as 0 in the total. */
function fromFirst(column: Float64Array): Float64Array {
  const first = column.findIndex((value) => !Number.isNaN(value));
  return first > 0 ? column.slice().fill(0, 0, first) : column;
}

function histories(
  hourly: HourlyDemand,
  capacities: readonly QueueCapacity[],
  month: HistoryMonth | null,
): HistoryOf[] {
  const rows = hourly.queues.map((queue, q): HistoryOf => {
    const observed = hourly.observed[q];
    const seen = month ? observed.subarray(month.from, month.to).reduce((a, b) => a + b, 0) : 0;
    const monthGpuHours = month ? gpuHours(hourly.demand[q], observed, month.from, month.to) : 0;
    return {
      queue,
      demand: hourly.demand[q],
      usage: hourly.usage[q],
      capacity: capacities[q].history,
      monthGpuHours,
      monthMeanGpus: monthGpuHours / seen,
    };
  });
  const { hours } = hourly;
  return [
    ...rows,
    {
      queue: "_total",
      demand: sumOf(hourly.demand.map(fromFirst), hours),
      usage: sumOf(hourly.usage.map(fromFirst), hours),
      capacity: sumOf(
        rows.map((row) => row.capacity),
        hours,
      ),
      monthGpuHours: rows.reduce((sum, row) => sum + row.monthGpuHours, 0),
      monthMeanGpus: rows.reduce((sum, row) => sum + (row.monthMeanGpus || 0), 0),
    },
  ];
}

/** Demand by queue: history, forecast and change against last month; `_total` last. */
export function demandSection(
  hourly: HourlyDemand,
  capacities: readonly QueueCapacity[],
  month: HistoryMonth | null,
  baseline: ScenarioRun,
  planned: ScenarioRun,
  models: readonly string[],
  context: PlanContext,
): QueueDemand[] {
  const { levels, horizon, plan } = context;
  const { n } = baseline.set;
  const shownFrom = Math.max(0, hourly.hours - SHOWN_HISTORY);
  return histories(hourly, capacities, month).map((own, i): QueueDemand => {
    const isTotal = i === hourly.queues.length;
    const { bands, weekly } = baseline.stats[i];
    const over = isTotal ? null : hoursOver(baseline.set.data[i], n, capacities[i].future);
    const shown = (values: Float64Array) => Array.from(values.subarray(shownFrom), orNull);
    const capacity = isTotal ? Number.NaN : capacities[i].future[0];
    return {
      queue: own.queue,
      team: isTotal ? null : (entryOfQueue(plan.mapping, own.queue)?.team ?? null),
      model: isTotal ? null : models[i],
      history: {
        start: isoUtc(hourly.start + shownFrom * HOUR_MS),
        demand: shown(own.demand),
        usage: shown(own.usage),
        capacity: shown(own.capacity),
      },
      forecast: { start: isoUtc(context.start), bands: chartBands(bands) },
      planned: planned.stats[i] === baseline.stats[i] ? null : chartBands(planned.stats[i].bands),
      capacity: orNull(capacity),
      capacitySource: isTotal ? null : capacities[i].source,
      gpuHours: estimate(weekly.total, levels),
      peakGpus: estimate(weekly.peak, levels),
      pOverCapacity: over && anyHour(over),
      hoursOverCapacity: over && estimate(over, levels),
      lastMonth: month && {
        month: month.month,
        partial: month.partial,
        gpuHours: own.monthGpuHours,
        meanGpus: own.monthMeanGpus || 0,
      },
      change:
        month && own.monthMeanGpus > 0
          ? estimate(
              weekly.total.map((sum) => sum / horizon / own.monthMeanGpus - 1),
              levels,
            )
          : null,
    };
  });
}

/** Weekly rows of one scenario: by queue (`_total` last), then week. */
export function weeklyRows(run: ScenarioRun, context: PlanContext): WeeklyRow[] {
  return run.stats.flatMap(({ weekly, pPeak }, i) =>
    context.weeks.map((week, w) => ({
      queue: run.set.ids[i] ?? "_total",
      scenario: run.name,
      weekStart: instantAt(context, week.from),
      gpuHours: estimate(weekly.sums[w], context.levels),
      peakGpus: estimate(weekly.peaks[w], context.levels),
      pPeak: pPeak[w],
    })),
  );
}

/** Likeliest peak weeks and the mean forecast by local hour of the week. */
export function peakWeeks(run: ScenarioRun, rows: readonly WeeklyRow[], context: PlanContext): PeakWeeks {
  const weeks = context.weeks.length;
  const local = Array.from({ length: context.horizon }, (_, h) =>
    hourOfWeek(context.start + h * HOUR_MS, context.plan.time_zone),
  );
  return {
    scenario: run.name,
    rows: run.stats.map(({ pPeak }, i) => {
      const { queue, weekStart, gpuHours, peakGpus } = rows[i * weeks + pPeak.indexOf(Math.max(...pPeak))];
      return { queue, weekStart, pPeak: Math.max(...pPeak), gpuHours, peakGpus };
    }),
    heatmap: run.stats.map(({ bands }, i) => {
      const sums = new Float64Array(168);
      const counts = new Float64Array(168);
      for (let h = 0; h < context.horizon; h++) {
        sums[local[h]] += bands["mean"][h];
        counts[local[h]]++;
      }
      return { queue: run.set.ids[i] ?? "_total", meanGpus: Array.from(sums, (sum, k) => orNull(sum / counts[k])) };
    }),
  };
}
