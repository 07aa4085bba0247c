/** What a segment is fitted by: its mean, or its least-squares line. */
export type SegmentShape = "mean" | "slope";

/**
 * Residuals start … end−1 of a series around the mean or the line of every segment, written into `residuals`.
 *
 * @param changes ascending; those outside (start, end) are left out
 */
export function writeResiduals(
  x: Float64Array,
  changes: readonly number[],
  shape: SegmentShape,
  residuals: Float64Array,
  start = 0,
  end = x.length,
): Float64Array {
  let from = start;
  for (const change of changes) {
    if (change <= from || change >= end) continue;
    writeSegment(x, from, change, shape, residuals);
    from = change;
  }
  writeSegment(x, from, end, shape, residuals);
  return residuals;
}

function writeSegment(x: Float64Array, from: number, to: number, shape: SegmentShape, residuals: Float64Array): void {
  const { mean, slope } = segmentLine(x, from, to, shape);
  const middle = (from + to - 1) / 2;
  for (let i = from; i < to; i++) residuals[i] = x[i] - mean - slope * (i - middle);
}

/** Mean of observations from … to−1, none missing, and the slope of their line (0 for the shape `mean`). */
export function segmentLine(x: Float64Array, from: number, to: number, shape: SegmentShape) {
  const n = to - from;
  let mean = 0;
  for (let i = from; i < to; i++) mean += x[i];
  mean /= n;
  if (shape === "mean" || n < 3) return { mean, slope: 0 };
  const middle = (from + to - 1) / 2;
  let product = 0;
  for (let i = from; i < to; i++) product += (i - middle) * (x[i] - mean);
  return { mean, slope: product / ((n * (n * n - 1)) / 12) };
}

/** Sum of squares of observations from … to−1, none missing, around their line, or around a line of another slope. */
export function segmentSquares(x: Float64Array, from: number, to: number, slope?: number): number {
  const line = segmentLine(x, from, to, "slope");
  const middle = (from + to - 1) / 2;
  let sum = 0;
  for (let i = from; i < to; i++) sum += (x[i] - line.mean - (slope ?? line.slope) * (i - middle)) ** 2;
  return sum;
}
