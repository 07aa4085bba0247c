import { orderlessMean } from "../core/statistics.js";
import { backtestErrors, type FittedComponent } from "./score-pool.js";

/** How sharply weights follow the errors: twice the error is an eighth of the weight. */
const SHARPNESS = 3;
/** Horizons' worth of trust in the panel as a whole against the series itself. */
const SHRINKAGE = 2;

/**
 * Weights of the components for each series, from their mean absolute errors on the origins inside the training part:
 * w ∝ error^−3, the log error ratios shrunk towards the panel's mean ratio.
 *
 * @param table `table[i][c]` is component c on series i; every series has the same components
 * @returns `weights[i][c]`, each row adding up to one
 */
export function componentWeights(table: readonly (readonly FittedComponent[])[]): number[][] {
  const logs = table.map((row) => row.map((item) => Math.log(meanAbsoluteError(item))));
  const relative = logs.map((row) => row.map((v) => v - row[0]));
  const usable = relative.filter((row) => row.every(Number.isFinite));
  const panel = (table[0] ?? []).map((_, c) => (usable.length ? orderlessMean(usable.map((row) => row[c])) : 0));
  return relative.map((row, i) => {
    const seen = row.every(Number.isFinite) ? horizonsSeen(table[i][0]) : 0;
    const shrunk = row.map((v, c) => (seen ? (seen * v + SHRINKAGE * panel[c]) / (seen + SHRINKAGE) : panel[c]));
    const raw = shrunk.map((v) => Math.exp(-SHARPNESS * v));
    const total = raw.reduce((a, b) => a + b, 0);
    return raw.map((v) => v / total);
  });
}

/** Horizons that fit into the steps scored: origins that overlap tell less than their number. */
function horizonsSeen({ series, plan, fit }: FittedComponent): number {
  return plan.cuts.length ? (series.y.length - plan.cuts[0]) / fit.point.length : 0;
}

function meanAbsoluteError(item: FittedComponent): number {
  let total = 0;
  let count = 0;
  for (const block of backtestErrors(item)) {
    for (const e of block) {
      if (Number.isNaN(e)) continue;
      total += Math.abs(e);
      count++;
    }
  }
  return count ? total / count : Number.NaN;
}
