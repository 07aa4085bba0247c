import { pelzGoodCdf } from "./pelz-good.js";
import { kolmogorovCdfExact } from "./pomeranz.js";
import { smirnovSf } from "./smirnov.js";

/**
 * P(D_n ≥ d) of the two-sided one-sample Kolmogorov-Smirnov statistic, by the choice of methods of Simard & L'Ecuyer
 * (2011): twice the one-sided probability in the tail, the exact recursion for small n, the expansion of Pelz & Good
 * (1976) otherwise.
 *
 * @param d distance; ≤ 0 gives 1, ≥ 1 gives 0
 * @param n points, a whole number ≥ 1
 * @example kolmogorovSf(0.3, 20) // 0.043067…
 */
export function kolmogorovSf(d: number, n: number): number {
  if (d <= 0) return 1;
  const scaled = n * d * d;
  if (d >= 1 || scaled >= 370) return 0;
  const small = n <= 140;
  if (d >= 0.5 || scaled >= (small ? 4 : 2.2)) return Math.min(1, 2 * smirnovSf(n, d));
  // Where the expansion is poor, far down the lower tail. Above 2,000 points that tail is all but 1 anyhow.
  const exact = small || (n <= 2000 && n * d ** 1.5 <= 1.4);
  return 1 - (exact ? kolmogorovCdfExact(n, d) : pelzGoodCdf(n, d));
}
