import { InputError } from "../core/errors.js";

/** Alerts on one labelled series; all positions are row indices from 0. */
export interface NabSeries {
  /** Rows. */
  n: number;
  /** First and last row of every labelled window, ascending and apart from each other. */
  windows: readonly (readonly [left: number, right: number])[];
  /** Rows with an alert, in any order. */
  alerts: ArrayLike<number>;
}

/** Score of the Numenta Anomaly Benchmark. */
export interface NabScore {
  /** 100 for an alert at the first row of every window and none elsewhere, 0 for no alerts at all. */
  score: number;
  /** Sum over the series before normalisation. */
  total: number;
  /** What `total` is without alerts. */
  null: number;
  /** Labelled windows. */
  windows: number;
}

/** Cost of a false alert in the standard profile. */
const FALSE_ALERT = 0.11;

/** Value of an alert at a relative position: −1 is the start of a window, 0 its end, above 0 after it. */
const sigmoid = (position: number): number => (position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1);
const BEST = 2 / (1 + Math.exp(-5)) - 1;

function rawScore({ n, windows, alerts }: NabSeries): number {
  const probation = Math.min(Math.floor(0.15 * n), 750);
  const earliest = new Map<number, number>();
  let total = 0;
  for (const i of Array.from(alerts)) {
    if (!(Number.isInteger(i) && i >= 0 && i < n)) throw new InputError(`alert at row ${i} of ${n} rows`, { row: i });
    if (i < probation) continue;
    const last = windows.findLastIndex(([left]) => left <= i);
    if (last >= 0 && i <= windows[last][1]) {
      earliest.set(last, Math.min(i, earliest.get(last) ?? n));
      continue;
    }
    const position = last < 0 ? Infinity : (i - windows[last][1]) / (windows[last][1] - windows[last][0]);
    total += FALSE_ALERT * sigmoid(position);
  }
  windows.forEach(([left, right], w) => {
    if (right < probation) return;
    const i = earliest.get(w);
    total += i === undefined ? -1 : sigmoid(-(right - i + 1) / (right - left + 1)) / BEST;
  });
  return total;
}

/**
 * Normalised score of the Numenta Anomaly Benchmark, standard profile (Lavin & Ahmad 2015), over one or more series.
 *
 * The first min(⌊0.15 n⌋, 750) rows are a probation in which nothing counts. In a window the earliest alert counts, from
 * 1 at its first row down to 0 at its end; a missed window costs 1. An alert outside costs up to 0.11, less shortly after a window.
 *
 * @throws InputError for an alert or a window outside the series
 * @example
 * nabScore([{ n: 1000, windows: [[500, 599]], alerts: [500] }]).score; // 100
 */
export function nabScore(series: readonly NabSeries[]): NabScore {
  for (const { n, windows } of series) {
    windows.forEach(([left, right], w) => {
      const after = w === 0 ? 0 : windows[w - 1][1] + 1;
      if (left >= after && right >= left && right < n) return;
      throw new InputError(
        `window ${w} is rows ${left} to ${right}: windows must be ascending, apart and within ${n} rows`,
      );
    });
  }
  const sum = (of: (one: NabSeries) => number): number => series.reduce((total, one) => total + of(one), 0);
  const total = sum(rawScore);
  const none = sum((one) => rawScore({ ...one, alerts: [] }));
  const windows = sum((one) => one.windows.length);
  return { score: (100 * (total - none)) / (windows - none), total, null: none, windows };
}
