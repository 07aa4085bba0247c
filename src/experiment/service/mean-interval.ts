import { createRandom } from "../../core/random.js";
import { mean, quantileSorted, standardDeviation } from "../../core/statistics.js";

/** Resamples that the quantiles of t rest on. */
const RESAMPLES = 2000;

/** Fewer values than these tell no interval: too many resamples are of one value. */
const LEAST = 5;

/**
 * Interval of a mean by the bootstrap-t (Efron & Tibshirani 1993, chapter 12): it follows the skewness of durations, whose
 * mean Student's interval puts too low.
 *
 * @param values finite
 * @returns null for fewer than 5 values or values that are all equal
 */
export function meanInterval(values: Float64Array, level: number, seed: number): { low: number; high: number } | null {
  const n = values.length;
  const [centre, spread] = [mean(values), standardDeviation(values)];
  if (n < LEAST || spread === 0) return null;
  const random = createRandom(seed);
  const resample = new Float64Array(n);
  const t: number[] = [];
  while (t.length < RESAMPLES) {
    for (let i = 0; i < n; i++) resample[i] = values[random.int(n)];
    const deviation = standardDeviation(resample);
    if (deviation > 0) t.push((mean(resample) - centre) / deviation);
  }
  const sorted = Float64Array.from(t).sort();
  const tail = (1 - level) / 2;
  return {
    low: centre - quantileSorted(sorted, 1 - tail) * spread,
    high: centre - quantileSorted(sorted, tail) * spread,
  };
}
