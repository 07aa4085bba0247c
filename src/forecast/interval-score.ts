import type { CalibrationTask, QuantileAt } from "./calibration-task.js";
import { naiveScale } from "./metrics.js";
import { gridIndex } from "./model.js";

/** Levels in per cent by which interval methods are compared. */
const LEVELS = [80, 95] as const;

/**
 * Interval score (Gneiting & Raftery 2007) of each series' backtest forecasts, summed over origins and steps, in units of
 * its naive scale: lower is better. Zero for a series without errors or scale.
 */
export function intervalScores(task: CalibrationTask, quantileAt: QuantileAt): Float64Array {
  const { items, seasons } = task;
  return Float64Array.from(items, ({ series }, i) => {
    const scale = naiveScale(series.y, seasons[i]);
    if (!(scale > 0)) return 0;
    return LEVELS.reduce((sum, level) => sum + levelScore(task, quantileAt, i, level), 0) / scale;
  });
}

function levelScore(
  { items, probabilities }: CalibrationTask,
  quantileAt: QuantileAt,
  i: number,
  level: number,
): number {
  const { series, plan } = items[i];
  const miss = 1 - level / 100;
  const [low, high] = [miss / 2, 1 - miss / 2].map((p) => gridIndex(probabilities, p));
  let total = 0;
  for (let k = 0; k < plan.cuts.length; k++) {
    const cut = plan.cuts[k];
    for (let h = 0; h < plan.horizon; h++) {
      if (!series.observed[cut + h]) continue;
      const lo = quantileAt(i, k, low, h);
      const hi = quantileAt(i, k, high, h);
      const actual = series.y[cut + h];
      total += hi - lo + (2 / miss) * (Math.max(0, lo - actual) + Math.max(0, actual - hi));
    }
  }
  return total;
}
