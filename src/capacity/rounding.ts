/** Rounds half away from zero at a number of decimals, on the decimal text of the double (1.005 gives 1.01). */
export function roundTo(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  const [digits, exponent = "0"] = String(Math.abs(value)).split("e");
  const scaled = Math.round(Number(`${digits}e${Number(exponent) + decimals}`));
  const [back, power = "0"] = String(scaled).split("e");
  const rounded = Number(`${back}e${Number(power) - decimals}`);
  return value < 0 && rounded !== 0 ? -rounded : rounded;
}

/** Money at the end of a computation: two decimals. */
export function roundMoney(value: number): number {
  return roundTo(value, 2);
}

/**
 * Rounds amounts of money so that they still add up to the rounded total (largest remainders; ties to the earlier).
 */
export function roundMoneyParts(amounts: readonly number[]): number[] {
  const total = Math.round(amounts.reduce((a, b) => a + b, 0) * 100);
  const cents = amounts.map((amount) => Math.floor(amount * 100));
  let left = total - cents.reduce((a, b) => a + b, 0);
  const order = amounts
    .map((amount, i) => ({ i, remainder: amount * 100 - cents[i] }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of order) {
    if (left <= 0) break;
    cents[i]++;
    left--;
  }
  return cents.map((c) => c / 100);
}
