/** Number, mean and sample variance (divides by n − 1; NaN for one value) of a sample. */
export interface Moments {
  n: number;
  mean: number;
  variance: number;
}

/** Moments of an ascending sample, summed from the median on, so that a large mean costs no digits of the variance. */
export function momentsOfSorted(sorted: Float64Array): Moments {
  const n = sorted.length;
  const centre = sorted[n >> 1];
  let [sum, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    const x = sorted[i] - centre;
    sum += x;
    squares += x * x;
  }
  // Constant samples have no variance at all, not one of rounding.
  const around = sorted[0] === sorted[n - 1] ? 0 : Math.max(0, squares - (sum * sum) / n);
  return { n, mean: centre + sum / n, variance: n > 1 ? around / (n - 1) : Number.NaN };
}

/** Variance of the mean of a sample, its mean given; at least two values. */
export function varianceOfMean(values: Float64Array, mean: number): number {
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}
