/** A number at a number of decimals, without the noise of binary fractions; never −0. */
export function roundNumber(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0;
}
