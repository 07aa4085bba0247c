import type { CombinedFit } from "./combine.js";
import type { ScorePool } from "./conformal.js";
import type { OriginPlan } from "./origins.js";
import type { PreparedSeries } from "./prepare.js";
import type { BacktestErrors, ErrorScale } from "./scale.js";

/** One component's fit of one series with what it is judged by. */
export interface FittedComponent {
  series: PreparedSeries;
  plan: OriginPlan;
  fit: CombinedFit;
}

/** Pools larger than this are thinned evenly: the quantiles of 20,000 scores are as good. */
const LARGEST_POOL = 20_000;

/** `score` of every backtest step by origin, NaN where nothing was observed. */
export function backtestScores(
  { series, plan }: FittedComponent,
  score: (actual: number, k: number, h: number) => number,
): Float64Array[] {
  return plan.cuts.map((cut, k) => {
    const scores = new Float64Array(plan.horizon);
    for (let h = 0; h < plan.horizon; h++) {
      scores[h] = series.observed[cut + h] ? score(series.y[cut + h], k, h) : Number.NaN;
    }
    return scores;
  });
}

/** Backtest errors (actual − point) of one component on one series; NaN where nothing was observed. */
export function backtestErrors(item: FittedComponent): Float64Array[] {
  return backtestScores(item, (actual, k, h) => actual - item.fit.backtest[k].point[h]);
}

/** Scores of all series by step, each in units of its series' error scale. */
export function poolScores(scores: readonly BacktestErrors[], scales: readonly ErrorScale[]): ScorePool {
  const steps = scores.reduce((most, rows) => Math.max(most, rows[0]?.length ?? 0), 0);
  const origins = scores.reduce((sum, rows) => sum + rows.length, 0);
  const stride = Math.max(1, Math.ceil(origins / LARGEST_POOL));
  const most = scores.reduce((sum, rows, i) => (i % stride ? sum : sum + rows.length), 0);
  const pool = Array.from({ length: steps }, () => new Float64Array(most));
  const counts = new Int32Array(steps);
  for (let i = 0; i < scores.length; i += stride) {
    for (let k = 0; k < scores[i].length; k++) {
      const row = scores[i][k];
      const scale = scales[i].byOrigin[k];
      for (let h = 0; h < row.length; h++) {
        // A series without any error so far is scored in its own units: zero stays zero.
        if (!Number.isNaN(row[h])) pool[h][counts[h]++] = scale > 0 ? row[h] / scale : row[h];
      }
    }
  }
  return pool.map((values, h) => values.subarray(0, counts[h]));
}

/** Point forecast of an item, or its backtest forecast from an origin. */
export function centreAt({ fit }: FittedComponent, origin: number | null): Float64Array {
  return origin === null ? fit.point : fit.backtest[origin].point;
}

/** Error scale of a series, or the one made without an origin. */
export function scaleAt(scale: ErrorScale, origin: number | null): number {
  return origin === null ? scale.whole : scale.byOrigin[origin];
}
