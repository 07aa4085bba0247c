import { deviationAbove, rowsForStable } from "./largest-deviation.js";

/** P(√n D_n > x) for large n (Kolmogorov 1933). */
function limitSf(x: number): number {
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * (k * x) ** 2);
    if (term === 0) break;
    sum += k % 2 === 1 ? term : -term;
  }
  return 2 * sum;
}

/** Found quantiles by their probability: every cell asks for the same two. */
const found = new Map<number, number>();

/** The x that the limit distribution of Kolmogorov exceeds with probability alpha, e.g. 1.358 for 0.05. */
function limitQuantile(alpha: number): number {
  const known = found.get(alpha);
  if (known !== undefined) return known;
  // The series is right from 0.2 on, where the probability is 1 to ten digits.
  let [low, high] = [0.2, 20];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (limitSf(middle) > alpha) low = middle;
    else high = middle;
  }
  found.set(alpha, low);
  return low;
}

/**
 * Interval of the Kolmogorov-Smirnov distance of two distributions, level 1 − alpha.
 *
 * Below: the estimate less the distance that chance alone exceeds with probability alpha, so that the interval leaves 0
 * just where the asymptotic test is significant. Above: {@link deviationAbove}. The two ends miss under opposite
 * conditions, which is why each may have more than half of alpha.
 *
 * @param d estimated distance of n and m values
 * @param rankError by how much d may be wrong itself, when it is of sketches
 */
export function ksInterval(d: number, n: number, m: number, alpha: number, rankError = 0): [number, number] {
  const chance = limitQuantile(alpha) * Math.sqrt(1 / n + 1 / m);
  return [Math.max(0, d - chance - rankError), Math.min(1, d + deviationAbove(n, m, alpha) + rankError)];
}

/** Rows a side at which no drift is called stable with 80 % power. */
export function ksRowsNeeded(alpha: number, threshold: number): number | null {
  return rowsForStable(limitQuantile(0.2), alpha, threshold);
}
