/** Mean number of standard normal observations until a one-sided CUSUM with reference k first exceeds h (Siegmund 1985). */
function oneSidedRunLength(k: number, h: number): number {
  const b = h + 1.166;
  return (Math.exp(2 * k * b) - 2 * k * b - 1) / (2 * k * k);
}

/**
 * Limit of a two-sided CUSUM of standard normal observations for an average run length to a false alarm.
 *
 * Siegmund's (1985) approximation, within a few per cent; rounded to 1e-4.
 *
 * @param k reference value: half the shift, in standard deviations, that is to be found fastest
 * @param runLength observations
 */
export function cusumLimit(k: number, runLength: number): number {
  let low = 0;
  let high = 1;
  while (oneSidedRunLength(k, high) < 2 * runLength) high *= 2;
  while (high - low > 1e-5) {
    const middle = (low + high) / 2;
    if (oneSidedRunLength(k, middle) < 2 * runLength) low = middle;
    else high = middle;
  }
  return Math.ceil(high * 1e4) / 1e4;
}
