import { studentQuantile } from "../../core/distributions.js";
import { DAY_MS } from "../../core/time.js";
import type { ServiceRecord } from "./service-record.js";
import type { ServiceGate } from "./service-schema.js";

type CostRows = NonNullable<ServiceRecord["cost"]>;

/** With so many UTC days or more a day is the unit of the interval: its hours are too alike to count as independent. */
const ENOUGH_DAYS = 10;

function byDay({ times, cost, inferences }: CostRows): CostRows[] | null {
  const days = new Map<number, number[]>();
  times.forEach((time, i) => {
    const day = Math.floor(time / DAY_MS);
    const rows = days.get(day);
    if (rows) rows.push(i);
    else days.set(day, [i]);
  });
  if (days.size < ENOUGH_DAYS) return null;
  const pick = (values: Float64Array, rows: number[]) => Float64Array.from(rows, (i) => values[i]);
  return [...days.values()].map((rows) => ({
    times: pick(times, rows),
    cost: pick(cost, rows),
    inferences: pick(inferences, rows),
  }));
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/**
 * Cost per thousand inferences as a ratio of sums, with the interval of a ratio estimate (Cochran 1977, section 6.4) on
 * Student's distribution; by UTC day when there are 10 of them or more, else by row. Nulls where it cannot be told.
 */
export function costPerThousand(rows: CostRows, level: number): NonNullable<ServiceGate["cost"]> {
  const days = byDay(rows);
  const costs = days ? Float64Array.from(days, (day) => sum(day.cost)) : rows.cost;
  const counts = days ? Float64Array.from(days, (day) => sum(day.inferences)) : rows.inferences;
  const [cost, inferences, n] = [sum(rows.cost), sum(rows.inferences), costs.length];
  const head = { cost, inferences, unit: days ? ("day" as const) : ("row" as const), units: n };
  if (inferences === 0) return { ...head, value: null, lower: null, upper: null };
  const ratio = cost / inferences;
  const value = 1000 * ratio;
  if (n < 2) return { ...head, value, lower: null, upper: null };
  const squares = costs.reduce((total, one, i) => total + (one - ratio * counts[i]) ** 2, 0);
  const error = (1000 * Math.sqrt((n / (n - 1)) * squares)) / inferences;
  const half = studentQuantile((1 + level) / 2, n - 1) * error;
  return { ...head, value, lower: Math.max(0, value - half), upper: value + half };
}
