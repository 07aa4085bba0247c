import type { EffectRows } from "./effect-rows.js";

/** Rows after the last place the onset may lie at that tell of the effect. */
const REACH = 288;
/** Places looked at, at most; of more the later ones. */
const MOST_PLACES = 400;
/** Lengths of a ramp in rows; 0 is a step, and of two or three rows it still looks like one. */
const RAMPS = [0, 4, 5, 7, 9, 12, 16, 21, 28, 37, 49, 65, 86, 114, 151, 200, 265, 350];
/** How likely a step is before the data are seen. */
const STEP = 0.5;
/** The noise is taken for this much more lasting than it was measured: no effect has the very shape of a model. */
const CAUTION = 1.25;
/** Parts of a row's bucket that the onset is told apart by. */
export const PARTS = 4;
/** Places less likely than this are not split into parts. */
const NEGLIGIBLE = 1e-6;

/** Where to look, in rows of the given order: the onset lies in from … to, the effect lasts to end − 1. */
export interface OnsetSearch {
  from: number;
  to: number;
  end: number;
  sign: 1 | -1;
  inflation: number;
}

export interface Onset {
  /** Probability of every part of every row from `from` on. */
  weights: Float64Array;
  /** Probability that the effect grew, and over how many rows it then did. */
  ramp: number;
  rampRows: number;
  /** Most likely full effect. */
  effect: number;
}

/** ∫ of a ramp that begins at 0 and reaches 1 at `length`, up to x. */
function rampIntegral(x: number, length: number): number {
  if (x <= 0) return 0;
  if (x < length) return (x * x) / (2 * length);
  return x - length / 2;
}

/** Share of the full effect in row i, of an onset at `at` (in rows, with fraction). */
const shareOf = (i: number, at: number, length: number): number =>
  rampIntegral(i + 1 - at, length) - rampIntegral(i - at, length);

/** The best effect of an onset at `at` and what it gains; no gain when it goes the other way. */
function fitEffect(rows: EffectRows, at: number, length: number, end: number, sign: 1 | -1) {
  const first = Math.floor(at);
  let top = 0;
  let bottom = 0;
  for (let i = first; i < end; i++) {
    const share = shareOf(i, at, length);
    top += rows.weight[i] * share * rows.residual[i];
    bottom += rows.weight[i] * share * share;
  }
  const effect = top / bottom;
  if (!(effect * sign > 0)) return { effect: 0, gain: Number.NEGATIVE_INFINITY };
  let gain = 0;
  for (let i = first; i < end; i++) gain += rows.gain(i, effect * shareOf(i, at, length));
  return { effect, gain };
}

interface Place {
  row: number;
  length: number;
  /** Log of the prior. */
  prior: number;
  effect: number;
  log: number;
}

/**
 * Posterior of when an effect set in, over steps and ramps of many lengths: the weight of a place and a length is
 * exp(gain / (2 inflation)) at their best effect, times the prior of the length and the time the place takes; a step is
 * as likely as all ramps together. Likely rows are split into parts, since a row that is half as bad began half as late.
 *
 * @returns null when no place has an effect of the asked sign
 */
export function onset(rows: EffectRows, { from, to, end, sign, inflation }: OnsetSearch): Onset | null {
  const begin = Math.max(from, to - MOST_PLACES);
  const until = Math.min(end, to + REACH);
  const scale = 2 * CAUTION * inflation;
  const lengths = RAMPS.filter((length) => length < until - begin);
  const places: Place[] = [];
  for (const length of lengths) {
    const share = Math.log(length === 0 ? STEP : (1 - STEP) / Math.max(1, lengths.length - 1));
    for (let row = begin; row <= to; row++) {
      const { effect, gain } = fitEffect(rows, row, length, until, sign);
      const prior = share + Math.log(rows.span[row]);
      places.push({ row, length, prior, effect, log: prior + gain / scale });
    }
  }
  const best = places.reduce<Place | null>((a, b) => (b.log > (a?.log ?? Number.NEGATIVE_INFINITY) ? b : a), null);
  if (!best) return null;
  const weights = new Float64Array((to - from + 1) * PARTS);
  let [total, ramp] = [0, 0];
  for (const place of places) {
    if (!(place.log - best.log > Math.log(NEGLIGIBLE) - 4)) continue;
    for (let part = 0; part < PARTS; part++) {
      const { gain } = fitEffect(rows, place.row + (part + 0.5) / PARTS, place.length, until, sign);
      const weight = Math.exp(Math.min(700, place.prior + gain / scale - best.log));
      weights[(place.row - from) * PARTS + part] += weight;
      total += weight;
      if (place.length > 0) ramp += weight;
    }
  }
  return {
    weights: weights.map((weight) => weight / total),
    ramp: ramp / total,
    rampRows: best.length,
    effect: best.effect,
  };
}
