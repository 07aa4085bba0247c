import { COST_OPTIONS, type CostPaths } from "./purchase-costs.js";
import type { Buying } from "./result-buying.js";
import { roundMoney } from "./rounding.js";

const BINS = 40;

/** Histogram of the costs over the paths, with the same bins for each way to pay; empty bins are left out. */
export function costHistogram(costs: CostPaths): Buying["distribution"] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const option of COST_OPTIONS) {
    for (const cost of costs[option]) {
      if (cost < low) low = cost;
      if (cost > high) high = cost;
    }
  }
  const width = (high - low) / BINS || 1;
  const edge = (bin: number) => roundMoney(low + bin * width);
  return COST_OPTIONS.flatMap((option) => {
    const counts = new Float64Array(BINS);
    for (const cost of costs[option]) counts[Math.min(BINS - 1, Math.floor((cost - low) / width))]++;
    return Array.from(counts, (count, bin) => ({
      option,
      from: edge(bin),
      to: edge(bin + 1),
      share: count / costs[option].length,
    })).filter(({ share }) => share > 0);
  });
}
