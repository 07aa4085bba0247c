import type { ChangesFile } from "../../src/changepoint/index.js";
import { isInstant, isoUtc, parseInstant } from "../../src/core/index.js";
import { figure } from "../capacity-plan/words.js";
import { utcRange, utcWords } from "../utc-words.js";

/** What the times of a file of changes mean. */
export interface ChangeTimes {
  /** Whether they are instants; else they are plain numbers. */
  dated: boolean;
  /** Epoch ms, or the number itself. */
  position(time: string | number): number;
  /** `2026-06-01 14:05 UTC`, a day alone for midnights, or the number. */
  words(time: string | number): string;
  /** Two of them; a day that both share is said once. */
  range(from: string | number, to: string | number): string;
}

/** Milliseconds of one unit of a numeric clock. */
const UNIT_MS: Readonly<Record<string, number>> = Object.freeze({
  timestamp: 1,
  seconds: 1000,
  milliseconds: 1,
  microseconds: 0.001,
});

export function changeTimes({ clock }: Pick<ChangesFile, "clock">): ChangeTimes {
  const dated = clock !== "plain";
  const position = (time: string | number): number => {
    if (typeof time === "number") return time * (UNIT_MS[clock] ?? 1);
    const iso = time.trim().replaceAll("/", "-").replace(" UTC", "Z").replace(" ", "T");
    return isInstant(iso) ? parseInstant(iso) : Number.NaN;
  };
  const words = (time: string | number): string => {
    const at = position(time);
    if (!dated) return figure(Number(time));
    // What the reader of the table took for a time and this one does not is shown as it stands.
    return Number.isNaN(at) ? String(time) : instantWords(at);
  };
  return {
    dated,
    position,
    words,
    range(from, to) {
      const [first, last] = [words(from), words(to)];
      if (first === last) return first;
      const instants = first.endsWith(" UTC") && last.endsWith(" UTC");
      return instants ? utcRange(isoUtc(position(from)), isoUtc(position(to))) : `${first} to ${last}`;
    },
  };
}

/** A day alone for midnights. */
function instantWords(ms: number): string {
  const text = isoUtc(ms);
  return text.endsWith("T00:00:00Z") ? text.slice(0, 10) : utcWords(text);
}
