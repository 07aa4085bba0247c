import { type AbLook, COVARIATE_COLUMNS, given } from "./ab-look.js";
import type { AbLookResult } from "./ab-schema.js";

/** Share of a sum of squares that its own rounding may be: a spread below this cannot be told from none. */
const ROUNDING = 1e-12;

/** Share of the squared error that the spread which the sums may have lost may be. */
const NEGLIGIBLE = 1e-3;

/** Why sums tell no standard error: the rows of each arm are equal; rounding hides their spread; CUPED takes it all. */
export type Unknown = "no spread" | "coarse sums" | "all explained";

/** Difference of means of a look. */
export interface ArmDifference {
  /** Mean of b − mean of a, adjusted by the covariate if there is one. */
  effect: number;
  /** Welch's standard error; null where the sums do not tell it. */
  se: number | null;
  /** Why there is no standard error; null where there is one. */
  unknown: Unknown | null;
  /** What CUPED did; null without a covariate. */
  cuped: AbLookResult["cuped"];
}

/** Sum of (x − x̄)(y − ȳ); what is within the rounding of the sums is 0. */
function centred(n: number, sumX: number, sumY: number, sumXY: number, size: number): number {
  const value = sumXY - (sumX * sumY) / n;
  return Math.abs(value) <= ROUNDING * size ? 0 : value;
}

/** Sum of squared deviations of an arm. */
function squaredDeviations(n: number, sum: number, sumsq: number): number {
  return Math.max(0, centred(n, sum, sum, sumsq, sumsq));
}

/** Whether the arm's rows are told to be equal: they are all 0, or the squares are whole and small enough to be exact. */
function isExact(n: number, sum: number, sumsq: number): boolean {
  return sumsq === 0 || (Number.isInteger(sum) && Number.isInteger(sumsq) && Number.isSafeInteger(n * sumsq));
}

/** Squared deviations that the rounding of the sums may hide in an arm that shows none. */
function lostDeviations(n: number, sum: number, sumsq: number): number {
  return squaredDeviations(n, sum, sumsq) > 0 || isExact(n, sum, sumsq) ? 0 : ROUNDING * sumsq;
}

/** Whether the look has the sums of a covariate. */
export function hasCovariate(look: AbLook): boolean {
  return COVARIATE_COLUMNS.every((name) => given(look[name]) !== undefined);
}

/** Squared deviations of metric and covariate and their product, of an arm. */
export interface ArmMoments {
  yy: number;
  xx: number;
  xy: number;
}

/** Moments of an arm of a look with a covariate. */
export function armMoments(look: AbLook, arm: "a" | "b"): ArmMoments {
  const [n, sum, sumsq] = [look[`n_${arm}`], look[`sum_${arm}`], look[`sumsq_${arm}`]];
  const [sumX, sumsqX, sumXY] = [look[`sum_x_${arm}`], look[`sumsq_x_${arm}`], look[`sum_xy_${arm}`]] as number[];
  return {
    yy: squaredDeviations(n, sum, sumsq),
    xx: squaredDeviations(n, sumX, sumsqX),
    xy: centred(n, sumX, sum, sumXY, Math.sqrt(sumsq * sumsqX)),
  };
}

/**
 * Difference of means over Welch's standard error, from sums. With a covariate it is CUPED (Deng, Xu, Kohavi & Walker
 * 2013): y − θ·x instead of y, θ the slope pooled within the arms at this look.
 *
 * @param look sums that {@link checkLooks} has passed
 */
export function armDifference(look: AbLook): ArmDifference {
  const { effect, variance, plain, lost, cuped } = effectAndVariance(look);
  const coarse = lost > NEGLIGIBLE * variance;
  const unknown = coarse ? "coarse sums" : variance > 0 ? null : plain > 0 ? "all explained" : "no spread";
  return { effect, se: unknown === null ? Math.sqrt(variance) : null, unknown, cuped };
}

/** The effect with its variance, with (`variance`) and without the covariate (`plain`), and what the sums may hide. */
function effectAndVariance(look: AbLook) {
  const { n_a: nA, n_b: nB } = look;
  const raw = look.sum_b / nB - look.sum_a / nA;
  const variance = (yyA: number, yyB: number) => yyA / (nA - 1) / nA + yyB / (nB - 1) / nB;
  const plain = variance(
    squaredDeviations(nA, look.sum_a, look.sumsq_a),
    squaredDeviations(nB, look.sum_b, look.sumsq_b),
  );
  const lost = variance(lostDeviations(nA, look.sum_a, look.sumsq_a), lostDeviations(nB, look.sum_b, look.sumsq_b));
  if (!hasCovariate(look)) return { effect: raw, variance: plain, plain, lost, cuped: null };
  const [a, b] = [armMoments(look, "a"), armMoments(look, "b")];
  const theta = a.xx + b.xx > 0 ? (a.xy + b.xy) / (a.xx + b.xx) : 0;
  const rest = ({ yy, xx, xy }: ArmMoments) => {
    const value = yy - 2 * theta * xy + theta * theta * xx;
    return value <= ROUNDING * yy ? 0 : value;
  };
  const adjusted = variance(rest(a), rest(b));
  const covariate = (look.sum_x_b as number) / nB - (look.sum_x_a as number) / nA;
  return {
    effect: raw - theta * covariate,
    variance: adjusted,
    plain,
    lost,
    cuped: { theta, variance_reduction: plain > 0 ? 1 - adjusted / plain : 0 },
  };
}
