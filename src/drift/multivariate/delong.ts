import { twoSidedZ } from "../../core/distributions.js";
import { InputError } from "../../core/errors.js";
import { varianceOfMean } from "../moments.js";

/** Area under the ROC curve with its variance. */
interface AucVariance {
  auc: number;
  variance: number;
}

export interface Auc {
  auc: number;
  se: number;
  lower: number;
  upper: number;
}

/**
 * Area under the ROC curve (ties count ½) and DeLong's variance (DeLong, DeLong & Clarke-Pearson 1988), by midranks in
 * O(n log n) (Sun & Xu 2014).
 *
 * @param positives scores of the class that should have the higher ones, without NaN; at least 2
 * @param negatives scores of the other class; at least 2
 */
export function aucVariance(positives: Float64Array, negatives: Float64Array): AucVariance {
  const [m, n] = [positives.length, negatives.length];
  if (m < 2 || n < 2) throw new InputError(`an AUC with its variance needs 2 scores of each class, got ${m} and ${n}`);
  const [x, y] = [positives.slice().sort(), negatives.slice().sort()];
  const shareBelow = placements(x, y);
  const shareAbove = placements(y, x);
  let auc = 0;
  for (const share of shareBelow) auc += share / m;
  return { auc, variance: varianceOfMean(shareBelow, auc) + varianceOfMean(shareAbove, 1 - auc) };
}

/** Share of `others` below each of `own`, ties by half; both ascending. */
function placements(own: Float64Array, others: Float64Array): Float64Array {
  const shares = new Float64Array(own.length);
  let [below, upTo] = [0, 0];
  for (let i = 0; i < own.length; i++) {
    while (below < others.length && others[below] < own[i]) below++;
    while (upTo < others.length && others[upTo] <= own[i]) upTo++;
    shares[i] = (below + upTo) / 2 / others.length;
  }
  return shares;
}

/**
 * Area under the ROC curve with DeLong's interval, cut at 0 and 1.
 *
 * @param scores NaN is missing
 * @param came 1 for rows of the positive class, else 0
 * @param level of the interval, default 0.95
 * @throws InputError with fewer than 2 scores of a class
 * @example delong([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) // auc 0.75
 */
export function delong(scores: ArrayLike<number>, came: ArrayLike<number>, level = 0.95): Auc {
  const sides: [number[], number[]] = [[], []];
  for (let i = 0; i < scores.length; i++) if (!Number.isNaN(scores[i])) sides[came[i] === 1 ? 1 : 0].push(scores[i]);
  const { auc, variance } = aucVariance(Float64Array.from(sides[1]), Float64Array.from(sides[0]));
  return { auc, ...aucInterval(auc, variance, level) };
}

/** Standard error and normal interval of an AUC, cut at 0 and 1. */
export function aucInterval(auc: number, variance: number, level: number): Omit<Auc, "auc"> {
  const se = Math.sqrt(variance);
  const half = twoSidedZ(level) * se;
  return { se, lower: Math.max(0, auc - half), upper: Math.min(1, auc + half) };
}
