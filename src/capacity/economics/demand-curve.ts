import { quantileSorted } from "../../core/statistics.js";

/**
 * Load duration curve: at index p the GPUs that are wanted, or more, in p % of the hours of all scenarios.
 *
 * @param gpus at least one hour
 * @returns 101 values, from the peak to the least
 */
export function demandCurve(gpus: Float64Array): number[] {
  const ascending = gpus.slice().sort();
  return Array.from({ length: 101 }, (_, percent) => quantileSorted(ascending, 1 - percent / 100));
}
