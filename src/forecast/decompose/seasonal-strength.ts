import { standardDeviation } from "../../core/statistics.js";

/**
 * Strength of a season in [0, 1]: max(0, 1 − var(remainder) / var(seasonal + remainder)) (Wang, Smith & Hyndman 2006).
 *
 * 0 where both are constant. R's `nsdiffs` differences seasonally from 0.64 on.
 *
 * @param seasonal one component of a decomposition
 * @param remainder of the same decomposition, as long
 */
export function seasonalStrength(seasonal: Float64Array, remainder: Float64Array): number {
  const together = standardDeviation(seasonal.map((s, t) => s + remainder[t]));
  if (!(together > 0)) return 0;
  return Math.max(0, 1 - (standardDeviation(remainder) / together) ** 2);
}
