import type { Fraction } from "./decimal-fraction.js";

/** Doubles whose products differ by more than this part of them are told apart by the doubles alone. */
const CLEAR = 1e-12;

/**
 * Tells whether `part / whole` is strictly above a limit, without the rounding of a division: 144 of 10,000 is not above
 * 14.4 times an error budget of 0.001, whatever doubles make of it. Exact for whole numbers up to 2^53; other values
 * that are equal to twelve digits count as equal. 0 of 0 is not above.
 */
export function shareAbove({ numerator, denominator }: Fraction): (part: number, whole: number) => boolean {
  const [factor, limit] = [Number(denominator), Number(numerator)];
  return (part, whole) => {
    const [left, right] = [part * factor, whole * limit];
    if (Math.abs(left - right) > CLEAR * right) return left > right;
    if (!Number.isSafeInteger(part) || !Number.isSafeInteger(whole)) return false;
    return BigInt(part) * denominator > BigInt(whole) * numerator;
  };
}
