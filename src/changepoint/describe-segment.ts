import type { SegmentStatistics } from "./types.js";

/**
 * Statistics of observations start … end−1, missing (NaN) ones left out; the standard deviation divides by n − 1.
 *
 * @param exposure of every observation: the mean is then a rate, the sum over the sum of exposures
 */
export function describeSegment(
  y: Float64Array,
  start: number,
  end: number,
  exposure?: Float64Array,
): SegmentStatistics {
  let n = 0;
  let sum = 0;
  let times = 0;
  let weight = 0;
  for (let i = start; i < end; i++) {
    if (Number.isNaN(y[i])) continue;
    n++;
    sum += y[i];
    times += i - start;
    if (exposure && !Number.isNaN(exposure[i])) weight += exposure[i];
  }
  if (n === 0) return { n, mean: null, sd: null, slope: null };
  const centre = sum / n;
  const middle = times / n;
  let squares = 0;
  let products = 0;
  let spread = 0;
  for (let i = start; i < end; i++) {
    if (Number.isNaN(y[i])) continue;
    squares += (y[i] - centre) ** 2;
    products += (i - start - middle) * (y[i] - centre);
    spread += (i - start - middle) ** 2;
  }
  const rate = weight > 0 ? sum / weight : null;
  return {
    n,
    mean: exposure ? rate : centre,
    sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null,
    slope: n > 1 ? products / spread : null,
  };
}
