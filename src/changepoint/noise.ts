import { quantileSelect } from "../core/index.js";

/** Noise of a series whose level may change. */
export interface Noise {
  /** Variance of the noise. */
  variance: number;
  /** First autocorrelation, from 0. */
  phi: number;
  /** Long-run variance: variance · (1 + φ) / (1 − φ), what the mean of n observations has n-fold. */
  longRun: number;
}

/** Differences beyond this many standard deviations count as this many: level shifts and spikes weigh little. */
const CLIP = 3;

/**
 * AR(1) noise from the lag-1 and lag-2 differences, which a few changes of the level hardly touch (after Chakar, Lebarbier,
 * Lévy-Leduc & Robin 2017): half their mean squares are σ²(1 − φ) and σ²(1 − φ²).
 *
 * @param x without missing values
 * @param mostPhi largest φ
 */
export function differenceNoise(x: Float64Array, mostPhi: number): Noise {
  const one = halfSquare(x, 1);
  const two = halfSquare(x, 2);
  const phi = one > 0 ? Math.min(mostPhi, Math.max(0, two / one - 1)) : 0;
  const variance = one / (1 - phi);
  return { variance, phi, longRun: (variance * (1 + phi)) / (1 - phi) };
}

/** Half the mean square of the differences at a lag, clipped; 0 for a series that is too short. */
export function halfSquare(x: Float64Array, lag: number): number {
  const n = x.length - lag;
  if (n < 1) return 0;
  const sizes = new Float64Array(n);
  for (let i = 0; i < n; i++) sizes[i] = Math.abs(x[i + lag] - x[i]);
  // Where more than half the differences are 0 there is no robust scale.
  const limit = CLIP * 1.4826 * quantileSelect(sizes, 0.5) || Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.min(sizes[i], limit) ** 2;
  return sum / n / 2;
}

/** Sums of squares and lag-1 products, from which the autocorrelation and whitened squares of residuals follow. */
export interface Products {
  /** Σ r² without the last and without the first observation, and the product sum Σ r(t) r(t−1). */
  head: number;
  tail: number;
  product: number;
  /** r² of the first observation. */
  first: number;
}

/** Products of residuals start … end−1. */
export function products(r: Float64Array, start: number, end: number): Products {
  let product = 0;
  let inner = 0;
  for (let i = start + 1; i < end; i++) {
    product += r[i] * r[i - 1];
    inner += r[i] * r[i];
  }
  const first = r[start] * r[start];
  return { head: first + inner - r[end - 1] * r[end - 1], tail: inner, product, first };
}

/** First autocorrelation, between 0 and a bound. */
export const autocorrelation = (p: Products, mostPhi: number): number => {
  const squares = p.first + p.tail;
  return squares > 0 ? Math.min(mostPhi, Math.max(0, p.product / squares)) : 0;
};

/** Sum of squared innovations r(t) − φ r(t−1), the first observation from the stationary distribution. */
export const whitenedSquares = (p: Products, phi: number): number =>
  Math.max(0, (1 - phi * phi) * p.first + p.tail - 2 * phi * p.product + phi * phi * p.head);
