import { halfSquare } from "./noise.js";

/** Observations to either side of the running median: excursions of up to three observations are spikes. */
const REACH = 3;

/** From how many standard deviations of the noise on a clipped observation is reported. */
const REPORTED = 5;

export interface ClippedSpikes {
  /** The series with every excursion drawn in to the limit around the running median. */
  values: Float64Array;
  /** Indices of the observations beyond 5 standard deviations. */
  outliers: number[];
}

/**
 * Draws spikes in (Hampel's filter, Davies & Gather 1993): an observation further than `sigmas` standard deviations of
 * the noise from the median of the seven around it is set to that distance.
 *
 * @param x without missing values
 * @param sigmas infinite to leave the series as it is
 * @param leastVariance of the noise: smooth series move by many of their tiny steps at once
 */
export function clipSpikes(x: Float64Array, sigmas: number, leastVariance: number): ClippedSpikes {
  if (sigmas === Number.POSITIVE_INFINITY) return { values: x, outliers: [] };
  const sigma = Math.sqrt(Math.max(leastVariance, halfSquare(x, 1)));
  const values = x.slice();
  const outliers: number[] = [];
  const window = new Float64Array(2 * REACH + 1);
  for (let i = 0; i < x.length; i++) {
    const middle = medianAround(x, i, window);
    const away = x[i] - middle;
    if (Math.abs(away) <= sigmas * sigma) continue;
    values[i] = middle + Math.sign(away) * sigmas * sigma;
    if (Math.abs(away) > REPORTED * sigma) outliers.push(i);
  }
  return { values, outliers };
}

/** Median of up to seven observations around i, by insertion. */
function medianAround(x: Float64Array, i: number, window: Float64Array): number {
  const end = Math.min(x.length, i + REACH + 1);
  let size = 0;
  for (let j = Math.max(0, i - REACH); j < end; j++) {
    let k = size++;
    for (; k > 0 && window[k - 1] > x[j]; k--) window[k] = window[k - 1];
    window[k] = x[j];
  }
  const half = size >> 1;
  return size % 2 === 1 ? window[half] : (window[half - 1] + window[half]) / 2;
}
