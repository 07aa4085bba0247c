import type { Scalar } from "./types.js";

/** Stands for a missing value. */
export const MISSING = "\u2014";

const LOCALE = "en-US";
const FOUR_DIGITS = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 4 });
const SCIENTIFIC = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 4, notation: "scientific" });
const INTEGER = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const PERCENT = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 4, style: "percent" });

/** Magnitudes beyond these are easier to read with an exponent. */
const PLAIN = { least: 1e-4, most: 1e15 };

/** A minus sign as wide as a digit; `Intl` writes a hyphen. */
const withMinus = (text: string): string => text.replace(/^-/, "\u2212");

/** A number at four significant digits, e.g. `1,235`, `0.01235`; missing is an em dash. */
export function formatNumber(value: number | null | undefined, format?: string): string {
  if (value == null || !Number.isFinite(value)) return MISSING;
  if (format === "integer") return withMinus(INTEGER.format(value));
  if (format === "percent") return withMinus(PERCENT.format(value).replace("%", "\u00a0%"));
  const size = Math.abs(value);
  const plain = size === 0 || (size >= PLAIN.least && size < PLAIN.most);
  return withMinus((plain ? FOUR_DIGITS : SCIENTIFIC).format(value === 0 ? 0 : value));
}

/** Whether a value of an `"integer"` column is a whole number beyond 2^53, which is written as text to stay exact. */
export function isWholeText(value: Scalar | undefined, format?: string): value is string {
  return format === "integer" && typeof value === "string" && /^\d+$/.test(value);
}

/** A scalar for people, without its unit. `format` is `"integer"`, `"percent"`, `"text"` or nothing. */
export function formatScalar(value: Scalar | undefined, format?: string): string {
  if (value === null || value === undefined || value === "") return MISSING;
  if (isWholeText(value, format)) return INTEGER.format(BigInt(value));
  if (typeof value === "number") return format === "text" ? String(value) : formatNumber(value, format);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value;
}

/** A scalar and its unit, kept on one line. */
export function withUnit(text: string, unit: string | undefined): string {
  return unit && text !== MISSING ? `${text}\u00a0${unit}` : text;
}

const DATE = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** An ISO instant for people, e.g. `1 June 2020 at 00:00 UTC`. */
export function formatInstant(iso: string): string {
  return `${DATE.format(new Date(iso))} UTC`;
}
