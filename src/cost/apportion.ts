/** Positions by falling remainder; ties to the earlier. */
function byRemainder(remainders: readonly bigint[]): number[] {
  return remainders
    .map((_, i) => i)
    .sort((a, b) => (remainders[a] === remainders[b] ? a - b : remainders[a] > remainders[b] ? -1 : 1));
}

/**
 * Shares a whole out in proportion to weights, to the last unit (largest remainders; ties to the earlier).
 *
 * @param weights not negative, their sum positive
 * @returns parts that add up to the whole exactly
 * @example apportion(10n, [1n, 1n, 1n]) // [4n, 3n, 3n]
 */
export function apportion(whole: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  const size = whole < 0n ? -whole : whole;
  const parts = weights.map((weight) => (size * weight) / sum);
  let left = size - parts.reduce((a, b) => a + b, 0n);
  for (const i of byRemainder(weights.map((weight) => (size * weight) % sum))) {
    if (left === 0n) break;
    parts[i]++;
    left--;
  }
  return whole < 0n ? parts.map((part) => -part) : parts;
}

/**
 * Amounts in coins that add up to the coins of their sum (largest remainders; ties to the earlier).
 *
 * @param unit size of a coin in the units of the amounts
 * @param whole coins of the sum
 */
export function roundParts(amounts: readonly bigint[], unit: bigint, whole: bigint): bigint[] {
  const floor = (value: bigint) => (value >= 0n ? value / unit : -((-value + unit - 1n) / unit));
  const coins = amounts.map(floor);
  let left = whole - coins.reduce((a, b) => a + b, 0n);
  for (const i of byRemainder(amounts.map((value, k) => value - coins[k] * unit))) {
    if (left <= 0n) break;
    coins[i]++;
    left--;
  }
  return coins;
}
