/**
 * Kendall's tau-b of two lists of values, ties taken into account; null where one list has a single value.
 *
 * @example kendallTau([1, 2, 3], [1, 3, 2]) // 0.333…
 */
export function kendallTau(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  let [agree, untiedA, untiedB] = [0, 0, 0];
  for (let i = 1; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [Math.sign(a[i] - a[j]), Math.sign(b[i] - b[j])];
      agree += x * y;
      untiedA += x * x;
      untiedB += y * y;
    }
  }
  return untiedA > 0 && untiedB > 0 ? agree / Math.sqrt(untiedA * untiedB) : null;
}

/**
 * Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002) of a ranking: the gains read in descending order of
 * the scores, each over log2 of its place plus one, against the best order. Equal scores share their mean gain. Null where
 * all gains are 0.
 *
 * @param gains true worth, not negative
 * @param scores what the items are ranked by
 * @example ndcg([3, 2, 1], [0.2, 0.5, 0.3]) // 0.812…
 */
export function ndcg(gains: ArrayLike<number>, scores: ArrayLike<number>): number | null {
  const best = discounted(gains, gains);
  return best > 0 ? discounted(gains, scores) / best : null;
}

function discounted(gains: ArrayLike<number>, scores: ArrayLike<number>): number {
  const order = Array.from({ length: gains.length }, (_, i) => i).sort((i, j) => scores[j] - scores[i] || i - j);
  let total = 0;
  for (let i = 0; i < order.length; ) {
    let end = i;
    let [gain, discount] = [0, 0];
    for (; end < order.length && scores[order[end]] === scores[order[i]]; end++) {
      gain += gains[order[end]];
      discount += 1 / Math.log2(end + 2);
    }
    total += (gain / (end - i)) * discount;
    i = end;
  }
  return total;
}
