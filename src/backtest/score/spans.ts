/** Closed spans of time in the order of (start, end). */
export interface Spans {
  start: Float64Array;
  end: Float64Array;
}

/** Time between two spans; 0 where they touch or overlap. */
export function spanDistance(a: Spans, i: number, b: Spans, j: number): number {
  return Math.max(0, b.start[j] - a.end[i], a.start[i] - b.end[j]);
}
