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
 * @param left origin that the weights know nothing of, counted from the end of each series; 0 leaves out none
 * @returns `weights[i][c]`, each row adding up to one
 */
export function componentWeights(table: readonly (readonly FittedComponent[])[], left = 0): number[][] {
  const relative = table.map((row) => logRatios(row, left));
  const usable = relative.filter((row) => row.every(Number.isFinite));
  const panel = (table[0] ?? []).map((_, c) => (usable.length ? orderlessMean(usable.map((row) => row[c])) : 0));
  const weights: number[][] = [];
  for (let i = 0; i < table.length; i++) weights.push(sharesOf(relative[i], panel, horizonsSeen(table[i][0], left)));
  return weights;
}

/**
 * {@link componentWeights} where series have different components: those that have the same ones are weighed together.
 *
 * @returns `weights[i][c]`
 */
export function blendWeights(items: readonly (readonly FittedComponent[])[], left = 0): number[][] {
  const groups = new Map<string, number[]>();
  for (let i = 0; i < items.length; i++) {
    const key = JSON.stringify(items[i].map(({ fit }) => fit.name));
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  }
  const weights = new Array<number[]>(items.length);
  for (const group of groups.values()) {
    const alone = items[group[0]].length === 1;
    const found = alone
      ? group.map(() => [1])
      : componentWeights(
          group.map((i) => items[i]),
          left,
        );
    group.forEach((i, at) => {
      weights[i] = found[at];
    });
  }
  return weights;
}

/** Log errors of the components of a series over that of the first. */
function logRatios(row: readonly FittedComponent[], left: number): number[] {
  const logs: number[] = [];
  for (const item of row) logs.push(Math.log(meanAbsoluteError(item, left)));
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
function horizonsSeen({ series, plan: { cuts }, fit }: FittedComponent, left: number): number {
  if (cuts.length === 0) return 0;
  const horizons = (series.y.length - cuts[0]) / fit.point.length;
  return left > 0 && left <= cuts.length ? (horizons * (cuts.length - 1)) / cuts.length : horizons;
}

function meanAbsoluteError(item: FittedComponent, left: number): number {
  let total = 0;
  let count = 0;
  const blocks = absoluteErrors(item);
  for (let k = 0; k < blocks.length; k++) {
    if (blocks.length - k === left) continue;
    const block = blocks[k];
    for (let h = 0; h < block.length; h++) {
      if (Number.isNaN(block[h])) continue;
      total += block[h];
      count++;
    }
  }
  return count ? total / count : Number.NaN;
}
