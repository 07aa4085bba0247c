import { meanCost } from "../costs/mean-cost.js";
import { slopeCost } from "../costs/slope-cost.js";
import { sumCost } from "../costs/sum-cost.js";
import { costOf } from "../crops.js";
import { fpop } from "../fpop.js";
import { pelt } from "../pelt.js";
import { changePenalty, withLengthTerm } from "../penalties.js";
import { scaledCost } from "../scaled-cost.js";
import type { SegmentShape } from "../segment-lines.js";
import type { Penalty, SegmentCost } from "../types.js";
import { withoutShort } from "../without-short.js";
import type { Dimension } from "./dimension.js";
import type { AutoSettings } from "./settings.js";

/** Most ends of segments that the search for lines looks at; changes are located to the observation afterwards. */
const ENDS = 4000;

export interface SearchOptions {
  penalty: Penalty;
  minSize: number;
}

/** Penalty of one change with the given number of parameters beside its location, where the noise has variance 1. */
export const penaltyOf = (penalty: Penalty, parameters: number, n: number, settings: AutoSettings): number =>
  penalty === "auto" ? settings.penaltyFactor * (parameters + 1) * Math.log(n) : changePenalty(penalty, parameters, n);

/** Cost of a dimension in units of its noise variance. */
export function dimensionCost(dimension: Dimension, shape: SegmentShape, penalty: Penalty): SegmentCost {
  const plain = shape === "mean" ? meanCost(dimension.searched) : slopeCost(dimension.searched);
  const cost = scaledCost(plain, dimension.variance);
  return penalty === "mbic" ? withLengthTerm(cost, dimension.values.length) : cost;
}

/** Changes of one dimension; with `auto` those of levels or of lines, whichever describe it better. */
export function searchDimension(
  dimension: Dimension,
  model: "auto" | SegmentShape,
  options: SearchOptions,
  settings: AutoSettings,
) {
  const n = dimension.values.length;
  const search = (shape: SegmentShape) => {
    const cost = dimensionCost(dimension, shape, options.penalty);
    const penalty = penaltyOf(options.penalty, cost.parameters, n, settings);
    const functional = shape === "mean" && options.penalty !== "mbic" && (options.minSize === 1 || n > ENDS);
    const changes = functional
      ? withoutShort(Array.from(fpop(dimension.searched, penalty * dimension.variance)), cost, n, options.minSize)
      : searchCost(cost, n, penalty, options.minSize);
    return { shape, changes, penalty, total: costOf(cost, n, changes) + penalty * changes.length };
  };
  if (model !== "auto") return search(model);
  const levels = search("mean");
  const lines = search("slope");
  // The line that no change needs is one parameter more, at its BIC price.
  return lines.total + Math.log(n) < levels.total ? lines : levels;
}

/** Changes that several dimensions have in common. */
export function searchJointly(dimensions: readonly Dimension[], options: SearchOptions, settings: AutoSettings) {
  const n = dimensions[0].values.length;
  const cost = sumCost(dimensions.map((d) => dimensionCost(d, d.shape, options.penalty)));
  const penalty = penaltyOf(options.penalty, cost.parameters, n, settings);
  return { changes: searchCost(cost, n, penalty, options.minSize), penalty };
}

/** PELT, in long series with segments that end at every few observations only. */
function searchCost(cost: SegmentCost, n: number, penalty: number, minSize: number): number[] {
  const step = Math.ceil(n / ENDS);
  if (step === 1) return Array.from(pelt(cost, n, penalty, Math.max(minSize, cost.minSize)));
  const ends = Math.ceil(n / step);
  const coarse: SegmentCost = {
    cost: (start, end) => cost.cost(start * step, Math.min(n, end * step)),
    parameters: cost.parameters,
    minSize: Math.ceil(Math.max(minSize, cost.minSize) / step) + 1,
  };
  return Array.from(pelt(coarse, ends, penalty), (k) => k * step);
}
