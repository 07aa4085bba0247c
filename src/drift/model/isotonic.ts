/** A nondecreasing map of scores by its knots; between them it is a straight line, beyond them level. */
export interface IsotonicMap {
  x: Float64Array;
  y: Float64Array;
}

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955), weighted least squares. Equal scores are one
 * point, and the map between knots is linear, as in scikit-learn.
 *
 * @param sorted scores, ascending
 * @param target by row
 * @param weights by row; 0 leaves a row out; at least one is above 0
 */
export function fitIsotonic(sorted: Float64Array, target: Float64Array, weights?: Float64Array): IsotonicMap {
  const n = sorted.length;
  const first = new Float64Array(n);
  const last = new Float64Array(n);
  const mean = new Float64Array(n);
  const weight = new Float64Array(n);
  let blocks = 0;
  for (let i = 0; i < n; ) {
    let [sum, total] = [0, 0];
    const score = sorted[i];
    for (; i < n && sorted[i] === score; i++) {
      const w = weights ? weights[i] : 1;
      sum += w * target[i];
      total += w;
    }
    if (total === 0) continue;
    first[blocks] = score;
    last[blocks] = score;
    mean[blocks] = sum / total;
    weight[blocks] = total;
    blocks++;
    while (blocks > 1 && mean[blocks - 2] >= mean[blocks - 1]) {
      const [a, b] = [blocks - 2, blocks - 1];
      const both = weight[a] + weight[b];
      mean[a] += ((mean[b] - mean[a]) * weight[b]) / both;
      weight[a] = both;
      last[a] = last[b];
      blocks--;
    }
  }
  const x: number[] = [];
  const y: number[] = [];
  for (let b = 0; b < blocks; b++) {
    for (const end of first[b] === last[b] ? [first[b]] : [first[b], last[b]]) {
      x.push(end);
      y.push(mean[b]);
    }
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** Values of the map at ascending scores. */
export function isotonicValues({ x, y }: IsotonicMap, sorted: Float64Array): Float64Array {
  const out = new Float64Array(sorted.length);
  let k = 0;
  for (let i = 0; i < sorted.length; i++) {
    while (k < x.length && x[k] < sorted[i]) k++;
    if (k === 0) out[i] = y[0];
    else if (k === x.length) out[i] = y[k - 1];
    else out[i] = y[k - 1] + ((sorted[i] - x[k - 1]) / (x[k] - x[k - 1])) * (y[k] - y[k - 1]);
  }
  return out;
}
