import type { DriftEntry } from "../../src/drift/index.js";
import { percent } from "../capacity-plan/words.js";
import { estimateWords } from "../estimate-words.js";
import { utcRange } from "../utc-words.js";

type Effect = DriftEntry["effect"];
type Place = Pick<DriftEntry, "slice" | "window">;

/** `0.12 (0.1 to 0.14)`. */
export function effectWords(effect: Effect): string {
  return effect.value === null ? "unknown" : estimateWords(effect);
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
