import type { SegmentCost } from "./types.js";

/** A cost in other units: divided by the noise variance, a sum of squares becomes twice a negative log-likelihood. */
export function scaledCost(cost: SegmentCost, unit: number): SegmentCost {
  return {
    cost: (start, end) => cost.cost(start, end) / unit,
    parameters: cost.parameters,
    minSize: cost.minSize,
  };
}
