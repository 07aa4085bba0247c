import { choleskySolveInPlace } from "../../core/linear-algebra.js";
import { descend } from "../descend.js";
import { tryCholesky } from "./cholesky.js";
import { fitCss } from "./css.js";
import { hannanRissanen } from "./hannan-rissanen.js";
import { type Arma, ExactLikelihood, type Whitened } from "./likelihood.js";
import { type ArmaShape, armaAt, coefficientCount, reach } from "./parameters.js";

/** How far an estimate is taken: least squares conditional on the first values, or exact maximum likelihood from there. */
export type ArimaMethod = "css" | "css-ml";

/** From this free parameter on (a partial autocorrelation of 0.9993) the likelihood is flat. */
const FLAT = 4;
/** Free parameters looked at instead, of partial autocorrelations 0.995, 0.987, 0.964 and 0.9. */
const INSIDE = [3, 2.5, 2, 1.5];

/** Share of a regressor's size that must be left beside the others. */
const COLLINEAR = 1e-11;

/** Coefficients with the exact likelihood there. */
export interface Estimate {
  shape: ArmaShape;
  /** Free parameters of the ARMA part, see `armaAt`. */
  u: Float64Array;
  /** Regression coefficients: generalised least squares given the ARMA part. */
  beta: Float64Array;
  /** Maximum-likelihood variance of the innovations, Σ e²/n in whitened form. */
  sigma2: number;
  /** Exact Gaussian log-likelihood of the n values. */
  logLikelihood: number;
}

/** What the likelihood says at one set of ARMA coefficients, regression coefficients and variance being the best ones. */
export interface Profile {
  beta: Float64Array;
  sigma2: number;
  logLikelihood: number;
}

/** Regression with ARMA errors on differenced values: w = X·β + noise. */
export class ArmaRegression {
  private readonly likelihood: ExactLikelihood;

  constructor(
    readonly w: Float64Array,
    readonly regressors: readonly Float64Array[],
  ) {
    this.likelihood = new ExactLikelihood([w, ...regressors]);
  }

  /** Null where the coefficients are not stationary or the regressors are collinear. */
  profile(arma: Arma): Profile | null {
    const whitened = this.likelihood.whiten(arma);
    return whitened === null ? null : concentrate(whitened, this.regressors.length, this.w.length);
  }

  /**
   * Estimates the coefficients: least squares from several starts (the likelihood of a mixed model has many summits),
   * of which the one with the largest likelihood goes on.
   *
   * @param start free parameters of a model nearby; zeros by default
   * @returns null when no start has a likelihood
   */
  estimate(shape: ArmaShape, method: ArimaMethod, start?: Float64Array): Estimate | null {
    const given = start ?? new Float64Array(coefficientCount(shape));
    const starts = given.length > 0 ? [given, hannanRissanen(this.w, shape), persistent(shape)] : [given];
    const best = starts
      .flatMap((u) => (u === null ? [] : (this.leastSquares(shape, u) ?? [])))
      .reduce<Started | null>((most, s) => (most && most.logLikelihood >= s.logLikelihood ? most : s), null);
    if (best === null) return null;
    const u = method === "css-ml" && given.length > 0 ? this.climb(shape, best) : best.u;
    const profile = this.profile(armaAt(shape, u));
    return profile && { shape, u, ...profile };
  }

  /** Conditional least squares where enough values are left to fit to, otherwise the start itself. */
  private leastSquares(shape: ArmaShape, start: Float64Array): Started | null {
    const { w, regressors } = this;
    const there = this.profile(armaAt(shape, start));
    const free = start.length + regressors.length;
    if (start.length === 0 || w.length - reach(shape).ar < 3 * free + 3)
      return there && { u: start, logLikelihood: there.logLikelihood };
    const css = fitCss(w, regressors, shape, start, there?.beta ?? new Float64Array(regressors.length));
    const fitted = this.profile(armaAt(shape, css.u));
    return fitted && { u: css.u, curvature: css.curvature, logLikelihood: fitted.logLikelihood };
  }

  /**
   * Exact maximum likelihood from a start. Near to the unit circle the likelihood is all but flat in u, and a search that
   * is there stays there; so points further inside are looked at, and if one is higher, it goes on from that.
   */
  private climb(shape: ArmaShape, { u, curvature }: Started): Float64Array {
    const minusLog = (v: Float64Array): number => {
      const here = this.profile(armaAt(shape, v));
      return here === null ? Number.POSITIVE_INFINITY : -here.logLikelihood / this.w.length;
    };
    const found = descend(minusLog, u, { inverseHessian: curvature && inverseOf(curvature, u.length) });
    let [inside, least] = [found.x, found.value];
    found.x.forEach((v, i) => {
      if (Math.abs(v) < FLAT) return;
      for (const size of INSIDE) {
        const probe = Float64Array.from(found.x);
        probe[i] = Math.sign(v) * size;
        const value = minusLog(probe);
        if (value < least) [inside, least] = [probe, value];
      }
    });
    return inside === found.x ? found.x : descend(minusLog, inside).x;
  }
}

interface Started {
  u: Float64Array;
  logLikelihood: number;
  /** Curvature of the sum of squares there, see `CssFit`. */
  curvature?: Float64Array;
}

/** Generalised least squares from the whitened inner products. */
function concentrate({ gram, logDeterminant }: Whitened, regressors: number, n: number): Profile | null {
  const size = regressors + 1;
  const cross = new Float64Array(regressors);
  const normal = new Float64Array(regressors * regressors);
  for (let i = 0; i < regressors; i++) {
    cross[i] = gram[(i + 1) * size];
    for (let j = 0; j < regressors; j++) normal[i * regressors + j] = gram[(i + 1) * size + j + 1];
  }
  const sizes = Array.from({ length: regressors }, (_, i) => normal[i * (regressors + 1)]);
  if (!tryCholesky(normal, regressors)) return null;
  // A pivot is what the columns before leave of a column: rounding only, where they are collinear.
  if (sizes.some((size, i) => normal[i * (regressors + 1)] ** 2 < COLLINEAR * size)) return null;
  const beta = Float64Array.from(cross);
  choleskySolveInPlace(normal, regressors, beta);
  let squares = gram[0];
  for (let i = 0; i < regressors; i++) squares -= beta[i] * cross[i];
  const sigma2 = squares / n;
  if (!(sigma2 > 0)) return null;
  const logLikelihood = -0.5 * (n * (Math.log(2 * Math.PI * sigma2) + 1) + logDeterminant);
  return Number.isFinite(logLikelihood) ? { beta, sigma2, logLikelihood } : null;
}

function inverseOf(matrix: Float64Array, k: number): Float64Array | undefined {
  const factor = Float64Array.from(matrix);
  const inverse = new Float64Array(k * k);
  // A trace of the identity: along a flat direction (a root at the unit circle) the step stays of order one.
  for (let i = 0; i < k; i++) factor[i * k + i] += 1e-2;
  if (!tryCholesky(factor, k)) return undefined;
  for (let i = 0; i < k; i++) {
    const column = new Float64Array(k);
    column[i] = 1;
    choleskySolveInPlace(factor, k, column);
    inverse.set(column, i * k);
  }
  return inverse;
}

/** A slow autoregression all but cancelled by its moving average, as of a level that drifts; null without both. */
function persistent(shape: ArmaShape): Float64Array | null {
  if (shape.p === 0 || shape.q === 0) return null;
  const u = new Float64Array(coefficientCount(shape));
  u[0] = Math.atanh(0.8);
  u[shape.p + shape.P] = Math.atanh(0.9);
  return u;
}
