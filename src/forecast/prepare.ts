import { InputError } from "../core/errors.js";
import { LARGEST_VALUE, SMALLEST_VALUE } from "../core/series.js";
import type { Series } from "./types.js";

/** A series made ready for the models. */
export interface PreparedSeries {
  id: string;
  /** Values without gaps, at least one. */
  y: Float64Array;
  /** 1 where the value was observed, 0 where it was filled in: filled steps are never scored. */
  observed: Uint8Array;
  /** Seasons of which two full cycles are there, ascending. */
  seasons: number[];
  /** Steps from the common start of all seasons to `y[0]`; 0 where it is unknown. */
  clock: number;
  nonNegative: boolean;
  warnings: string[];
}

export interface PrepareOptions {
  season: readonly number[];
  nonNegative: boolean | "auto";
  /** Longest hole in steps that is filled when the history after it suffices on its own. */
  maxGap: number;
}

/** Fewer steps than these no model of the pool can be fitted to. */
export const LEAST_FOR_MODELS = 9;

/** Trims, checks and fills one series. */
export function prepareSeries(series: Series, options: PrepareOptions): PreparedSeries {
  const { id } = series;
  refuseValues(series);
  refuseUneven(series);
  let first = 0;
  while (first < series.y.length && Number.isNaN(series.y[first])) first++;
  if (first === series.y.length) throw new InputError(`series "${id}" has no value: every one is missing`, { id });
  const warnings: string[] = [];
  let y = withoutTraces(series.y.subarray(first));
  const from = afterLongGap(y, options);
  if (from > 0) {
    warnings.push(`${from} steps before a hole of more than ${options.maxGap} steps are left out`);
    y = y.subarray(from);
  }
  const seasons = [...new Set(options.season)].filter((s) => s > 1 && y.length >= 2 * s).sort((a, b) => a - b);
  const dropped = options.season.filter((s) => s > 1 && !seasons.includes(s));
  if (dropped.length) {
    const list = dropped.join(", ");
    warnings.push(`season ${list} is dropped: ${y.length} steps are less than two of its cycles`);
  }
  const { observed, missing, least } = observe(y);
  warnings.push(...warnOfHoles(observed, missing, options.maxGap));
  const observedNonNegative = !(least < 0);
  const filled = missing ? fillSeasonally(y, seasons) : y;
  if (missing && observedNonNegative) for (let t = 0; t < filled.length; t++) if (filled[t] < 0) filled[t] = 0;
  if (filled.length < LEAST_FOR_MODELS)
    warnings.push(`only ${filled.length} steps of history: the last value is carried forward`);
  const nonNegative = options.nonNegative === "auto" ? observedNonNegative : options.nonNegative;
  const clock = series.clock === undefined ? 0 : series.clock + first + from;
  return { id, y: filled, observed, seasons, clock, nonNegative, warnings };
}

function refuseValues({ id, y }: Series): void {
  let row = 0;
  while (row < y.length && !(Math.abs(y[row]) > LARGEST_VALUE)) row++;
  if (row === y.length) return;
  const what = Number.isFinite(y[row]) ? `${y[row]} lies beyond ±${LARGEST_VALUE}` : "is infinite";
  throw new InputError(`series "${id}" step ${row}: value ${what}; mend it or leave it empty`, { id, row });
}

/** Steps of the calendar differ a little (months by a tenth); a longer one is a hole that must be NaN in `y`. */
const LONGEST_STEP = 1.5;

function refuseUneven({ id, y, t }: Series): void {
  if (!t) return;
  if (t.length !== y.length) {
    throw new InputError(`series "${id}" has ${y.length} values and ${t.length} times; give one time a value`, { id });
  }
  let [least, most, at] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let i = 1; i < t.length; i++) {
    const step = t[i] - t[i - 1];
    if (!(step > 0)) {
      throw new InputError(`series "${id}" step ${i}: time ${t[i]} does not follow ${t[i - 1]}; sort the steps`, {
        id,
        row: i,
      });
    }
    least = Math.min(least, step);
    if (step > most) [most, at] = [step, i];
  }
  if (most <= LONGEST_STEP * least) return;
  throw new InputError(
    `series "${id}" step ${at}: a hole between times ${t[at - 1]} and ${t[at]}; lay it out by \`regularise\`, missing steps as NaN`,
    { id, row: at },
  );
}

/** Which values are there, how many are not, and the least one. */
function observe(y: Float64Array): { observed: Uint8Array; missing: number; least: number } {
  const observed = new Uint8Array(y.length);
  let missing = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let t = 0; t < y.length; t++) {
    if (Number.isNaN(y[t])) missing++;
    else {
      observed[t] = 1;
      if (y[t] < least) least = y[t];
    }
  }
  return { observed, missing, least };
}

/** A series that changes by traces only is one of zeros: squares of its values would be no numbers any more. */
function withoutTraces(y: Float64Array): Float64Array {
  let largest = 0;
  for (let t = 0; t < y.length; t++) if (Math.abs(y[t]) > largest) largest = Math.abs(y[t]);
  if (largest >= SMALLEST_VALUE || y.every((v) => v === y[0])) return y;
  return y.map((v) => (Number.isNaN(v) ? v : 0));
}

/** What is filled in, and where more of it than `maxGap` stands for what nobody saw. */
function warnOfHoles(observed: Uint8Array, missing: number, maxGap: number): string[] {
  if (missing === 0) return [];
  let longest = 0;
  let run = 0;
  for (const seen of observed) {
    if (seen) longest = Math.max(longest, run);
    run = seen ? 0 : run + 1;
  }
  const warnings = [`${missing} missing steps are interpolated`];
  if (longest > maxGap) {
    warnings.push(
      `a hole of ${longest} steps, more than the ${maxGap} allowed, is interpolated too: the history after it does not suffice`,
    );
  }
  if (run > 0) {
    warnings.push(
      `the last ${run} steps of the history are missing: the forecast goes on from assumed values, and its intervals are too narrow`,
    );
  }
  return warnings;
}

/** Start of the history after the last hole longer than `maxGap`, when two cycles of the longest season follow it. */
function afterLongGap(y: Float64Array, { season, maxGap }: PrepareOptions): number {
  const enough = Math.max(60, 2 * Math.max(1, ...season));
  let run = 0;
  for (let t = y.length - 1; t >= 0; t--) {
    run = Number.isNaN(y[t]) ? run + 1 : 0;
    if (run > maxGap) {
      const after = t + run;
      if (y.length - after >= enough) return after;
    }
  }
  return 0;
}

/**
 * Fills holes with the pattern of the neighbouring seasons: the mean of the values one longest season before and
 * after, shifted by the linearly interpolated difference at the hole's edges. Without a season, linear interpolation;
 * at the end of the series, the last difference is held.
 */
export function fillSeasonally(y: Float64Array, seasons: readonly number[]): Float64Array {
  const out = Float64Array.from(y);
  const n = y.length;
  const season = seasons.length ? seasons[seasons.length - 1] : 0;
  const reference = (t: number): number => {
    if (!season) return 0;
    const around = [y[t - season], y[t + season]].filter((v) => v !== undefined && !Number.isNaN(v));
    if (around.length) return around.reduce((a, b) => a + b, 0) / around.length;
    return t >= season ? out[t - season] : Number.NaN;
  };
  for (let t = 0; t < n; t++) {
    if (!Number.isNaN(out[t])) continue;
    let end = t;
    while (end < n && Number.isNaN(y[end])) end++;
    fillHole(out, t, end, reference);
    t = end;
  }
  return out;
}

function fillHole(out: Float64Array, from: number, to: number, reference: (t: number) => number): void {
  const references = Array.from({ length: to - from + 2 }, (_, i) => reference(from - 1 + i));
  const usable = references.every((v) => !Number.isNaN(v));
  const base = (t: number): number => (usable ? references[t - from + 1] : 0);
  const left = out[from - 1] - base(from - 1);
  const right = to < out.length ? out[to] - base(to) : left;
  for (let t = from; t < to; t++) {
    const share = (t - from + 1) / (to - from + 1);
    out[t] = base(t) + left + share * (right - left);
  }
}
