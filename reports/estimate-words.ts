import { MISSING } from "../src/report/number-format.js";
import { figure, perCent } from "./capacity-plan/words.js";

/** A value and its interval; null where it is not known, or the interval has no bound. */
export interface Estimate {
  value: number | null;
  lower: number | null;
  upper: number | null;
}

/** A value to three significant digits: more only distract. */
const round = (value: number): number => Number(value.toPrecision(3));

/** A number at three significant digits. */
export const brief = (value: number): string => figure(round(value));

/** A share as per cent at three significant digits, `1.23 %`; near 1 two of the rest, so that `99.96 %` never reads as all. */
export function shareWords(share: number): string {
  if (share <= 0.99 || share >= 1) return perCent(brief(100 * share));
  return perCent(Number((100 - Number((100 * (1 - share)).toPrecision(2))).toPrecision(12)));
}

/** A change of a share in percentage points: `−2.1 points`. */
export const pointWords = (change: number): string => `${brief(100 * change)}\u00a0points`;

/**
 * `0.12 (0.1 to 0.14)`; where a bound is missing the other alone, and a dash for no value. `bound` writes the bounds, e.g.
 * without the unit.
 */
export function estimateWords(
  { value, lower, upper }: Estimate,
  words: (value: number) => string = brief,
  bound = words,
): string {
  if (value === null) return MISSING;
  const range =
    lower !== null && upper !== null
      ? ` (${bound(lower)} to ${bound(upper)})`
      : lower !== null
        ? ` (at least ${bound(lower)})`
        : upper !== null
          ? ` (at most ${bound(upper)})`
          : "";
  return `${words(value)}${range}`;
}

/** `−2.1 points (−3.2 to −1.1)`, of a change of a share. */
export const pointRange = (change: Estimate): string =>
  estimateWords(change, pointWords, (value) => brief(100 * value));

/** A number in a table, at three significant digits. */
export const cell = (value: number | null): number | null => (value === null ? null : round(value));

/** A share as per cent, or a change of one in points, as a number for axes. */
export const hundredfold = (share: number | null): number | null => (share === null ? null : 100 * share);

/** The same for tables, at three significant digits. */
export const rateValue = (share: number | null): number | null => cell(hundredfold(share));
