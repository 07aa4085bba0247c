import { mean, median, orderlessMean } from "../core/statistics.js";
import { naiveScale } from "./metrics.js";

/** Errors of one series in its backtest: `errors[k][h]`, NaN where nothing was observed. */
export type BacktestErrors = readonly Float64Array[];

/** Size of a series' errors: one figure for its forecast, and one for each origin made without that origin. */
export interface ErrorScale {
  whole: number;
  byOrigin: number[];
}

/** One series as its error scale is made: everything in the unit that its intervals are made in. */
export interface ScaleInput {
  errors: BacktestErrors;
  history: Float64Array;
  /** Training lengths of the backtest, one for each block of errors. */
  cuts: readonly number[];
  /** Season of the naive scale. */
  season: number;
  /** Distance of the members from their median by step, of the forecast and of each backtest forecast. */
  spread: Float64Array;
  backtestSpread: readonly Float64Array[];
}

/** What tells how large errors will be; NaN is unknown. */
interface Evidence {
  /** Root mean square of the other backtest errors. */
  own: number;
  /** Naive scale of the recent history. */
  naive: number;
  /** Mean distance of the members from their median. */
  spread: number;
}

/** Exponents of the three before the panel has its say. */
const PRIOR = Object.freeze({ own: 0.65, naive: 0.2, spread: 0.15 });
/** Backtest forecasts' worth of trust in the prior. */
const PRIOR_ROWS = 200;
/** No evidence may say "no error at all" while another sees some. */
const FLOOR = 0.05;
/** The naive scale is that of so many of the last horizons … */
const RECENT_HORIZONS = 2;
/** … but at least of so many changes. */
const RECENT_LEAST = 24;

/**
 * Error scales s = own^a · (r·naive)^b · (q·spread)^c of all series: the root mean square of the backtest errors (large
 * ones decide how wide a 95 % interval must be), the naive scale of the recent history, and how far the members of the
 * pool lie apart; r and q bring them to the panel's typical error. The exponents add up to one, so that a scale has its
 * series' unit; ridge regression on the panel's own backtests moves them from their prior (locally weighted conformal
 * prediction, Lei et al. 2018). A series without backtest takes what evidence it has.
 */
export function errorScales(inputs: readonly ScaleInput[]): ErrorScale[] {
  const all = inputs.map(gather);
  const toOwn = panelRatios(all.map(({ whole }) => whole));
  const rows: LogRatios[] = [];
  for (let i = 0; i < inputs.length; i++) addRatios(rows, inputs[i], all[i], toOwn);
  const exponents = fitExponents(rows);
  const relative = median(all.map(({ whole, level }) => whole.own / level).filter(Number.isFinite)) || 0;
  return inputs.map((input, i) => scalesFrom(input, all[i], toOwn, exponents, relative));
}

/** Evidence on one series: for its forecast, and for the forecast from each origin without that origin's errors. */
interface SeriesEvidence {
  whole: Evidence;
  byOrigin: Evidence[];
  /** Mean absolute value of the history. */
  level: number;
}

function gather(input: ScaleInput): SeriesEvidence {
  const { errors, history, cuts, spread, backtestSpread } = input;
  const own = rootMeanSquare(errors);
  const byOrigin: Evidence[] = [];
  for (let k = 0; k < errors.length; k++) {
    const others = errors.length < 2 ? own : rootMeanSquare(errors, k);
    byOrigin.push(evidence(input, others, cuts[k], backtestSpread[k]));
  }
  return { whole: evidence(input, own, history.length, spread), byOrigin, level: meanAbsolute(history) };
}

function scalesFrom(
  { errors, history }: ScaleInput,
  { whole, byOrigin, level }: SeriesEvidence,
  toOwn: Evidence,
  exponents: Evidence,
  relative: number,
): ErrorScale {
  const scale = scaleOf(complete(whole, toOwn), exponents);
  // With one or two values there is no naive error either: the panel's error relative to its level stands in.
  const least = history.length < 3 ? relative * level : 0;
  const final = errors.length ? scale : Math.max(scale, least);
  const scales: number[] = [];
  for (const seen of byOrigin) scales.push(errors.length < 2 ? final : scaleOf(complete(seen, toOwn), exponents));
  return { whole: final, byOrigin: scales };
}

/** Root mean square of all blocks but the `without`-th. */
function rootMeanSquare(errors: readonly Float64Array[], without = -1): number {
  let total = 0;
  let count = 0;
  for (let k = 0; k < errors.length; k++) {
    if (k === without) continue;
    const block = errors[k];
    for (let h = 0; h < block.length; h++) {
      if (Number.isNaN(block[h])) continue;
      total += block[h] * block[h];
      count++;
    }
  }
  return count ? Math.sqrt(total / count) : Number.NaN;
}

function evidence({ history, season }: ScaleInput, own: number, n: number, spread: Float64Array): Evidence {
  const changes = Math.max(RECENT_LEAST, RECENT_HORIZONS * spread.length);
  const naive = recentScale(history, n, changes, season);
  const apart = mean(spread);
  return {
    own,
    naive: Number.isNaN(naive) ? recentScale(history, n, changes, 1) : naive,
    spread: apart > 0 ? apart : Number.NaN,
  };
}

/** Naive scale of the last `changes` changes among the first n values. */
function recentScale(history: Float64Array, n: number, changes: number, season: number): number {
  return naiveScale(history.subarray(Math.max(0, n - changes - season), n), season);
}

/** Factors that bring each kind of evidence to the size of the panel's own errors. */
function panelRatios(all: readonly Evidence[]): Evidence {
  const ratio = (kind: keyof Evidence): number => {
    const known = all.map((seen) => seen.own / seen[kind]).filter((v) => Number.isFinite(v) && v > 0);
    return known.length ? median(known) : 1;
  };
  return { own: 1, naive: ratio("naive"), spread: ratio("spread") };
}

/** Evidence in the size of errors, none far below the largest; null without any. */
function complete({ own, naive, spread }: Evidence, toOwn: Evidence): Evidence | null {
  const sized = [toOwn.own * own, toOwn.naive * naive, toOwn.spread * spread];
  const known = sized.filter((v) => !Number.isNaN(v));
  if (known.length === 0) return null;
  const instead = Number.isNaN(own) ? mean(known) : own;
  const least = FLOOR * Math.max(...known);
  const [o, n, s] = sized.map((v) => Math.max(Number.isNaN(v) ? instead : v, least));
  return { own: o, naive: n, spread: s };
}

function scaleOf(seen: Evidence | null, exponents: Evidence): number {
  if (seen === null || !(seen.own > 0)) return 0;
  return seen.own ** exponents.own * seen.naive ** exponents.naive * seen.spread ** exponents.spread;
}

/** One backtest forecast: log(naive / own), log(spread / own) and log(size of its error / own). */
type LogRatios = [naive: number, spread: number, size: number];

function addRatios(rows: LogRatios[], { errors }: ScaleInput, { byOrigin }: SeriesEvidence, toOwn: Evidence): void {
  if (errors.length < 2) return;
  for (let k = 0; k < errors.length; k++) {
    const seen = complete(byOrigin[k], toOwn);
    const size = rootMeanSquare([errors[k]]);
    if (seen === null || !(seen.own > 0 && size > 0)) continue;
    rows.push([Math.log(seen.naive / seen.own), Math.log(seen.spread / seen.own), Math.log(size / seen.own)]);
  }
}

/**
 * Exponents from backtests: log(size / own) = b·log(naive / own) + c·log(spread / own) + constant by least squares, shrunk
 * to the prior. The order of the rows does not matter.
 */
function fitExponents(rows: readonly LogRatios[]): Evidence {
  if (rows.length === 0) return PRIOR;
  const [x, z, y] = [0, 1, 2].map((column) => {
    const centre = orderlessMean(rows.map((row) => row[column]));
    return rows.map((row) => row[column] - centre);
  });
  const product = (a: readonly number[], b: readonly number[]) => a.length * orderlessMean(a.map((v, i) => v * b[i]));
  const residual = y.map((v, i) => v - PRIOR.naive * x[i] - PRIOR.spread * z[i]);
  // The two logs vary by about one: a row's worth of penalty is one.
  const [xx, zz, xz] = [product(x, x) + PRIOR_ROWS, product(z, z) + PRIOR_ROWS, product(x, z)];
  const [xr, zr] = [product(x, residual), product(z, residual)];
  const determinant = xx * zz - xz * xz;
  const naive = clamp(PRIOR.naive + (zz * xr - xz * zr) / determinant);
  const spread = Math.min(1 - naive, clamp(PRIOR.spread + (xx * zr - xz * xr) / determinant));
  return { own: 1 - naive - spread, naive, spread };
}

const clamp = (v: number): number => Math.min(1, Math.max(0, v));

function meanAbsolute(y: Float64Array): number {
  let total = 0;
  for (let t = 0; t < y.length; t++) total += Math.abs(y[t]);
  return total / y.length;
}
