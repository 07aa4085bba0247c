import { type AbLook, COVARIATE_COLUMNS, given } from "./ab-look.js";

/** Share of a sum of squares that its own rounding may be: a spread below this cannot be told from none. */
const ROUNDING = 1e-12;

/** What CUPED did at a look. */
export interface Cuped {
  /** Slope of the metric on the covariate within the arms. */
  theta: number;
  /** 1 − variance of the effect with the covariate ÷ without. */
  variance_reduction: number;
}

/** Difference of means of a look. */
export interface ArmDifference {
  /** Mean of b − mean of a, adjusted by the covariate if there is one. */
  effect: number;
  /** Welch's standard error; 0 when no arm has a spread that its sums can show. */
  se: number;
  cuped: Cuped | null;
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
  const { n_a: nA, n_b: nB } = look;
  const raw = look.sum_b / nB - look.sum_a / nA;
  const variance = (yyA: number, yyB: number) => yyA / (nA - 1) / nA + yyB / (nB - 1) / nB;
  const plain = variance(
    squaredDeviations(nA, look.sum_a, look.sumsq_a),
    squaredDeviations(nB, look.sum_b, look.sumsq_b),
  );
  if (!hasCovariate(look)) return { effect: raw, se: Math.sqrt(plain), cuped: null };
  const [a, b] = [armMoments(look, "a"), armMoments(look, "b")];
  const theta = a.xx + b.xx > 0 ? (a.xy + b.xy) / (a.xx + b.xx) : 0;
  const rest = ({ yy, xx, xy }: ArmMoments) => Math.max(0, yy - 2 * theta * xy + theta * theta * xx);
  const adjusted = variance(rest(a), rest(b));
  const covariate = (look.sum_x_b as number) / nB - (look.sum_x_a as number) / nA;
  return {
    effect: raw - theta * covariate,
    se: Math.sqrt(adjusted),
    cuped: { theta, variance_reduction: plain > 0 ? 1 - adjusted / plain : 0 },
  };
}
