/** Sums over windows of a series. */
export interface WindowSums {
  /** Sum of the rows `from` to `to`, without `to`. */
  sum(from: number, to: number): number;
}

/**
 * Sums over any window in constant time, from prefix sums in twice the precision (Knuth's two-sum): exact for whole
 * numbers up to 2^53 in all, and for others as good as adding up each window by itself.
 */
export function windowSums(values: Float64Array): WindowSums {
  const high = new Float64Array(values.length + 1);
  const low = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    const before = high[i];
    const after = before + values[i];
    const added = after - before;
    high[i + 1] = after;
    low[i + 1] = low[i] + (before - (after - added) + (values[i] - added));
  }
  return { sum: (from, to) => high[to] - high[from] + (low[to] - low[from]) };
}
