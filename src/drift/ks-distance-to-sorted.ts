/**
 * The two-sample Kolmogorov-Smirnov distance to a sample that is sorted already: fast where the other one is much smaller
 * (m log n). Between two values of the smaller sample only the larger one steps, always upwards, so that the distance is
 * largest just before or at one of the former.
 *
 * @param sorted ascending, finite
 * @param values finite, in any order; not changed
 * @returns 0 to 1, the same to the last bit as by sorting both; NaN when a sample is empty
 */
export function ksDistanceToSorted(sorted: Float64Array, values: Float64Array): number {
  const [n, m] = [sorted.length, values.length];
  const points = values.slice().sort();
  let [best, upTo] = [0, 0];
  for (let j = 0; j < m; ) {
    const x = points[j];
    const below = countWhile(sorted, upTo, (y) => y < x);
    upTo = countWhile(sorted, below, (y) => y <= x);
    let after = j + 1;
    while (after < m && points[after] === x) after++;
    best = Math.max(best, Math.abs(below * m - j * n), Math.abs(upTo * m - after * n));
    j = after;
  }
  return best / (n * m);
}

/** How many of the values from the start are such that `holds`, when the first `from` are and those that are come first. */
function countWhile(sorted: Float64Array, from: number, holds: (y: number) => boolean): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}
