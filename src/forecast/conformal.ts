import { quantileSelect, quantileSorted } from "../core/statistics.js";

/** Scores of the panel's backtests by step: `scores[h]` pools all series and origins. */
export type ScorePool = readonly Float64Array[];

/** Steps beside a step whose scores are pooled with its own, as a share of the horizon. */
const SMOOTHING = 1 / 12;
/** Errors beyond the backtest's horizon grow by a power of the step, at most like a random walk. */
const LARGEST_GROWTH = 0.5;

/**
 * Split-conformal level: the type-7 quantile is taken at p·(n + 1)/n, since the score of the future is one of n + 1 exchangeable ones
 * (Vovk et al. 2005; Romano et al. 2019).
 */
function conformalLevel(n: number, p: number): number {
  return p >= 0.5 ? Math.min(1, (p * (n + 1)) / n) : Math.max(0, 1 - ((1 - p) * (n + 1)) / n);
}

/** Steps on either side whose scores are pooled with a step's own. */
const neighbours = (pool: ScorePool): number => Math.max(1, Math.round(pool.length * SMOOTHING));

/** Room for the scores of any step and its neighbours. */
function roomFor(pool: ScorePool): Float64Array {
  return new Float64Array((2 * neighbours(pool) + 1) * pool.reduce((most, { length }) => Math.max(most, length), 0));
}

/** Scores of a step and its neighbours, put into `room`. */
function scoresAround(pool: ScorePool, h: number, room: Float64Array): Float64Array {
  const width = neighbours(pool);
  let count = 0;
  for (let at = Math.max(0, h - width); at < Math.min(pool.length, h + width + 1); at++) {
    room.set(pool[at], count);
    count += pool[at].length;
  }
  return room.subarray(0, count);
}

/** `quantiles[i][h]`: quantile of the scores around step h at the level of `probabilities[i]`; zero beyond the pool. */
function poolQuantiles(pool: ScorePool, probabilities: readonly number[], horizon: number): Float64Array[] {
  const quantiles = probabilities.map(() => new Float64Array(horizon));
  const room = roomFor(pool);
  for (let h = 0; h < Math.min(horizon, pool.length); h++) {
    const sorted = scoresAround(pool, h, room).sort();
    if (sorted.length === 0) continue;
    for (let i = 0; i < quantiles.length; i++) {
      quantiles[i][h] = quantileSorted(sorted, conformalLevel(sorted.length, probabilities[i]));
    }
  }
  return quantiles;
}

/**
 * Widths by step in units of the error scale: for each probability q of `coverages`, the q-quantile of absolute
 * scores, never shrinking with the step.
 *
 * @param pool absolute scores by step of the backtest
 * @param horizon steps wanted; beyond the pool's the widths grow as a fitted power of the step
 */
export function conformalWidths(pool: ScorePool, coverages: readonly number[], horizon: number): Float64Array[] {
  const widths = poolQuantiles(pool, coverages, horizon);
  const known = Math.min(horizon, pool.length);
  for (const width of widths) {
    for (let h = 1; h < known; h++) width[h] = Math.max(width[h], width[h - 1]);
    extrapolate(width, known);
  }
  return widths;
}

function extrapolate(width: Float64Array, known: number): void {
  if (known >= width.length || known < 1) return;
  const early = Math.max(0, Math.floor(known / 4));
  const span = Math.log(known / (early + 1));
  const slope = span > 0 && width[early] > 0 ? Math.log(width[known - 1] / width[early]) / span : LARGEST_GROWTH;
  const growth = Math.min(LARGEST_GROWTH, Math.max(0, slope));
  for (let h = known; h < width.length; h++) width[h] = width[known - 1] * ((h + 1) / known) ** growth;
}

/**
 * Signed shifts by step in units of the error scale: for each probability p, the p-quantile of the scores
 * (actual − quantile forecast) made for that p.
 *
 * @param pools `pools[i]` holds the scores against the quantile forecast of `probabilities[i]`
 */
export function conformalShifts(
  pools: readonly ScorePool[],
  probabilities: readonly number[],
  horizon: number,
): Float64Array[] {
  return probabilities.map((p, i) => conformalShift(pools[i], p, horizon));
}

function conformalShift(pool: ScorePool, p: number, horizon: number): Float64Array {
  const shift = new Float64Array(horizon);
  const room = roomFor(pool);
  for (let h = 0; h < Math.min(horizon, pool.length); h++) {
    const scores = scoresAround(pool, h, room);
    if (scores.length > 0) shift[h] = quantileSelect(scores, conformalLevel(scores.length, p));
  }
  return hold(shift, pool.length);
}

/** {@link conformalShifts} where the scores are the same for all probabilities. */
export function pooledShifts(pool: ScorePool, probabilities: readonly number[], horizon: number): Float64Array[] {
  return poolQuantiles(pool, probabilities, horizon).map((shift) => hold(shift, pool.length));
}

/** Beyond the backtest's steps the shift of the last one stands. */
function hold(shift: Float64Array, known: number): Float64Array {
  return known > 0 && known < shift.length ? shift.fill(shift[known - 1], known) : shift;
}
