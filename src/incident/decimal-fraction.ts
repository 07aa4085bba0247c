/** A fraction of whole numbers; the denominator is positive. */
export interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/**
 * A number as the decimal fraction that its shortest text means: 0.9999 is 9999/10000, not the double beside it.
 *
 * @param value finite and not negative
 * @example decimalFraction(0.25); // { numerator: 25n, denominator: 100n }
 */
export function decimalFraction(value: number): Fraction {
  const [mantissa, exponent = "0"] = String(value).split("e");
  const [whole, decimals = ""] = mantissa.split(".");
  const places = decimals.length - Number(exponent);
  const digits = BigInt(whole + decimals);
  if (places < 0) return { numerator: digits * 10n ** BigInt(-places), denominator: 1n };
  return { numerator: digits, denominator: 10n ** BigInt(places) };
}
