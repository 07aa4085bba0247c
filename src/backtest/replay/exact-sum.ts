/**
 * Adds a number to a sum that is kept exactly, as numbers of which none overlaps the next, ascending in size (Shewchuk 1997,
 * "Adaptive precision floating-point arithmetic", as in Python's `math.fsum`). What was added is taken away again by adding
 * its negative, without a trace.
 */
export function addExactly(sum: number[], value: number): void {
  let x = value;
  let kept = 0;
  for (let i = 0; i < sum.length; i++) {
    const y = sum[i];
    const high = x + y;
    const low = Math.abs(x) < Math.abs(y) ? x - (high - y) : y - (high - x);
    if (low !== 0) sum[kept++] = low;
    x = high;
  }
  sum.length = kept;
  if (x !== 0) sum.push(x);
}

/** The number nearest to the sum, of two equally near the even one. */
export function roundExactSum(sum: readonly number[]): number {
  let i = sum.length - 1;
  if (i < 0) return 0;
  let high = sum[i];
  let low = 0;
  while (i > 0 && low === 0) {
    const before = high;
    high = before + sum[--i];
    low = sum[i] - (high - before);
  }
  // Half-way: what remains decides.
  if (i > 0 && low !== 0 && low > 0 === sum[i - 1] > 0) {
    const next = high + 2 * low;
    if (next - high === 2 * low) return next;
  }
  return high;
}
