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

/** Scores of a step and its neighbours. */
function neighbourhood(pool: ScorePool, h: number): Float64Array {
  const width = Math.max(1, Math.round(pool.length * SMOOTHING));
  const from = Math.max(0, h - width);
  const blocks = pool.slice(from, Math.min(pool.length, h + width + 1));
  const all = new Float64Array(blocks.reduce((sum, b) => sum + b.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

/**
 * Widths by step in units of the error scale: for each probability q of `coverages`, the q-quantile of absolute
 * scores, never shrinking with the step.
 *
 * @param pool absolute scores by step of the backtest
 * @param horizon steps wanted; beyond the pool's the widths grow as a fitted power of the step
 */
export function conformalWidths(pool: ScorePool, coverages: readonly number[], horizon: number): Float64Array[] {
  const widths = coverages.map(() => new Float64Array(horizon));
  const known = Math.min(horizon, pool.length);
  for (let h = 0; h < known; h++) {
    const sorted = neighbourhood(pool, h).sort();
    coverages.forEach((q, i) => {
      const width = sorted.length ? quantileSorted(sorted, conformalLevel(sorted.length, q)) : 0;
      widths[i][h] = Math.max(width, h > 0 ? widths[i][h - 1] : 0);
    });
  }
  for (const width of widths) extrapolate(width, known);
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
  return probabilities.map((p, i) => {
    const pool = pools[i];
    const shift = new Float64Array(horizon);
    for (let h = 0; h < horizon; h++) {
      if (h >= pool.length) shift[h] = pool.length ? shift[pool.length - 1] : 0;
      else {
        const scores = neighbourhood(pool, h);
        shift[h] = scores.length ? quantileSelect(scores, conformalLevel(scores.length, p)) : 0;
      }
    }
    return shift;
  });
}
