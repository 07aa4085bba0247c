import { type CostFile, minorDecimals } from "../../src/cost/index.js";
import { figure } from "../capacity-plan/words.js";

const NAMES: Readonly<Record<string, string>> = Object.freeze({
  _untagged: "no team (untagged)",
  _credits: "credits of no team",
  _prepaid: "paid for other months",
  _shared: "shared by all",
  _none: "none",
  _rest: "all others",
});

/** A name of the result for people. */
export function nameWords(name: string): string {
  return NAMES[name] ?? name;
}

/** `1,234 USD`, whole. */
export function amount({ currency }: Pick<CostFile, "currency">, value: number): string {
  return `${figure(Math.round(value))} ${currency}`;
}

/** `1,234.50`, to the currency's smallest coin. */
export function toCoin({ currency }: Pick<CostFile, "currency">, value: number): string {
  const digits = minorDecimals(currency);
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A place of the bill: `the total`, `team vision`. */
export function placeWords(dimension: string, name: string | null): string {
  if (name === null) return "the total";
  return `${dimension === "family" ? "GPU family" : dimension} ${nameWords(name)}`;
}

/** A column of money, to whole units. */
export const moneyColumn = (name: string, label: string, unit: string) => ({ name, label, unit, format: "integer" });
