import type { Model } from "../model.js";

/** Smoothing of demand sizes, of intervals and of the probability of demand. */
const ALPHA = 0.1;

/** Simple exponential smoothing from the first value on; what it says about the next one. */
function smooth(x: ArrayLike<number>): number {
  let level = x[0];
  for (let t = 1; t < x.length; t++) level += ALPHA * (x[t] - level);
  return level;
}

/** A flat forecast by `rate`, the demand per step; series without demand give zeros, negative values null. */
function intermittent(name: string, rate: (y: Float64Array, demands: Float64Array) => number): Model {
  return {
    name,
    point(y, { horizon }) {
      if (y.some((v) => v < 0)) return null;
      const demands = y.filter((v) => v > 0);
      return new Float64Array(horizon).fill(demands.length === 0 ? 0 : rate(y, demands));
    },
  };
}

/** Smoothed size over smoothed interval; the first interval counts from before the first step. */
function crostonRate(y: Float64Array, demands: Float64Array): number {
  const intervals: number[] = [];
  let last = -1;
  y.forEach((v, t) => {
    if (v === 0) return;
    intervals.push(t - last);
    last = t;
  });
  return smooth(demands) / smooth(intervals);
}

/** Croston (1972): sizes and intervals of demands, smoothed apart at 0.1. */
export const croston = intermittent("croston", crostonRate);

/**
 * Croston's rate times 1 − α/2, which takes out the bias of dividing by a random interval (Syntetos & Boylan 2005).
 * A series without a zero has no such interval and is left as it is.
 */
export const sba = intermittent("sba", (y, demands) => {
  const rate = crostonRate(y, demands);
  return demands.length === y.length ? rate : rate * (1 - ALPHA / 2);
});

/**
 * Smoothed size times smoothed probability of demand, which decays where demand has ended (Teunter, Syntetos & Babai
 * 2011), both at 0.1.
 */
export const tsb = intermittent("tsb", (y, demands) => smooth(demands) * smooth(y.map((v) => (v > 0 ? 1 : 0))));

export const crostonModels: readonly Model[] = [croston, sba, tsb];
