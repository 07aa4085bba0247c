/** Decimals of money: amounts are whole numbers of 10^-18 of a currency unit, so that sums are exact. */
export const MONEY_DECIMALS = 18;

const ONE = 10n ** BigInt(MONEY_DECIMALS);
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Quotient rounded half to even; the divisor is positive. */
function divideRounded(value: bigint, divisor: bigint): bigint {
  const negative = value < 0n;
  const size = negative ? -value : value;
  const [whole, rest] = [size / divisor, size % divisor];
  const up = 2n * rest > divisor || (2n * rest === divisor && whole % 2n === 1n);
  const rounded = up ? whole + 1n : whole;
  return negative ? -rounded : rounded;
}

/**
 * An amount from its decimal text, exponents included (`-5.00`, `1.2e-7`).
 *
 * @returns `exact` is false where digits beyond 10^-18 were rounded (half to even); null when the text is no number
 * @example parseMoney("32.7726") // { value: 32772600000000000000n, exact: true }
 */
export function parseMoney(text: string): { value: bigint; exact: boolean } | null {
  const match = DECIMAL.exec(text.trim());
  if (!match || !(match[2] || match[3])) return null;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const digits = BigInt(`${sign === "-" ? "-" : ""}${whole}${fraction}`);
  const shift = MONEY_DECIMALS + Number(exponent) - fraction.length;
  if (shift >= 0) return { value: digits * 10n ** BigInt(shift), exact: true };
  const divisor = 10n ** BigInt(-shift);
  return { value: divideRounded(digits, divisor), exact: digits % divisor === 0n };
}

/** Shortest decimal text of an amount: `32.7726`, `-5`. */
export function moneyText(value: bigint): string {
  const size = value < 0n ? -value : value;
  const fraction = String(size % ONE)
    .padStart(MONEY_DECIMALS, "0")
    .replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${size / ONE}${fraction && `.${fraction}`}`;
}

/** The nearest double of an amount, for statistics and charts only. */
export function moneyNumber(value: bigint): number {
  return Number(moneyText(value));
}

/** Decimals of a currency's smallest coin: 2 for USD, 0 for JPY (ISO 4217). */
export function minorDecimals(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** An amount in the currency's smallest coins, rounded half to even. */
export function toCoins(value: bigint, decimals: number): bigint {
  return divideRounded(value, 10n ** BigInt(MONEY_DECIMALS - decimals));
}

/** Coins as a number of currency units: 3277n is 32.77. */
export function coinsNumber(coins: bigint, decimals: number): number {
  return Number(coins) / 10 ** decimals;
}

/** An amount rounded to the smallest coin, as a number. */
export function roundedMoney(value: bigint, decimals: number): number {
  return coinsNumber(toCoins(value, decimals), decimals);
}
