import { InputError } from "../core/errors.js";
import { mean } from "../core/statistics.js";

function sameLength(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length) throw new InputError(`expected arrays of one length, got ${a.length} and ${b.length}`);
}

/** Mean over steps of f(step), leaving out steps where the actual is NaN; NaN when none is left. */
function meanOverSteps(actual: ArrayLike<number>, f: (h: number) => number): number {
  let total = 0;
  let count = 0;
  for (let h = 0; h < actual.length; h++) {
    if (Number.isNaN(actual[h])) continue;
    total += f(h);
    count++;
  }
  return count ? total / count : Number.NaN;
}

/** Symmetric mean absolute percentage error in per cent, 0 to 200 (M4); a step with 0 and 0 counts 0. */
export function smape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  sameLength(actual, forecast);
  return meanOverSteps(actual, (h) => {
    const scale = Math.abs(actual[h]) + Math.abs(forecast[h]);
    return scale === 0 ? 0 : (200 * Math.abs(actual[h] - forecast[h])) / scale;
  });
}

/**
 * Mean absolute error of the in-sample seasonal naive forecast: the scale of MASE and MSIS (Hyndman & Koehler 2006).
 * Missing values are left out. NaN when the history is not longer than the season.
 */
export function naiveScale(history: ArrayLike<number>, season: number): number {
  return meanChange(history, season, Math.abs);
}

/** Mean of f(y(t) − y(t − season)) over the history; NaN when there is no such pair. */
function meanChange(history: ArrayLike<number>, season: number, f: (change: number) => number): number {
  let total = 0;
  let count = 0;
  for (let t = season; t < history.length; t++) {
    const change = f(history[t] - history[t - season]);
    if (Number.isNaN(change)) continue;
    total += change;
    count++;
  }
  return count ? total / count : Number.NaN;
}

/** Mean absolute scaled error; `season` is the one of the scale (M4: 24 hourly, 1 weekly). */
export function mase(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  history: ArrayLike<number>,
  season: number,
): number {
  sameLength(actual, forecast);
  return meanOverSteps(actual, (h) => Math.abs(actual[h] - forecast[h])) / naiveScale(history, season);
}

/** Root mean squared scaled error (M5): squared errors over those of the in-sample naive forecast of that season. */
export function rmsse(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  history: ArrayLike<number>,
  season: number,
): number {
  sameLength(actual, forecast);
  const scale = meanChange(history, season, (change) => change ** 2);
  return Math.sqrt(meanOverSteps(actual, (h) => (actual[h] - forecast[h]) ** 2) / scale);
}

/** Overall weighted average of M4: half of sMAPE and half of MASE, each relative to Naive2. */
export function owa(smapeValue: number, maseValue: number, naive2: { smape: number; mase: number }): number {
  return 0.5 * (smapeValue / naive2.smape + maseValue / naive2.mase);
}

/** Mean scaled interval score at a level in per cent (Gneiting & Raftery 2007, as in M4). */
export function msis(
  actual: ArrayLike<number>,
  lo: ArrayLike<number>,
  hi: ArrayLike<number>,
  history: ArrayLike<number>,
  season: number,
  level = 95,
): number {
  sameLength(actual, lo);
  sameLength(actual, hi);
  const alpha = 1 - level / 100;
  const score = meanOverSteps(actual, (h) => {
    const below = Math.max(0, lo[h] - actual[h]);
    const above = Math.max(0, actual[h] - hi[h]);
    return hi[h] - lo[h] + (2 / alpha) * (below + above);
  });
  return score / naiveScale(history, season);
}

/** Share of actual values inside [lo, hi], 0 to 1. */
export function coverage(actual: ArrayLike<number>, lo: ArrayLike<number>, hi: ArrayLike<number>): number {
  sameLength(actual, lo);
  sameLength(actual, hi);
  return meanOverSteps(actual, (h) => (actual[h] >= lo[h] && actual[h] <= hi[h] ? 1 : 0));
}

/** Pinball loss of one quantile forecast. */
export function pinball(actual: number, forecast: number, p: number): number {
  return actual >= forecast ? p * (actual - forecast) : (1 - p) * (forecast - actual);
}

/**
 * Weighted quantile loss: 2 Σ pinball ÷ Σ |actual|, averaged over the probabilities.
 *
 * @param actual values of all series and steps
 * @param quantiles forecasts by probability, each as long as `actual`
 */
export function wql(actual: ArrayLike<number>, quantiles: ReadonlyMap<number, ArrayLike<number>>): number {
  let scale = 0;
  for (let i = 0; i < actual.length; i++) if (!Number.isNaN(actual[i])) scale += Math.abs(actual[i]);
  const losses = [...quantiles].map(([p, forecast]) => {
    sameLength(actual, forecast);
    let total = 0;
    for (let i = 0; i < actual.length; i++) {
      if (!Number.isNaN(actual[i])) total += pinball(actual[i], forecast[i], p);
    }
    return (2 * total) / scale;
  });
  return mean(losses);
}

/** Continuous ranked probability score of a sample for one actual value (energy form, O(n log n)). */
export function crps(actual: number, sample: ArrayLike<number>): number {
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let distance = 0;
  let spread = 0;
  for (let i = 0; i < n; i++) {
    distance += Math.abs(sorted[i] - actual);
    spread += (2 * i - n + 1) * sorted[i];
  }
  return distance / n - spread / (n * n);
}
