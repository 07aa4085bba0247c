import type { HourlyDemand } from "../../core/demand.js";

/** Share of the hours at the capacity from which demand looks cut off there. */
const CUT_OFF = 0.01;
/** A capacity that was reached up to rounding was reached. */
const ROUNDING = 1e-9;
/** Queues named in a warning. */
const MOST_NAMES = 10;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

const changes = (values: Float64Array): boolean => {
  const known = values.filter((v) => !Number.isNaN(v));
  return known.some((v) => v !== known[0]);
};

/**
 * What looks as if something other than demand were taken for it: a column that never changes is a capacity, and running
 * work alone never shows more than the capacity beside it.
 *
 * @param value columns that the demand was made of, as the user named them
 */
export function demandWarnings({ queues, demand, capacity }: HourlyDemand, value: string): string[] {
  const warnings: string[] = [];
  if (demand.some((y) => y.some((v) => v > 0)) && !demand.some(changes)) {
    warnings.push(`${value} never changes in any queue, as a capacity does: demand is running + pending work`);
  }
  const cut = queues.filter((_, q) => isCutOff(demand[q], capacity?.[q]));
  if (cut.length > 0 && !value.includes("+")) {
    warnings.push(
      `${value} often equals the capacity and never exceeds it (${listed(cut)}): what waits does not show; demand is running + pending work`,
    );
  }
  return warnings;
}

function isCutOff(demand: Float64Array, capacity: Float64Array | undefined): boolean {
  if (!capacity || !changes(demand)) return false;
  let [full, known] = [0, 0];
  for (const [h, v] of demand.entries()) {
    if (Number.isNaN(v) || !(capacity[h] > 0)) continue;
    if (v > capacity[h] * (1 + ROUNDING)) return false;
    known++;
    if (v >= capacity[h] * (1 - ROUNDING)) full++;
  }
  return full > CUT_OFF * known;
}

/** Recorded capacities of which only the last value counts, though there were others. */
export function changedCapacities({ queues, capacity }: HourlyDemand): string[] {
  const changed = queues.filter((_, q) => capacity !== undefined && changes(capacity[q]));
  if (changed.length === 0) return [];
  return [`the capacity changed during the history (${listed(changed)}): its last value stands for the weeks ahead`];
}

/** Queues without a capacity at some hour of the forecast. */
export function missingCapacities(
  { queues }: HourlyDemand,
  capacity: Readonly<Record<string, number | Float64Array>>,
): string[] {
  const known = (given: number | Float64Array | undefined): boolean =>
    given !== undefined && (typeof given === "number" || given.every(Number.isFinite));
  const missing = queues.filter((id) => !known(Object.hasOwn(capacity, id) ? capacity[id] : undefined));
  if (missing.length === 0) return [];
  return [
    `no capacity, or not for all weeks, of ${listed(missing)}: shortfalls there and of the total are told only for weeks of known capacity`,
  ];
}
