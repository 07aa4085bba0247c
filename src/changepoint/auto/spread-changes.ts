import { chiSquareTail } from "../../core/chi-square-tail.js";
import { quantileSelect } from "../../core/index.js";
import { meanCost } from "../costs/mean-cost.js";
import { varianceCost } from "../costs/variance-cost.js";
import { fpop } from "../fpop.js";
import { changeGain, type Located, locateChanges } from "../locate-changes.js";
import { differenceNoise } from "../noise.js";
import { scaledCost } from "../scaled-cost.js";
import { withoutShort } from "../without-short.js";
import { heavyTails } from "./heavy-tails.js";
import { type AutoSettings, mostPhi } from "./settings.js";

/** Fewest observations of one spread. */
export const LEAST_SPREAD = 10;

/** Deviations below this share of the median one count as this share: the logarithm of a tiny one says nothing. */
const LEAST_SIZE = 0.1;

/** A change of the spread; gain in units of the penalty. */
export interface SpreadChange extends Located {
  gain: number;
}

/**
 * Changes of the spread of innovations: changes of the level of their log sizes, whose noise is alike in calm and wild
 * stretches and under heavy tails, then located by the normal likelihood.
 *
 * @param innovations none missing, mean 0
 */
export function spreadChanges(
  innovations: Float64Array,
  level: number,
  minSize: number,
  settings: AutoSettings,
): SpreadChange[] {
  const n = innovations.length;
  const middle = quantileSelect(innovations.map(Math.abs), 0.5);
  if (n < 2 * minSize || middle === 0) return [];
  const sizes = innovations.map((e) => Math.log(Math.max(Math.abs(e), LEAST_SIZE * middle)));
  const unit = differenceNoise(sizes, mostPhi(settings)).longRun;
  const cost = scaledCost(meanCost(sizes), unit);
  const penalty = settings.penaltyFactor * 2 * Math.log(n);
  const found = withoutShort(Array.from(fpop(sizes, penalty * unit)), cost, n, minSize);
  const changes = largeOnes(sizes, found, Math.log(settings.spreadRatio));
  if (changes.length === 0) return [];
  const scale = heavyTails(innovations, changes);
  const located = locateChanges({ ...scaledCost(varianceCost(innovations), scale), minSize }, changes, n, level);
  return located
    .map((change, j) => {
      const [start, end] = [located[j - 1]?.index ?? 0, located[j + 1]?.index ?? n];
      const gain = changeGain(cost, start, change.index, end);
      return { ...change, gain, pValue: Math.min(1, n * chiSquareTail(gain, 1)) };
    })
    .filter((change) => change.pValue <= settings.significance);
}

/** Drops the smallest step of the mean until all are at least `least`. */
function largeOnes(x: Float64Array, changes: readonly number[], least: number): number[] {
  const kept = [...changes];
  for (;;) {
    const bounds = [0, ...kept, x.length];
    const means = bounds
      .slice(1)
      .map((end, i) => x.subarray(bounds[i], end).reduce((a, b) => a + b, 0) / (end - bounds[i]));
    const steps = kept.map((_, j) => Math.abs(means[j + 1] - means[j]));
    const smallest = steps.reduce((w, step, j) => (step < steps[w] ? j : w), 0);
    if (kept.length === 0 || steps[smallest] >= least) return kept;
    kept.splice(smallest, 1);
  }
}
