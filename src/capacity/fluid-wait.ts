/** Minutes that one bin of the wait histogram spans, and how many bins there are (two weeks; the last is open). */
const BIN_MINUTES = 1;
const BINS = 14 * 24 * 60;

export interface FluidWait {
  medianMinutes: number;
  p95Minutes: number;
  /** Hours above the capacity, by path. */
  shortHours: Float64Array;
}

/**
 * Waits by the fluid approximation (Newell 1982): what exceeds the capacity piles up as backlog in GPU-hours, spare
 * capacity drains it, and work that arrives then waits backlog ÷ capacity. Quantiles are over all hours of all paths,
 * weighted by demand, to the minute.
 *
 * @param demand path-major GPUs
 * @param gpus capacity, > 0
 * @param limit demand above which an hour counts as short (the capacity and its rounding slack)
 */
export function fluidWait(demand: Float64Array, horizon: number, gpus: number, limit: number): FluidWait {
  const n = demand.length / horizon;
  const weights = new Float64Array(BINS);
  const shortHours = new Float64Array(n);
  let total = 0;
  for (let path = 0; path < n; path++) {
    let backlog = 0;
    for (let at = path * horizon; at < (path + 1) * horizon; at++) {
      const asked = demand[at];
      if (asked > limit) shortHours[path]++;
      backlog += asked - gpus;
      if (backlog < 0) backlog = 0;
      const minutes = (60 * backlog) / gpus;
      weights[Math.min(BINS - 1, Math.ceil(minutes / BIN_MINUTES))] += asked;
      total += asked;
    }
  }
  return { medianMinutes: weighted(weights, total, 0.5), p95Minutes: weighted(weights, total, 0.95), shortHours };
}

function weighted(weights: Float64Array, total: number, probability: number): number {
  if (total === 0) return 0;
  let sum = 0;
  for (let bin = 0; bin < weights.length; bin++) {
    sum += weights[bin];
    if (sum >= probability * total) return bin * BIN_MINUTES;
  }
  return (weights.length - 1) * BIN_MINUTES;
}
