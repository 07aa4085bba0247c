import type { DriftEntry } from "../../src/drift/index.js";
import { figure, percent } from "../capacity-plan/words.js";
import { utcRange } from "../utc-words.js";

type Effect = DriftEntry["effect"];
type Place = Pick<DriftEntry, "slice" | "window">;

/** What an effect measures, for the head of an axis or a column. */
export const EFFECT_WORDS: Readonly<Record<Effect["name"], string>> = Object.freeze({
  ks_d: "largest gap of the cumulative shares",
  tvd: "share of rows whose level would have to change",
  missing_rate: "change of the missing rate",
});

/** `0.12 (0.1 to 0.14)`. */
export function effectWords({ value, lower, upper }: Effect): string {
  if (value === null) return "unknown";
  const range = lower === null || upper === null ? "" : ` (${figure(round(lower))} to ${figure(round(upper))})`;
  return `${figure(round(value))}${range}`;
}

/** A value to three significant digits: more only distract. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}

/** `city = Turin`; nothing for the whole table. */
export function sliceWords(slice: Place["slice"]): string {
  if (slice === null) return "";
  return Object.entries(slice)
    .map(([column, value]) => `${column} = ${value}`)
    .join(", ");
}

/** Where a cell lies: ` of city = Turin, 2026-09-01 00:00 to 2026-09-02 00:00 UTC`; nothing for all rows. */
export function placeWords({ slice, window }: Place): string {
  const parts = [sliceWords(slice), window === null ? "" : utcRange(window.start, window.end)];
  const given = parts.filter((part) => part !== "");
  return given.length > 0 ? ` of ${given.join(", ")}` : "";
}

/** `6.1 % of the values are missing, 1 % before`. */
export function missingWords(entry: DriftEntry): string {
  const share = (missing: number, n: number) => percent(n === 0 ? 0 : missing / n);
  const now = share(entry.missing_current, entry.n_current);
  return `${now} of its values are missing, ${share(entry.missing_reference, entry.n_reference)} in the reference`;
}
