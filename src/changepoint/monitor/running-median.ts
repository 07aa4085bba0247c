/** The last values of a stream, in the order of their coming and sorted. Plain data, so that it can be stored as JSON. */
export interface RunningMedian {
  size: number;
  /** Ring; `next` is where the following value goes. */
  recent: number[];
  next: number;
  sorted: number[];
}

export const newRunningMedian = (size: number): RunningMedian => ({ size, recent: [], next: 0, sorted: [] });

/** Position of the first value that is not below x. */
export function lowerBound(sorted: readonly number[], x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds a value, and drops the oldest once `size` values are there. */
export function pushMedian(window: RunningMedian, x: number): void {
  const { recent, next, sorted, size } = window;
  if (recent.length === size) sorted.splice(lowerBound(sorted, recent[next]), 1);
  sorted.splice(lowerBound(sorted, x), 0, x);
  recent[next] = x;
  window.next = (next + 1) % size;
}

/** Median of the values that are there; NaN for none. */
export function medianOf({ sorted }: Pick<RunningMedian, "sorted">): number {
  const half = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[half];
  return sorted.length === 0 ? Number.NaN : sorted[half - 1] + (sorted[half] - sorted[half - 1]) / 2;
}
