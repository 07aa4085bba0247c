import { orderlessMean } from "../core/statistics.js";
import { absoluteErrors, type FittedComponent } from "./score-pool.js";

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
  const relative = table.map(logRatios);
  const usable = relative.filter((row) => row.every(Number.isFinite));
  const panel = (table[0] ?? []).map((_, c) => (usable.length ? orderlessMean(usable.map((row) => row[c])) : 0));
  const weights: number[][] = [];
  for (let i = 0; i < table.length; i++) weights.push(sharesOf(relative[i], panel, horizonsSeen(table[i][0])));
  return weights;
}

/** Log errors of the components of a series over that of the first. */
function logRatios(row: readonly FittedComponent[]): number[] {
  const logs: number[] = [];
  for (const item of row) logs.push(Math.log(meanAbsoluteError(item)));
  return logs.map((v) => v - logs[0]);
}

function sharesOf(ratios: readonly number[], panel: readonly number[], horizons: number): number[] {
  const seen = ratios.every(Number.isFinite) ? horizons : 0;
  const raw: number[] = [];
  let total = 0;
  for (let c = 0; c < ratios.length; c++) {
    const ratio = seen ? (seen * ratios[c] + SHRINKAGE * panel[c]) / (seen + SHRINKAGE) : panel[c];
    raw.push(Math.exp(-SHARPNESS * ratio));
    total += raw[c];
  }
  return raw.map((v) => v / total);
}

/** Horizons that fit into the steps scored: origins that overlap tell less than their number. */
function horizonsSeen({ series, plan, fit }: FittedComponent): number {
  return plan.cuts.length ? (series.y.length - plan.cuts[0]) / fit.point.length : 0;
}

function meanAbsoluteError(item: FittedComponent): number {
  let total = 0;
  let count = 0;
  for (const block of absoluteErrors(item)) {
    for (let h = 0; h < block.length; h++) {
      if (Number.isNaN(block[h])) continue;
      total += block[h];
      count++;
    }
  }
  return count ? total / count : Number.NaN;
}
