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

const KINDS = ["own", "naive", "spread"] as const;
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
  const own = inputs.map(({ errors }) => rootMeanSquare(errors));
  const whole = inputs.map((input, i) => evidence(input, own[i], input.history.length, input.spread));
  const byOrigin = inputs.map((input, i) =>
    input.errors.map((_, k) => {
      const others = input.errors.length < 2 ? own[i] : rootMeanSquare(input.errors.filter((_e, at) => at !== k));
      return evidence(input, others, input.cuts[k], input.backtestSpread[k]);
    }),
  );
  const toOwn = panelRatios(whole);
  const judged = inputs.flatMap(({ errors }, i) =>
    errors.length < 2
      ? []
      : errors.map((block, k) => ({ seen: complete(byOrigin[i][k], toOwn), size: rootMeanSquare([block]) })),
  );
  const exponents = fitExponents(judged);
  const relative = median(own.map((m, i) => m / level(inputs[i].history)).filter((v) => Number.isFinite(v)));
  return inputs.map(({ errors, history }, i) => {
    const scale = scaleOf(complete(whole[i], toOwn), exponents);
    // With one or two values there is no naive error either: the panel's error relative to its level stands in.
    const least = history.length < 3 ? (relative || 0) * level(history) : 0;
    const final = errors.length ? scale : Math.max(scale, least);
    return {
      whole: final,
      byOrigin: byOrigin[i].map((seen) => (errors.length < 2 ? final : scaleOf(complete(seen, toOwn), exponents))),
    };
  });
}

function rootMeanSquare(errors: readonly Float64Array[]): number {
  let total = 0;
  let count = 0;
  for (const block of errors) {
    for (const e of block) {
      if (Number.isNaN(e)) continue;
      total += e * e;
      count++;
    }
  }
  return count ? Math.sqrt(total / count) : Number.NaN;
}

function evidence({ history, season }: ScaleInput, own: number, n: number, spread: Float64Array): Evidence {
  const changes = Math.max(RECENT_LEAST, RECENT_HORIZONS * spread.length);
  const recent = (lag: number) => naiveScale(history.subarray(Math.max(0, n - changes - lag), n), lag);
  const naive = recent(season);
  return {
    own,
    naive: Number.isNaN(naive) ? recent(1) : naive,
    spread: spread.some((d) => d > 0) ? mean(spread) : Number.NaN,
  };
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
function complete(seen: Evidence, toOwn: Evidence): Evidence | null {
  const sized = KINDS.map((kind) => toOwn[kind] * seen[kind]);
  const known = sized.filter((v) => !Number.isNaN(v));
  if (known.length === 0) return null;
  const largest = Math.max(...known);
  const own = Number.isNaN(sized[0]) ? mean(known) : sized[0];
  const [o, n, s] = [own, sized[1], sized[2]].map((v) => Math.max(Number.isNaN(v) ? own : v, FLOOR * largest));
  return { own: o, naive: n, spread: s };
}

function scaleOf(seen: Evidence | null, exponents: Evidence): number {
  if (seen === null || !(seen.own > 0)) return 0;
  return KINDS.reduce((product, kind) => product * seen[kind] ** exponents[kind], 1);
}

/**
 * Exponents from backtests: log(size / own) = b·log(naive / own) + c·log(spread / own) + constant by least squares, shrunk
 * to the prior. The order of the rows does not matter.
 */
function fitExponents(rows: readonly { seen: Evidence | null; size: number }[]): Evidence {
  const usable = rows.flatMap(({ seen, size }) =>
    seen && seen.own > 0 && size > 0
      ? [[Math.log(seen.naive / seen.own), Math.log(seen.spread / seen.own), Math.log(size / seen.own)]]
      : [],
  );
  if (usable.length === 0) return PRIOR;
  const [x, z, y] = [0, 1, 2].map((column) => {
    const centre = orderlessMean(usable.map((row) => row[column]));
    return usable.map((row) => row[column] - centre);
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

function level(y: Float64Array): number {
  let total = 0;
  for (const v of y) total += Math.abs(v);
  return total / y.length;
}
