import { fpop } from "../../changepoint/index.js";

/** Penalty of a change in the search, in units of the inflation times ln n. */
const PENALTY = 2;
/** Rows of the shortest incident: fewer are spikes. */
const FEWEST_ROWS = 3;
/** A segment belongs to the incident when it is at least this share as bad as its worst one. */
const SHARE = 0.35;
/** What lies before must be normal: data that begin with more than this share of one level begin with the normal one. */
const BEFORE = 0.25;
/** An effect of less than this share of a unit's standard deviation is no incident, however long it lasts. */
const LEAST_EFFECT = 0.5;

/** Units first … end − 1 differ from what is expected. */
export interface BadRun {
  first: number;
  end: number;
  /** The worst segment of it. */
  worst: { first: number; end: number };
  sign: 1 | -1;
  /** Likelihood-ratio statistic against no incident, before inflation. */
  gain: number;
}

interface Level {
  first: number;
  end: number;
  /** Weighted mean of the residual, and its likelihood-ratio statistic with the sign of the mean. */
  mean: number;
  gain: number;
}

function levelOf(residual: Float64Array, weight: Float64Array, first: number, end: number): Level {
  let sum = 0;
  let total = 0;
  for (let i = first; i < end; i++) {
    sum += weight[i] * residual[i];
    total += weight[i];
  }
  return { first, end, mean: sum / total, gain: (Math.sign(sum) * sum * sum) / total };
}

/** The levels around the one at `peak` that are bad too, as one run. */
function grow(levels: readonly Level[], peak: number): { from: number; to: number } {
  const bad = (level: Level): boolean => level.mean / levels[peak].mean >= SHARE;
  let from = peak;
  let to = peak;
  while (from > 0 && bad(levels[from - 1])) from--;
  while (to < levels.length - 1 && bad(levels[to + 1])) to++;
  return { from, to };
}

/**
 * The run of units that differs most from what is expected, as one incident; null when nothing stands out.
 *
 * Where the data begin with a long run that differs, that run is taken for the normal state, and what comes after it for
 * the incident.
 *
 * @param residual value minus expected
 * @param sd of every unit
 * @param unitRows rows of a unit
 * @param signs of the residual that are bad
 */
export function badRun(
  residual: Float64Array,
  sd: Float64Array,
  inflation: number,
  unitRows: number,
  signs: readonly (1 | -1)[],
): BadRun | null {
  const n = residual.length;
  const penalty = PENALTY * inflation * Math.log(n);
  // Drawn in so far that fewer rows than an incident has cannot pay for the two changes of an incident.
  const most = Math.sqrt((2 * penalty) / (Math.ceil(FEWEST_ROWS / unitRows) - 0.5));
  const z = residual.map((r, i) => Math.max(-most, Math.min(most, r / sd[i])));
  const starts = [0, ...fpop(z, penalty), n];
  const weight = sd.map((s) => 1 / (s * s));
  const levels = starts.slice(1).map((end, k) => levelOf(residual, weight, starts[k], end));
  let best: BadRun | null = null;
  levels.forEach((level, peak) => {
    const { from, to } = grow(levels, peak);
    const [first, end] = [levels[from].first, levels[to].end];
    if (first === 0 && end === n) return;
    const sign = level.mean > 0 ? 1 : -1;
    const { gain } = levelOf(residual, weight, first, end);
    const run: BadRun =
      first > 0
        ? { first, end, worst: level, sign, gain: sign * gain }
        : { first: end, end: n, worst: { first: end, end: n }, sign: sign === 1 ? -1 : 1, gain: sign * gain };
    if (first === 0 && end < BEFORE * n) return;
    if (gain * sign < LEAST_EFFECT ** 2 * (end - first)) return;
    if (signs.includes(run.sign) && run.gain > (best?.gain ?? 0)) best = run;
  });
  return best;
}
