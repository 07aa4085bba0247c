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

/** Backtest errors (actual − point) of one component on one series by origin; NaN where nothing was observed. */
export function backtestErrors(item: FittedComponent): Float64Array[] {
  const errors: Float64Array[] = [];
  for (let k = 0; k < item.plan.cuts.length; k++) errors.push(errorsAt(item, k, item.fit.backtest[k].point));
  return errors;
}

/** Backtest errors without their signs. */
export function absoluteErrors(item: FittedComponent): Float64Array[] {
  const errors = backtestErrors(item);
  for (const row of errors) for (let h = 0; h < row.length; h++) row[h] = Math.abs(row[h]);
  return errors;
}

/**
 * Errors (actual − forecast) from origin k; NaN where nothing was observed.
 *
 * @param y the series' values, on the scale of the forecast
 * @param errors where they go, `plan.horizon` long
 */
export function errorsAt(
  { series: { observed, y: values }, plan: { cuts, horizon } }: FittedComponent,
  k: number,
  forecast: Float64Array,
  y: Float64Array = values,
  errors: Float64Array = new Float64Array(horizon),
): Float64Array {
  for (let h = 0; h < horizon; h++) errors[h] = observed[cuts[k] + h] ? y[cuts[k] + h] - forecast[h] : Number.NaN;
  return errors;
}

/** Scores of all series by step, each in units of its series' error scale. */
export function poolScores(scores: readonly BacktestErrors[], scales: readonly ErrorScale[]): ScorePool {
  let steps = 0;
  let origins = 0;
  for (let i = 0; i < scores.length; i++) {
    steps = Math.max(steps, scores[i][0]?.length ?? 0);
    origins += scores[i].length;
  }
  const stride = Math.max(1, Math.ceil(origins / LARGEST_POOL));
  let most = 0;
  for (let i = 0; i < scores.length; i += stride) most += scores[i].length;
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
