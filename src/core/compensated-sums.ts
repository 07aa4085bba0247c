/**
 * Turns terms into running sums, in place: row i of the result sums the rows up to i. Every sum is an unevaluated pair
 * (high, low) of Neumaier's compensated summation, so that the sum of a short segment is exact to its own size, not to
 * that of everything before it.
 *
 * @param rows row 0 is zeros; term j of row i stands at `i * stride + 2 * j`, followed by a zero
 */
export function accumulate(rows: Float64Array, stride: number): void {
  for (let at = stride; at < rows.length; at += 2) {
    const term = rows[at];
    const before = rows[at - stride];
    const sum = before + term;
    const error = Math.abs(before) >= Math.abs(term) ? before - sum + term : term - sum + before;
    rows[at] = sum;
    rows[at + 1] = rows[at + 1 - stride] + error;
  }
}

/** Sum of the terms between two places of one column of running sums. */
export function sumBetween(rows: Float64Array, from: number, to: number): number {
  return rows[to] - rows[from] + (rows[to + 1] - rows[from + 1]);
}
