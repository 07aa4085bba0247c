import type { HourlyDemand } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import type { Series } from "../forecast/index.js";
import { compareText } from "./compare-text.js";
import { LEAST_OBSERVED } from "./quality.js";

/** The history with queues in order and those without any usable hour left out. */
export interface UsableHistory {
  hourly: HourlyDemand;
  warnings: string[];
}

function pick<T>(values: readonly T[], positions: readonly number[]): T[] {
  return positions.map((position) => values[position]);
}

/**
 * Sorts the queues by name, so that the order of the input changes nothing, and leaves out those that were never
 * observed.
 *
 * @throws InputError when no queue is left, or a queue's GPUs are negative
 */
export function usableHistory(hourly: HourlyDemand): UsableHistory {
  const warnings: string[] = [];
  const usable = hourly.queues
    .map((_, q) => q)
    .filter((q) => hourly.observed[q].some((share, h) => share >= LEAST_OBSERVED && !Number.isNaN(hourly.demand[q][h])))
    .sort((a, b) => compareText(hourly.queues[a], hourly.queues[b]));
  const left = hourly.queues.filter((_, q) => !usable.includes(q)).sort(compareText);
  for (const queue of left) {
    warnings.push(`queue "${queue}" has no value in any hour: it is left out of the plan`);
  }
  if (usable.length === 0) {
    throw new InputError("no queue has a single observed hour: there is nothing to plan with", {
      queues: hourly.queues,
    });
  }
  for (const q of usable) {
    const h = hourly.demand[q].findIndex((gpus, i) => gpus < 0 || hourly.usage[q][i] < 0);
    if (h >= 0) {
      throw new InputError(
        `queue "${hourly.queues[q]}" hour ${h}: GPUs are negative; demand and usage must be 0 or more`,
        {
          queue: hourly.queues[q],
          hour: h,
        },
      );
    }
  }
  const { start, hours, capacity } = hourly;
  return {
    hourly: {
      queues: pick(hourly.queues, usable),
      start,
      hours,
      demand: pick(hourly.demand, usable),
      usage: pick(hourly.usage, usable),
      observed: pick(hourly.observed, usable),
      ...(capacity ? { capacity: pick(capacity, usable) } : {}),
    },
    warnings,
  };
}

/** Series for the forecast: hourly demand in GPUs, missing where less than half of the hour was observed. */
export function demandPanel(hourly: HourlyDemand): Series[] {
  return hourly.queues.map((id, q) => ({
    id,
    y: hourly.demand[q].map((gpus, h) => (hourly.observed[q][h] >= LEAST_OBSERVED ? gpus : Number.NaN)),
  }));
}
