const TERMS = 14;

/**
 * 2 to the power x, correct to a few units in the last place and the same on every platform: only additions,
 * multiplications and exact powers of two, whereas the last bits of `2 ** x` are left to the engine.
 *
 * @param x Any number ≤ 1000; below −1070 the result is 0.
 */
export function exp2(x: number): number {
  if (x < -1070) return 0;
  const whole = Math.round(x);
  const y = (x - whole) * Math.LN2;
  let sum = 1;
  for (let k = TERMS; k >= 1; k--) sum = 1 + (y / k) * sum;
  return sum * powerOfTwo(whole);
}

/** Exact for whole n. */
function powerOfTwo(n: number): number {
  let result = 1;
  let base = n < 0 ? 0.5 : 2;
  for (let k = Math.abs(n); k > 0; k >>= 1) {
    if (k & 1) result *= base;
    base *= base;
  }
  return result;
}
