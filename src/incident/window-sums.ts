import { accumulate, sumBetween } from "../core/compensated-sums.js";

/** Sums over windows of a series. */
export interface WindowSums {
  /** Sum of the rows `from` to `to`, without `to`. */
  sum(from: number, to: number): number;
}

/**
 * Sums over any window in constant time, from compensated running sums: exact for whole numbers up to 2^53 in all, and
 * for others as good as adding up each window by itself.
 */
export function windowSums(values: Float64Array): WindowSums {
  const rows = new Float64Array(2 * (values.length + 1));
  for (let i = 0; i < values.length; i++) rows[2 * (i + 1)] = values[i];
  accumulate(rows, 2);
  return { sum: (from, to) => sumBetween(rows, 2 * from, 2 * to) };
}
