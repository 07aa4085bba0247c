/**
 * Weights that turn costs into their conditional value at risk: the mean of the worst (1 − level) of equally likely
 * costs, the one at the edge in part (Rockafellar & Uryasev 2002). They are also its subgradient.
 *
 * @param level in [0, 1), e.g. 0.95
 */
export function tailWeights(costs: Float64Array, level: number): Float64Array {
  const tail = (1 - level) * costs.length;
  const worstFirst = Array.from(costs.keys()).sort((a, b) => costs[b] - costs[a] || a - b);
  const weights = new Float64Array(costs.length);
  let left = tail;
  for (const s of worstFirst) {
    if (left <= 0) break;
    weights[s] = Math.min(1, left) / tail;
    left -= 1;
  }
  return weights;
}

/** Conditional value at risk of equally likely costs: the mean of the worst (1 − level) of them. */
export function conditionalValueAtRisk(costs: Float64Array, level: number): number {
  return tailWeights(costs, level).reduce((sum, weight, s) => sum + weight * costs[s], 0);
}
