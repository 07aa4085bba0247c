import { InputError } from "../../core/index.js";
import type { SegmentCost } from "../types.js";

/**
 * Cost of several series that change together: the sum of their costs. Each cost skips its own missing observations,
 * so a gap in one dimension drops only that dimension's term. Standardise the series first where their units differ.
 *
 * @throws {InputError} without a cost
 */
export function sumCost(costs: readonly SegmentCost[]): SegmentCost {
  if (costs.length === 0) throw new InputError("a sum of costs needs at least one series", {});
  return {
    cost(start, end) {
      let sum = 0;
      for (let j = 0; j < costs.length; j++) sum += costs[j].cost(start, end);
      return sum;
    },
    parameters: costs.reduce((sum, cost) => sum + cost.parameters, 0),
    minSize: Math.max(...costs.map((cost) => cost.minSize)),
  };
}
