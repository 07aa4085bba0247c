import { quantileSelect } from "../../core/index.js";

/** Standard normal quantiles of |z| at 0.5 and 0.9. */
const HALF = 0.6745;
const NINE_TENTHS = 1.6449;

/**
 * Standard deviation by the median absolute deviation; where more than half of the deviations are 0, by their 0.9
 * quantile, and where even that is 0, by their root mean square.
 *
 * @param deviations absolute values without NaN; none gives 0
 */
export function robustScale(deviations: Float64Array): number {
  if (deviations.length === 0) return 0;
  const sorted = deviations.slice();
  const scale = quantileSelect(sorted, 0.5) / HALF || quantileSelect(sorted, 0.9) / NINE_TENTHS;
  return scale || Math.sqrt(deviations.reduce((sum, d) => sum + d * d, 0) / deviations.length);
}
