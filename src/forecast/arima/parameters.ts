import type { Arma } from "./likelihood.js";
import { fromPartials, type LagPolynomial, toPartials } from "./polynomials.js";

/** Numbers of coefficients: (p, q) at short lags, (P, Q) at multiples of the period. */
export interface ArmaShape {
  p: number;
  q: number;
  P: number;
  Q: number;
  /** Steps per season; of no meaning where P = Q = 0. */
  period: number;
  /** Roots of all factors (of seasonal ones in Bˢ) are kept outside the circle of this radius, ≥ 1. */
  leastRoot: number;
}

/** Number of ARMA coefficients of a shape. */
export function coefficientCount({ p, q, P, Q }: ArmaShape): number {
  return p + q + P + Q;
}

/** Longest lags of both sides: values that autoregression and moving average look back. */
export function reach({ p, q, P, Q, period }: ArmaShape): { ar: number; ma: number } {
  return { ar: p + P * period, ma: q + Q * period };
}

/** Sizes of the four factors in the order in which coefficients and free parameters are laid out. */
const blocks = ({ p, q, P, Q }: ArmaShape): number[] => [p, P, q, Q];

/** The largest partial autocorrelation that the search may reach: beyond it nothing but rounding changes. */
const LARGEST_PARTIAL = 1 - 1e-9;

const partial = (u: number): number => Math.min(LARGEST_PARTIAL, Math.max(-LARGEST_PARTIAL, Math.tanh(u)));

/**
 * The process at free parameters u ∈ ℝ^k: tanh(u) are the partial autocorrelations of each factor (Monahan 1984; Jones
 * 1980), whose k-th coefficient is then divided by leastRootᵏ. So every point is stationary and invertible.
 */
export function armaAt(shape: ArmaShape, u: ArrayLike<number>): Arma {
  const { period, leastRoot } = shape;
  let at = 0;
  const [ar, seasonalAr, ma, seasonalMa] = blocks(shape).map((size) => {
    const partials = Float64Array.from({ length: size }, () => partial(u[at++]));
    return withRoots(fromPartials(partials), leastRoot);
  });
  const polynomial = (short: Float64Array, seasonal: Float64Array): LagPolynomial => ({ short, seasonal, period });
  return { ar: polynomial(ar, seasonalAr), ma: polynomial(ma, seasonalMa) };
}

/** The polynomial whose roots are `factor` times those of 1 − Σ c[k]·z^(k+1). */
function withRoots(c: Float64Array, factor: number): Float64Array {
  return c.map((v, k) => v / factor ** (k + 1));
}

/** The inverse of {@link armaAt} for the factors φ, Φ, θ, Θ; null where a root lies inside the circle. */
export function freeParameters(factors: readonly Float64Array[], leastRoot: number): Float64Array | null {
  const out: number[] = [];
  for (const factor of factors) {
    const partials = toPartials(withRoots(factor, 1 / leastRoot));
    if (partials === null) return null;
    out.push(...partials.map(Math.atanh));
  }
  return Float64Array.from(out);
}

/**
 * Free parameters of a neighbouring shape: factors grow by partial autocorrelations of zero (the same process) or lose
 * their last ones.
 */
export function carryOver(u: Float64Array, from: ArmaShape, to: ArmaShape): Float64Array {
  const out = new Float64Array(coefficientCount(to));
  const [old, wanted] = [blocks(from), blocks(to)];
  for (let b = 0, source = 0, target = 0; b < old.length; b++) {
    out.set(u.subarray(source, source + Math.min(old[b], wanted[b])), target);
    source += old[b];
    target += wanted[b];
  }
  return out;
}

const DERIVATIVE_STEP = 1e-5;

/** Derivatives of the coefficients by the free parameters, k×k row-major (block diagonal). */
export function coefficientDerivatives(shape: ArmaShape, u: Float64Array): Float64Array {
  const k = u.length;
  const out = new Float64Array(k * k);
  let at = 0;
  for (const size of blocks(shape)) {
    const here = (i: number, step: number) =>
      withRoots(
        fromPartials(Float64Array.from({ length: size }, (_, j) => partial(u[at + j] + (i === j ? step : 0)))),
        shape.leastRoot,
      );
    for (let i = 0; i < size; i++) {
      const [below, above] = [here(i, -DERIVATIVE_STEP), here(i, DERIVATIVE_STEP)];
      for (let j = 0; j < size; j++) out[(at + j) * k + at + i] = (above[j] - below[j]) / (2 * DERIVATIVE_STEP);
    }
    at += size;
  }
  return out;
}
