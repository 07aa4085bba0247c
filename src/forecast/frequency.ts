import { DateTime } from "luxon";
import { InputError } from "../core/errors.js";
import type { Series } from "../core/series.js";
import { HOUR_MS, isoUtc } from "../core/time.js";

/** Step of a series: pandas' letters for times (`MS` month start), or plain integer steps. */
export const FREQUENCIES = ["int", "min", "h", "D", "W", "MS", "Q", "Y"] as const;
export type Frequency = (typeof FREQUENCIES)[number];

const FIXED: Partial<Record<Frequency, number>> = {
  int: 1,
  min: 60_000,
  h: HOUR_MS,
  D: 24 * HOUR_MS,
  W: 168 * HOUR_MS,
};
const MONTHS: Partial<Record<Frequency, number>> = { MS: 1, Q: 3, Y: 12 };

const SEASONS: Record<Frequency, number[]> = {
  int: [],
  min: [60, 1440],
  h: [24, 168],
  D: [7],
  W: [52],
  MS: [12],
  Q: [4],
  Y: [],
};

/** Season lengths that a frequency usually has. */
export function defaultSeasons(frequency: Frequency): number[] {
  return [...SEASONS[frequency]];
}

/** Length of a step in milliseconds, or null for calendar steps (months, quarters, years). */
export function stepLength(frequency: Frequency): number | null {
  return FIXED[frequency] ?? null;
}

/**
 * The frequency that the median spacing of epoch-millisecond times shows.
 *
 * @throws InputError when there is no spacing, or it is no frequency's step (15 minutes, 2 hours): most steps of a
 *   finer grid would be holes
 */
export function inferFrequency(panel: readonly { t: Float64Array }[]): Frequency {
  const gaps: number[] = [];
  for (const { t } of panel.slice(0, 100)) for (let i = 1; i < t.length; i++) gaps.push(t[i] - t[i - 1]);
  if (gaps.length === 0) {
    throw new InputError("cannot tell the frequency from one value per series: name it by --freq", { option: "freq" });
  }
  const spacing = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
  const found = NOMINAL.findLast(([, length]) => spacing >= 0.9 * length) ?? NOMINAL[0];
  if (spacing > 1.5 * found[1]) {
    throw new InputError(
      `the times are mostly ${spacing / 60_000} minutes apart, which is no step of ${NOMINAL.map(([name]) => name).join(", ")}: aggregate them to one of these, or name the step by --freq`,
      { option: "freq", minutes: spacing / 60_000 },
    );
  }
  return found[0];
}

/** Usual length of each step in milliseconds, ascending. */
const NOMINAL: readonly (readonly [Frequency, number])[] = [
  ["min", 60_000],
  ["h", HOUR_MS],
  ["D", 24 * HOUR_MS],
  ["W", 168 * HOUR_MS],
  ["MS", 30 * 24 * HOUR_MS],
  ["Q", 91 * 24 * HOUR_MS],
  ["Y", 365 * 24 * HOUR_MS],
];

/** Position of a time on a frequency's grid, relative to `origin`. */
function gridPosition(ms: number, origin: number, frequency: Frequency): number {
  const fixed = FIXED[frequency];
  if (fixed !== undefined) return Math.round((ms - origin) / fixed);
  const a = DateTime.fromMillis(origin, { zone: "utc" });
  const b = DateTime.fromMillis(ms, { zone: "utc" });
  const months = (b.year - a.year) * 12 + b.month - a.month;
  return Math.floor(months / (MONTHS[frequency] as number));
}

/** The time `steps` steps after `last`; month ends stay month ends. */
export function advance(last: number, steps: number, frequency: Frequency): number {
  const fixed = FIXED[frequency];
  if (fixed !== undefined) return last + steps * fixed;
  const at = DateTime.fromMillis(last, { zone: "utc" });
  const moved = at.plus({ months: steps * (MONTHS[frequency] as number) });
  return (at.day === at.daysInMonth ? moved.set({ day: moved.daysInMonth ?? moved.day }) : moved).toMillis();
}

/** Integers from here on look like a time since 1970 rather than a step. */
const LEAST_EPOCH = 1e8;

/** Most missing steps that are laid out as NaN, so that one stray time stamp cannot fill the memory. */
const LARGEST_GRID = 20_000_000;

/**
 * Lays a series out on its regular grid: steps without a row become NaN.
 *
 * @param series values at strictly increasing times (epoch ms) or integer steps
 * @throws InputError for a missing integer step, or two rows within one step
 */
export function regularise(series: { id: string; t: Float64Array; y: Float64Array }, frequency: Frequency): Series {
  const { id, t, y } = series;
  const n = t.length;
  const positions = new Float64Array(n);
  for (let i = 0; i < n; i++) positions[i] = gridPosition(t[i], t[0], frequency);
  for (let i = 1; i < n; i++) {
    if (positions[i] === positions[i - 1]) {
      const [one, two] = [isoUtc(t[i - 1]), isoUtc(t[i])];
      throw new InputError(
        `series "${id}" rows ${i} and ${i + 1} by time, ${one} and ${two}, fall into one step of frequency "${frequency}": aggregate them first`,
        { id, row: i },
      );
    }
    if (frequency === "int" && positions[i] !== positions[i - 1] + 1) {
      // Steps are counted from somewhere near 0; numbers like these are seconds, ms or µs since 1970.
      const mend = Math.abs(t[i]) >= LEAST_EPOCH ? "; if these are times, make the column a time stamp" : "";
      throw new InputError(
        `series "${id}" row ${i + 1}: step ${t[i]} follows ${t[i - 1]}; integer steps must have no gap${mend}`,
        { id, row: i },
      );
    }
  }
  const length = positions[n - 1] + 1;
  if (length > LARGEST_GRID) {
    throw new InputError(`series "${id}" spans ${length} steps of frequency "${frequency}": is a time stamp wrong?`, {
      id,
    });
  }
  if (length === n) return { id, y, t };
  const values = new Float64Array(length).fill(Number.NaN);
  for (let i = 0; i < n; i++) values[positions[i]] = y[i];
  return { id, y: values, t: Float64Array.from({ length }, (_, k) => advance(t[0], k, frequency)) };
}
