import type { Random } from "../core/random.js";
import { quantileSorted } from "../core/statistics.js";

/** Sums and counts of one score by sampling unit; the mean score is Σ sum ÷ Σ count. */
export interface UnitSums {
  sum: Float64Array;
  count: Float64Array;
}

/**
 * Bootstrap means of several scores, from the same draws of whole units (Efron & Tibshirani 1993), so that differences
 * of scores are paired.
 *
 * @param scores sums by unit, all of one length
 * @param block neighbouring units drawn together, for units that are dependent in time (circular, Politis & Romano
 *   1992); 1 draws units alone
 * @returns for each score its mean in every replicate; NaN where a replicate holds no value
 */
export function bootstrapMeans(
  scores: readonly UnitSums[],
  replicates: number,
  rng: Random,
  block = 1,
): Float64Array[] {
  const n = scores[0]?.sum.length ?? 0;
  const means = scores.map(() => new Float64Array(replicates));
  const times = new Float64Array(n);
  for (let r = 0; r < replicates; r++) {
    times.fill(0);
    for (let i = 0; i < n; i += block) {
      const start = rng.int(n);
      for (let k = 0; k < block && i + k < n; k++) times[(start + k) % n]++;
    }
    for (const [s, { sum, count }] of scores.entries()) {
      let total = 0;
      let values = 0;
      for (let i = 0; i < n; i++) {
        total += times[i] * sum[i];
        values += times[i] * count[i];
      }
      means[s][r] = total / values;
    }
  }
  return means;
}

/** The middle 95 % of the replicates; NaN for none. */
export function percentileInterval(replicates: Float64Array): [number, number] {
  const sorted = replicates.filter(Number.isFinite).sort();
  return [quantileSorted(sorted, 0.025), quantileSorted(sorted, 0.975)];
}
