import type { Random } from "../../core/random.js";

/**
 * Sums of columns over clusters drawn with replacement (Efron & Tibshirani 1993, the bootstrap of clusters). All columns
 * see the same draws, so figures made from several of them, and differences between them, keep their correlation.
 *
 * @param columns by cluster, all of one length
 * @param random drawn from: generators of one seed draw the same clusters
 * @returns of each column its sum in every resample
 */
export function bootstrapSums(
  columns: readonly ArrayLike<number>[],
  random: Random,
  resamples: number,
): Float64Array[] {
  const clusters = columns[0]?.length ?? 0;
  const weights = new Uint32Array(clusters);
  const entries = columns.map(nonZero);
  const sums = columns.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0);
    for (let draw = 0; draw < clusters; draw++) weights[random.int(clusters)]++;
    for (let column = 0; column < sums.length; column++) sums[column][resample] = dot(entries[column], weights);
  }
  return sums;
}

interface Entries {
  cluster: Int32Array;
  value: Float64Array;
}

/** Most clusters have neither events nor labels of a trigger: only the others are added up. */
function nonZero(column: ArrayLike<number>): Entries {
  const cluster = Int32Array.from(Array.from(column).keys()).filter((k) => column[k] !== 0);
  return { cluster, value: Float64Array.from(cluster, (k) => column[k]) };
}

function dot({ cluster, value }: Entries, weights: Uint32Array): number {
  let sum = 0;
  for (let k = 0; k < cluster.length; k++) sum += weights[cluster[k]] * value[k];
  return sum;
}
