import type { SloSeries } from "./slo-series.js";

/**
 * Counts of good rows from measured values: a row is good when its value is at most the threshold. For objectives such as
 * "p95 latency at most 100 ms in 99 % of the minutes", memory in use, or replication lag.
 *
 * @param values NaN is missing: the row counts as no traffic
 * @param weights events that each row stands for; default 1
 * @example
 * const series = goodByThreshold(times, p95Milliseconds, 100);
 * burnRates(series, { target: 0.99 }).errorBudget.remaining;
 */
export function goodByThreshold(
  times: Float64Array,
  values: Float64Array,
  threshold: number,
  weights?: Float64Array,
): SloSeries {
  const total = Float64Array.from(values, (value, i) => (Number.isNaN(value) ? Number.NaN : (weights?.[i] ?? 1)));
  return { times, good: total.map((weight, i) => (values[i] > threshold ? 0 : weight)), total };
}
