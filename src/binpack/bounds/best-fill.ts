/** Best fills of one hole by pieces, for every hole size up to a capacity (unbounded knapsack). */
export interface Fills {
  /** Worth of the best fill of a hole of each size. */
  best: Float64Array;
  /** The pieces of the best fill of a hole of this size, by index, in ascending order of index. */
  pieces(hole: number): number[];
}

/**
 * The best fill of every hole of 0..capacity by pieces that may be used any number of times: dynamic programming over
 * hole sizes. Pieces of no worth are never used; among equals the piece of the lowest index.
 *
 * @param sizes positive integers
 * @param worth one per size
 */
export function bestFills(sizes: ArrayLike<number>, worth: ArrayLike<number>, capacity: number): Fills {
  const best = new Float64Array(capacity + 1);
  const last = new Int32Array(capacity + 1).fill(-1);
  const useful = Array.from(sizes, (_, k) => k).filter((k) => worth[k] > 0 && sizes[k] <= capacity);
  for (let hole = 1; hole <= capacity; hole++) {
    best[hole] = best[hole - 1];
    for (const k of useful) {
      if (sizes[k] > hole) continue;
      const value = best[hole - sizes[k]] + worth[k];
      if (value > best[hole]) {
        best[hole] = value;
        last[hole] = k;
      }
    }
  }
  return {
    best,
    pieces(hole) {
      const used: number[] = [];
      for (let left = hole; left > 0; ) {
        if (last[left] < 0) left--;
        else {
          used.push(last[left]);
          left -= sizes[last[left]];
        }
      }
      return used.sort((a, b) => a - b);
    },
  };
}

/** Greatest common divisor of these integers (0 for none). */
export function commonDivisor(values: Iterable<number>): number {
  let divisor = 0;
  for (const value of values) {
    let [a, b] = [divisor, value];
    while (b > 0) [a, b] = [b, a % b];
    divisor = a;
  }
  return divisor;
}
