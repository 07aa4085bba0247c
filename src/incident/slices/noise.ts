import { DURING, type IncidentWindows } from "./incident-windows.js";
import type { SliceRows } from "./slice-rows.js";
import type { SliceSpace } from "./slice-space.js";

/** Numbers of the table of sums by moment and value, at most. */
const MOST_SUMS = 1_000_000;
/** Even figures that never waver are taken to do so a little, as a share of all there is. */
const SMOOTH = 1e-9;

/** Noise of the time before the incident, from differences between moments that follow each other (von Neumann 1941). */
export interface Noise {
  /** Variance of sums of values over their mean: 1 for counts of independent requests, more for amounts. */
  dispersion: number;
  /** Standard deviation of the whole table's figure from moment to moment, as a share of it. */
  wander: number;
}

/**
 * Noise of the values of the finest dimension, and of the whole. No slow cycle inflates it. Where the data say nothing it
 * is that of counts.
 */
export function noiseBefore(space: SliceSpace, rows: SliceRows, windows: IncidentWindows, ratio: boolean): Noise {
  const moments = Array.from(windows.weights.keys()).filter((bucket) => windows.weights[bucket] > 0);
  const [finest] = space.dimensions
    .filter(({ values }) => values.length * moments.length <= MOST_SUMS)
    .sort((a, b) => b.values.length - a.values.length);
  const series = finest ? finest.values.map(() => emptySeries(moments.length)) : [];
  const whole = emptySeries(moments.length);
  const momentOf = new Int32Array(windows.buckets);
  moments.forEach((bucket, moment) => {
    momentOf[bucket] = moment;
  });
  for (let i = 0; i < rows.rows.length; i++) {
    const row = rows.rows[i];
    const bucket = windows.bucket[row];
    if (bucket === DURING) continue;
    const moment = momentOf[bucket];
    whole.value[moment] += rows.value[i];
    whole.weight[moment] += rows.weight[i];
    const code = finest ? finest.codes[row] : -1;
    if (code < 0 || finest.place[code] < 0) continue;
    const own = series[finest.place[code]];
    own.value[moment] += rows.value[i];
    own.weight[moment] += rows.weight[i];
  }
  // Rows count by the weight of their moment, which is taken out again.
  for (const { value, weight } of [whole, ...series]) {
    moments.forEach((bucket, moment) => {
      value[moment] /= windows.weights[bucket];
      weight[moment] = ratio ? weight[moment] / windows.weights[bucket] : 1;
    });
  }
  const fine = differences(series);
  const { squares, sizes } = differences([whole]);
  return {
    dispersion: fine.means > 0 ? Math.max(fine.squares / fine.means, SMOOTH * fine.means) : 1,
    wander: sizes > 0 ? Math.sqrt(squares / (2 * sizes)) : 0,
  };
}

interface MomentSeries {
  value: Float64Array;
  weight: Float64Array;
}

const emptySeries = (n: number): MomentSeries => ({ value: new Float64Array(n), weight: new Float64Array(n) });

/** Sums over all steps of series: squared differences, what counts would make of them, and squared sizes. */
function differences(series: readonly MomentSeries[]): { squares: number; means: number; sizes: number } {
  let [squares, means, sizes] = [0, 0, 0];
  for (const { value, weight } of series) {
    for (let m = 1; m < value.length; m++) {
      const [v1, v2, w1, w2] = [value[m - 1], value[m], weight[m - 1], weight[m]];
      if (w1 === 0 || w2 === 0) continue;
      squares += ((v2 * w1 - v1 * w2) / (w1 + w2)) ** 2;
      means += ((v1 + v2) * w1 * w2) / (w1 + w2) ** 2;
      sizes += (v1 * v2 * w1 * w2) / (w1 + w2) ** 2;
    }
  }
  return { squares, means, sizes };
}
