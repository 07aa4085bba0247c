import type { HourlyDemand } from "../core/demand.js";
import { quantileSorted } from "../core/statistics.js";
import { HOUR_MS } from "../core/time.js";
import { entryOfQueue } from "./compile-mapping.js";
import { type HistoryMonth, monthFields } from "./month-span.js";
import type { PlanFile } from "./plan-file.js";
import { gpuHours } from "./quality.js";
import type { QueueCapacity } from "./queue-capacity.js";
import type { Showback, SloReport } from "./result-usage.js";
import { roundTo } from "./rounding.js";
import type { PlanJobs } from "./types.js";

type SloRow = SloReport["rows"][number];

/** Waits in minutes of the jobs submitted in the month that have started, ascending, by queue name. */
function waitsByQueue(jobs: PlanJobs, from: number, to: number): Map<string, Float64Array> {
  const waits = new Map<string, number[]>(jobs.queues.map((queue) => [queue, []]));
  for (let i = 0; i < jobs.queue.length; i++) {
    const submit = jobs.submit[i];
    if (!(submit >= from && submit < to) || Number.isNaN(jobs.start[i])) continue;
    waits.get(jobs.queues[jobs.queue[i]])?.push((jobs.start[i] - submit) / 60_000);
  }
  return new Map([...waits].map(([queue, minutes]) => [queue, Float64Array.from(minutes).sort()]));
}

function judged(
  row: Pick<SloRow, "medianWaitMinutes" | "p95WaitMinutes" | "targetMedianMinutes" | "targetP95Minutes">,
) {
  const { medianWaitMinutes, p95WaitMinutes, targetMedianMinutes, targetP95Minutes } = row;
  if (medianWaitMinutes === null || p95WaitMinutes === null) return null;
  if (targetMedianMinutes === null && targetP95Minutes === null) return null;
  return (
    medianWaitMinutes <= (targetMedianMinutes ?? Number.POSITIVE_INFINITY) &&
    p95WaitMinutes <= (targetP95Minutes ?? Number.POSITIVE_INFINITY)
  );
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** How the queues were served in the month, against the targets of the mapping. */
export function sloReport(
  hourly: HourlyDemand,
  month: HistoryMonth,
  capacities: readonly QueueCapacity[],
  plan: PlanFile,
  jobs: PlanJobs | undefined,
  costs: Showback,
): SloReport {
  const { from, to } = month;
  const waits = jobs && waitsByQueue(jobs, hourly.start + from * HOUR_MS, hourly.start + to * HOUR_MS);
  const sums = hourly.queues.map((_, q) => {
    const { source, history } = capacities[q];
    const known = source === "file" || source === "telemetry";
    const observed = hourly.observed[q];
    return {
      demand: gpuHours(hourly.demand[q], observed, from, to),
      usage: gpuHours(hourly.usage[q], observed, from, to),
      capacity: known
        ? gpuHours(
            history.map((gpus) => (Number.isNaN(gpus) ? 0 : gpus)),
            observed,
            from,
            to,
          )
        : 0,
    };
  });
  const row = (queue: string, sum: (typeof sums)[number], cost: number | null, minutes?: Float64Array): SloRow => {
    const entry = entryOfQueue(plan.mapping, queue);
    const timed = minutes !== undefined && minutes.length > 0;
    const figures = {
      medianWaitMinutes: timed ? roundTo(quantileSorted(minutes, 0.5), 3) : null,
      p95WaitMinutes: timed ? roundTo(quantileSorted(minutes, 0.95), 3) : null,
      targetMedianMinutes: (queue !== "_total" && entry?.slo?.median_wait_minutes) || null,
      targetP95Minutes: (queue !== "_total" && entry?.slo?.p95_wait_minutes) || null,
    };
    return {
      queue,
      team: queue === "_total" ? null : (entry?.team ?? null),
      jobs: minutes?.length ?? null,
      ...figures,
      met: judged(figures),
      pendingShare: sum.demand > 0 ? Math.min(1, Math.max(0, (sum.demand - sum.usage) / sum.demand)) : null,
      gpuUtilisation: ratio(sum.usage, sum.capacity),
      costPerGpuHour: cost !== null && sum.usage > 0 ? roundTo(cost / sum.usage, 4) : null,
    };
  };
  const rows = hourly.queues.map((queue, q) => {
    const cost = costs.rows.find((r) => r.queue === queue)?.cost ?? null;
    return row(queue, sums[q], cost, waits ? (waits.get(queue) ?? new Float64Array(0)) : undefined);
  });
  const add = (key: "demand" | "usage" | "capacity") => sums.reduce((total, s) => total + s[key], 0);
  const all = {
    demand: add("demand"),
    usage: add("usage"),
    capacity: sums.every((s) => s.capacity > 0) ? add("capacity") : 0,
  };
  const everyWait = waits && Float64Array.from([...waits.values()].flatMap((minutes) => [...minutes])).sort();
  return {
    ...monthFields(month, hourly.start),
    source: jobs ? "jobs" : "telemetry",
    rows: [...rows, row("_total", all, costs.totals.cost, everyWait)],
  };
}
