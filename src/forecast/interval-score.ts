import { type CalibrationTask, type QuantileRule, quantileAt } from "./calibration-task.js";
import { naiveScale } from "./metrics.js";
import { gridIndex } from "./model.js";

/** Levels in per cent by which interval methods are compared. */
const LEVELS = [80, 95] as const;

/**
 * Interval score (Gneiting & Raftery 2007) of each series' backtest forecasts, summed over origins and steps, in units of
 * its naive scale: lower is better. Zero for a series without errors or scale.
 */
export function intervalScores(task: CalibrationTask, rule: QuantileRule): Float64Array {
  const scores = new Float64Array(task.items.length);
  for (let i = 0; i < scores.length; i++) scores[i] = intervalScore(task, rule, i);
  return scores;
}

function intervalScore(task: CalibrationTask, rule: QuantileRule, i: number): number {
  const scale = naiveScale(task.items[i].series.y, task.seasons[i]);
  if (!(scale > 0)) return 0;
  let total = 0;
  for (const level of LEVELS) total += levelScore(task, rule, i, level);
  return total / scale;
}

function levelScore({ items, probabilities }: CalibrationTask, rule: QuantileRule, i: number, level: number): number {
  const { series, plan } = items[i];
  const miss = 1 - level / 100;
  const low = gridIndex(probabilities, miss / 2);
  const high = gridIndex(probabilities, 1 - miss / 2);
  let total = 0;
  for (let k = 0; k < plan.cuts.length; k++) {
    const cut = plan.cuts[k];
    for (let h = 0; h < plan.horizon; h++) {
      if (!series.observed[cut + h]) continue;
      const lo = quantileAt(rule, i, k, low, h);
      const hi = quantileAt(rule, i, k, high, h);
      const actual = series.y[cut + h];
      total += hi - lo + (2 / miss) * (Math.max(0, lo - actual) + Math.max(0, actual - hi));
    }
  }
  return total;
}
