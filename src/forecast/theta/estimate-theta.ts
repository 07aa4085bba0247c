import { minimiseOnInterval } from "./minimise-on-interval.js";
import { linesBefore } from "./trend-line.js";

/** Parameters of a theta model in state-space form. */
export interface ThetaParameters {
  /** Smoothing parameter in (0, 1]; 0.1 … 0.99 when estimated. */
  alpha: number;
  /** Second theta line, at least 1 (1 … 1e10 when estimated): a forecast is the level plus 1 − 1/θ of the trend. */
  theta: number;
  /** Level before the first value. */
  initialLevel: number;
}

/** The dynamic trend line needs some values to settle: errors before this step count for nothing. */
export const FIRST_SCORED = 3;
const LOWEST_ALPHA = 0.1;
const HIGHEST_ALPHA = 0.99;
const LARGEST_SHARE = 1 - 1e-10;
/** A weight of the initial level below this is no weight. */
const NEGLIGIBLE = 1e-30;

/**
 * Least-squares parameters.
 *
 * At a given α the one-step error is r − d·level − g·share, linear in the initial level and in share = 1 − 1/θ: both
 * have closed forms, and only α is searched. The bounds of α and θ are those of Fiorucci et al. (2016).
 *
 * @param x series of mean 0 and deviation 1, more than three values
 */
export function estimateTheta(x: Float64Array, dynamic: boolean, optimised: boolean): ThetaParameters {
  const { intercept, slope } = linesBefore(x, dynamic);

  function profile(alpha: number): { level: number; share: number; sse: number } {
    const q = 1 - alpha;
    let smoothed = alpha * x[0];
    let d = q;
    let [rr, rd, rg, dd, dg, gg] = [0, 0, 0, 0, 0, 0];
    for (let t = 1; t < x.length; t++) {
      if (t >= FIRST_SCORED) {
        const r = x[t] - smoothed;
        const g = intercept[t] * d + (slope[t] * (1 - d * q)) / alpha;
        rr += r * r;
        rd += r * d;
        rg += r * g;
        dd += d * d;
        dg += d * g;
        gg += g * g;
      }
      smoothed = alpha * x[t] + q * smoothed;
      d = d > NEGLIGIBLE ? d * q : 0;
    }
    const curvature = gg - (dg * dg) / dd;
    let share = 0.5;
    // Without a trend of its own θ has no say, and stays 2.
    if (optimised && curvature > 1e-12 * gg)
      share = Math.min(LARGEST_SHARE, Math.max(0, (rg - (dg * rd) / dd) / curvature));
    const level = (rd - share * dg) / dd;
    const sse = rr - 2 * share * rg + share * share * gg - dd * level * level;
    return { level, share, sse };
  }

  const alpha = minimiseOnInterval((a) => profile(a).sse, LOWEST_ALPHA, HIGHEST_ALPHA);
  const { level, share } = profile(alpha);
  return { alpha, theta: 1 / (1 - share), initialLevel: level };
}
