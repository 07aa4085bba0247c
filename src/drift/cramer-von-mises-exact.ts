/** How many walks have each sum so far, by ascending sum. */
interface Walks {
  sums: Float64Array;
  counts: Float64Array;
}

/**
 * Exact p-value of the two-sample test of Cramér & von Mises, for samples of up to 20 values each: the share of the walks
 * from (0, 0) to (n, m) whose sum of (i·m − j·n)² is as large (Xiao, Gordon & Yakovlev 2006). Walks that have reached the
 * sum are counted with all ways to end them, and followed no further.
 */
export function cramerVonMisesExactP(n: number, m: number, sum: number): number {
  const divisor = greatestCommonDivisor(n, m);
  const [stepA, stepB] = [m / divisor, n / divisor];
  const bound = Math.floor(sum / divisor ** 2);
  if (bound <= 0) return 1;
  const none: Walks = { sums: new Float64Array(0), counts: new Float64Array(0) };
  const start: Walks = { sums: Float64Array.of(0), counts: Float64Array.of(1) };
  let reached = 0;
  let column: Walks[] = new Array(m + 1).fill(none);
  for (let i = 0; i <= n; i++) {
    let below = none;
    column = column.map((left, j) => {
      const arrived = i + j === 0 ? start : merged(left, below, (i * stepA - j * stepB) ** 2);
      const open = arrived.sums.findIndex((s) => s >= bound);
      below = open < 0 ? arrived : { sums: arrived.sums.subarray(0, open), counts: arrived.counts.subarray(0, open) };
      if (open >= 0) {
        const walks = arrived.counts.subarray(open).reduce((total, count) => total + count, 0);
        reached += walks * ways(n - i, m - j);
      }
      return below;
    });
  }
  return reached / ways(n, m);
}

/** The walks of two places together, with `more` added to their sums. */
function merged(x: Walks, y: Walks, more: number): Walks {
  const sums = new Float64Array(x.sums.length + y.sums.length);
  const counts = new Float64Array(sums.length);
  let [i, j, size] = [0, 0, 0];
  while (i < x.sums.length || j < y.sums.length) {
    const sum = Math.min(x.sums[i] ?? Number.POSITIVE_INFINITY, y.sums[j] ?? Number.POSITIVE_INFINITY);
    if (x.sums[i] === sum) counts[size] += x.counts[i++];
    if (y.sums[j] === sum) counts[size] += y.counts[j++];
    sums[size++] = sum + more;
  }
  return { sums: sums.subarray(0, size), counts: counts.subarray(0, size) };
}

/** Walks of a steps to one side and b to the other; exact, as all numbers here stay far below 2^53. */
function ways(a: number, b: number): number {
  let count = 1;
  for (let k = 1; k <= a; k++) count = (count * (b + k)) / k;
  return count;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
