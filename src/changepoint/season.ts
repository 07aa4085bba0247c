import { quantileSelect } from "../core/index.js";

/** A season: what every phase adds to the level. */
export interface Season {
  /** Observations of one cycle. */
  period: number;
  /** Addition of phase i mod period; they sum to 0. */
  profile: Float64Array;
  /** Observations that were averaged first; 1 for none. */
  width: number;
}

/** Fewest cycles of a season, and shortest period of a free search. */
const CYCLES = 4;
const SHORTEST = 4;

/** Longest period and most observations of a free search; longer periods must come as candidates. */
const LONGEST = 400;
const SEARCHED = 16384;

/** Autocorrelation from which on a lag is looked at, and how many lags are. */
const LEAST_CORRELATION = 0.1;
const LAGS = 4;

/** Of two periods that explain as much, give or take this share of variance, the shorter is taken. */
const TIE = 0.02;

/** Phases that a long cycle is looked at in where single observations are too noisy to show it: the hours of a day. */
const COARSE = 24;

/**
 * The season of a series, if one explains more than `share` of the variance around its moving average: among the
 * candidates and the highest peaks of the autocorrelation. Profiles are medians, so changes of the level and spikes do
 * not bend them. Where none does, the candidates are looked at again in averages of a 24th of their period: a day in
 * steps of five minutes can be plain and yet smaller than the noise of each.
 *
 * @param x without missing values
 * @param candidates periods to look at besides, in observations
 */
export function findSeason(x: Float64Array, share: number, candidates: readonly number[] = []): Season | null {
  const longest = Math.floor(x.length / CYCLES);
  const periods = [...new Set([...candidates, ...correlatedLags(x, Math.min(longest, LONGEST))])];
  let best: Season | null = null;
  let bestShare = share;
  const look = (lengths: readonly number[], widthOf: (period: number) => number) => {
    for (const period of lengths) {
      if (period < 2 || period > longest) continue;
      const width = widthOf(period);
      const deviations = averaged(aroundLevel(x, period), width);
      const profile = phaseProfile(deviations, period);
      const explained = explainedShare(deviations, profile);
      if (explained > bestShare + (best ? TIE : 0)) {
        best = { period, profile, width };
        bestShare = explained;
      }
    }
  };
  look(
    periods.sort((a, b) => a - b),
    () => 1,
  );
  if (!best) {
    look(
      candidates.filter((period) => period >= 2 * COARSE),
      (period) => Math.floor(period / COARSE),
    );
  }
  return best;
}

/** The season of a known period. */
export const seasonOfPeriod = (x: Float64Array, period: number): Season => ({
  period,
  profile: phaseProfile(aroundLevel(x, period), period),
  width: 1,
});

/** Deviations averaged over a width; as they are for 1. */
export const averaged = (deviations: Float64Array, width: number): Float64Array =>
  width > 1 ? movingAverage(deviations, width) : deviations;

/** Deviations from the moving average over one cycle. */
function aroundLevel(x: Float64Array, period: number): Float64Array {
  const level = movingAverage(x, period);
  return x.map((value, i) => value - level[i]);
}

/** The series without its season. */
export function withoutSeason(x: Float64Array, season: Season | null): Float64Array {
  if (!season) return x;
  const { period, profile } = season;
  const rest = new Float64Array(x.length);
  for (let i = 0, phase = 0; i < x.length; i++, phase = phase + 1 === period ? 0 : phase + 1) {
    rest[i] = x[i] - profile[phase];
  }
  return rest;
}

/** Median of every phase of deviations from the level, moved to sum to 0. */
export function phaseProfile(deviations: Float64Array, period: number): Float64Array {
  const profile = new Float64Array(period);
  const values = new Float64Array(Math.ceil(deviations.length / period));
  let sum = 0;
  for (let phase = 0; phase < period; phase++) {
    let size = 0;
    for (let i = phase; i < deviations.length; i += period) values[size++] = deviations[i];
    profile[phase] = quantileSelect(values.subarray(0, size), 0.5);
    sum += profile[phase];
  }
  for (let phase = 0; phase < period; phase++) profile[phase] -= sum / period;
  return profile;
}

/** Lags where the autocorrelation of the series around a wide moving average peaks, the highest first. */
function correlatedLags(x: Float64Array, longest: number): number[] {
  if (longest < SHORTEST) return [];
  const from = Math.max(0, (x.length - SEARCHED) >> 1);
  const part = x.subarray(from, from + SEARCHED);
  const level = movingAverage(part, 2 * Math.min(longest, Math.floor(part.length / 6)) + 1);
  const correlation = new Float64Array(longest + 2);
  const n = part.length;
  const r = part.map((value, i) => value - level[i]);
  for (let lag = 0; lag < correlation.length; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += r[i] * r[i - lag];
    correlation[lag] = sum / (n - lag);
  }
  const least = LEAST_CORRELATION * correlation[0];
  const peaks: number[] = [];
  for (let lag = SHORTEST; lag <= longest; lag++) {
    const value = correlation[lag];
    if (value > least && value > correlation[lag - 1] && value >= correlation[lag + 1]) peaks.push(lag);
  }
  return peaks.sort((a, b) => correlation[b] - correlation[a]).slice(0, LAGS);
}

/** Centred moving average of a width (an even one with half weights at its ends), constant beyond its first and last. */
function movingAverage(x: Float64Array, width: number): Float64Array {
  const n = x.length;
  const half = width >> 1;
  const average = new Float64Array(n);
  const span = 2 * half + 1;
  if (span > n) return average.fill(x.reduce((sum, value) => sum + value, 0) / n);
  const even = width % 2 === 0;
  let sum = 0;
  for (let i = 0; i < span; i++) sum += x[i];
  for (let i = half; i + half < n; i++) {
    if (i > half) sum += x[i + half] - x[i - half - 1];
    average[i] = even ? (sum - (x[i - half] + x[i + half]) / 2) / width : sum / span;
  }
  average.fill(average[half], 0, half);
  average.fill(average[n - 1 - half], n - half);
  return average;
}

/** Share of the variance that a profile explains, adjusted for its parameters. */
function explainedShare(deviations: Float64Array, profile: Float64Array): number {
  const n = deviations.length;
  let before = 0;
  let after = 0;
  for (let i = 0; i < n; i++) {
    before += deviations[i] ** 2;
    after += (deviations[i] - profile[i % profile.length]) ** 2;
  }
  return before > 0 ? 1 - after / (n - profile.length) / (before / n) : 0;
}
