import { subtractRegression } from "./css.js";
import { fitArima } from "./fit.js";
import { chooseDifferences } from "./unit-roots.js";

/** Pairs looked at: a long season is only ever seen a few times. */
const MOST_PAIRS = 4;

/** Sine and cosine of each harmonic (in cycles per season) at steps `from` … `from` + `count` − 1. */
export function fourierColumns(
  season: number,
  harmonics: readonly number[],
  from: number,
  count: number,
): Float64Array[] {
  return harmonics.flatMap((k) =>
    [Math.sin, Math.cos].map((wave) =>
      Float64Array.from({ length: count }, (_, t) => wave((2 * Math.PI * ((k * (from + t)) % season)) / season)),
    ),
  );
}

/**
 * Harmonics 1 … K of a long season that a regression with ARIMA errors wants: K from 0 to 4 by AICc, with ARIMA(1, d, 1)
 * errors (Hyndman & Athanasopoulos 2021, § 10.5).
 *
 * @param y values, two seasons or more
 * @param season length in steps
 */
export function selectHarmonics(y: Float64Array, season: number): number[] {
  const all = Array.from({ length: MOST_PAIRS }, (_, k) => k + 1).filter((k) => 2 * k < season);
  const columns = fourierColumns(season, all, 0, y.length);
  const flat = fitArima(y, { order: [0, 0, 0], regressors: columns });
  if (flat === null) return [];
  const { d } = chooseDifferences(subtractRegression(y, columns, flat.coefficients.regressors), 1);
  let [pairs, least] = [0, Number.POSITIVE_INFINITY];
  for (let k = 0; k <= all.length; k++) {
    const fit = fitArima(y, { order: [1, d, 1], regressors: columns.slice(0, 2 * k), method: "css" });
    if (fit !== null && fit.aicc < least) [pairs, least] = [k, fit.aicc];
  }
  return all.slice(0, pairs);
}
