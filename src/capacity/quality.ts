import type { HourlyDemand } from "../core/demand.js";
import { HOUR_MS, isoUtc } from "../core/time.js";
import { isCensored, type QueueCapacity } from "./queue-capacity.js";
import type { Quality } from "./result-usage.js";

/** An hour counts as observed when at least this share of it was. */
export const LEAST_OBSERVED = 0.5;

/** 1 for hours in which demand hides behind a full queue; null where the capacity is not recorded. */
export function censoredHours(hourly: HourlyDemand, q: number, capacity: QueueCapacity): Uint8Array | null {
  if (capacity.source === null || capacity.source === "observed_maximum") return null;
  return Uint8Array.from(hourly.demand[q], (demand, h) =>
    isCensored(demand, hourly.usage[q][h], capacity.history[h]) ? 1 : 0,
  );
}

function holes(observed: Float64Array): { missing: number; gaps: number; longest: number } {
  let missing = 0;
  let gaps = 0;
  let longest = 0;
  let run = 0;
  for (const share of observed) {
    run = share < LEAST_OBSERVED ? run + 1 : 0;
    if (run > 0) missing++;
    if (run === 1) gaps++;
    if (run > longest) longest = run;
  }
  return { missing, gaps, longest };
}

/** Sum of GPUs × observed share of the hour; unobserved hours add nothing. */
export function gpuHours(gpus: Float64Array, observed: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let h = from; h < to; h++) if (observed[h] > 0) sum += gpus[h] * observed[h];
  return sum;
}

/** Gaps, censoring and idleness of each queue. */
export function dataQuality(
  hourly: HourlyDemand,
  capacities: readonly QueueCapacity[],
  duplicatesDropped: number | null,
): Quality {
  return {
    from: isoUtc(hourly.start),
    to: isoUtc(hourly.start + hourly.hours * HOUR_MS),
    hours: hourly.hours,
    duplicatesDropped,
    queues: hourly.queues.map((queue, q) => {
      const { missing, gaps, longest } = holes(hourly.observed[q]);
      const observedHours = hourly.hours - missing;
      const idle = hourly.demand[q].filter((gpus, h) => gpus === 0 && hourly.observed[q][h] >= LEAST_OBSERVED).length;
      return {
        queue,
        observedHours,
        missingHours: missing,
        gaps,
        longestGapHours: longest,
        censoredHours: censoredHours(hourly, q, capacities[q])?.reduce((a, b) => a + b, 0) ?? null,
        idleShare: observedHours > 0 ? idle / observedHours : 0,
        demandGpuHours: gpuHours(hourly.demand[q], hourly.observed[q], 0, hourly.hours),
        usageGpuHours: gpuHours(hourly.usage[q], hourly.observed[q], 0, hourly.hours),
      };
    }),
  };
}
