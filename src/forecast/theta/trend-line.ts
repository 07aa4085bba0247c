/** Least-squares line through a series, whose steps count from 1: intercept + slope · t. */
export interface TrendLine {
  intercept: number;
  slope: number;
  /** Mean of the values that the line goes through. */
  mean: number;
}

/** The line through the whole series; horizontal for one value. */
export function wholeLine(y: Float64Array): TrendLine {
  const n = y.length;
  let sum = 0;
  let moment = 0;
  for (let t = 0; t < n; t++) {
    sum += y[t];
    // Steps counted from the middle, so that large values do not cancel.
    moment += y[t] * (t - (n - 1) / 2);
  }
  const slope = n > 1 ? (12 * moment) / (n * (n * n - 1)) : 0;
  return { intercept: sum / n - (slope * (n + 1)) / 2, slope, mean: sum / n };
}

/** The line through `count` values and one more. */
export function extendLine({ slope, mean }: TrendLine, count: number, value: number): TrendLine {
  const nextMean = (count * mean + value) / (count + 1);
  const nextSlope = ((count - 1) * slope + (6 * (value - mean)) / (count + 1)) / (count + 2);
  return { intercept: nextMean - (nextSlope * (count + 2)) / 2, slope: nextSlope, mean: nextMean };
}

/**
 * The line known before each step: `intercept[t]` and `slope[t]` serve the forecast of `y[t]` for t ≥ 1. Dynamic lines
 * go through `y[0]` … `y[t − 1]` only, a static one through everything.
 */
export function linesBefore(y: Float64Array, dynamic: boolean): { intercept: Float64Array; slope: Float64Array } {
  const intercept = new Float64Array(y.length);
  const slope = new Float64Array(y.length);
  let line = dynamic ? wholeLine(y.subarray(0, 1)) : wholeLine(y);
  for (let t = 1; t < y.length; t++) {
    intercept[t] = line.intercept;
    slope[t] = line.slope;
    if (dynamic) line = extendLine(line, t, y[t]);
  }
  return { intercept, slope };
}
