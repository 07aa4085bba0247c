import { InputError } from "../../core/errors.js";
import { median } from "../../core/statistics.js";
import { compareText } from "../compare-text.js";

/** Throughput of a pool by hour, e.g. tokens or samples per GPU-hour; hours without a value are left out. */
export interface PoolThroughput {
  pool: string;
  /** Whole hours, each once, in any order. */
  hours: ArrayLike<number>;
  throughput: ArrayLike<number>;
}

/** Options of {@link throughputRegressions}; defaults are in {@link DEFAULT_REGRESSION_OPTIONS}. */
export interface RegressionOptions {
  /** Length of the last window that is compared with what came before; whole days, for the course of a day to cancel. */
  windowHours?: number;
  /** Level of the adjusted p-value, for all pools together. */
  alpha?: number;
  /** Least relative drop of the median that counts. */
  drop?: number;
}

export const DEFAULT_REGRESSION_OPTIONS = Object.freeze({ windowHours: 24, alpha: 0.05, drop: 0.05 });

/** The last window of a pool against the hours before. */
export interface ThroughputRegression {
  pool: string;
  /** First hour of the window. */
  windowStart: number;
  hoursBefore: number;
  hoursAfter: number;
  /** Null when nothing came before. */
  medianBefore: number | null;
  medianAfter: number;
  /** Median after ÷ median before − 1; null without a median before, or when it is 0. */
  change: number | null;
  /** Null when fewer than four windows came before: too few to tell. */
  pValue: number | null;
  /** Holm's, over the pools that have a p-value. */
  pAdjusted: number | null;
  regression: boolean;
}

/** Windows of history below which nothing is tested. */
const LEAST_WINDOWS = 4;

/**
 * Whether the throughput of each pool has dropped in its last window: a two-sample rank test, not a search for the time
 * of a change.
 *
 * The statistic is the window's sum of ranks (Wilcoxon 1945). As hours depend on their neighbours, it is not compared
 * with shuffled hours but with itself at every circular shift of the series, which keeps that dependence: the p-value is
 * the share of shifts, the unshifted one among them, with a sum as low. It holds for any stationary series, up to where
 * its ends meet. P-values are adjusted for the number of pools (Holm 1979).
 *
 * @returns rows by pool
 * @throws InputError for an hour that comes twice and a value that is negative or not finite
 */
export function throughputRegressions(
  pools: readonly PoolThroughput[],
  options: RegressionOptions = {},
): ThroughputRegression[] {
  const { windowHours, alpha, drop } = { ...DEFAULT_REGRESSION_OPTIONS, ...options };
  const rows = pools.map((pool) => lastWindow(pool, windowHours)).sort((a, b) => compareText(a.pool, b.pool));
  const tested = rows.filter(({ pValue }) => pValue !== null).sort((a, b) => Number(a.pValue) - Number(b.pValue));
  let adjusted = 0;
  for (const [k, row] of tested.entries()) {
    adjusted = Math.max(adjusted, Math.min(1, (tested.length - k) * (row.pValue as number)));
    row.pAdjusted = adjusted;
    row.regression = adjusted <= alpha && row.change !== null && row.change <= -drop;
  }
  return rows;
}

function lastWindow({ pool, hours, throughput }: PoolThroughput, windowHours: number): ThroughputRegression {
  const order = Array.from({ length: hours.length }, (_, i) => i).sort((a, b) => hours[a] - hours[b]);
  for (const [k, i] of order.entries()) {
    if (k > 0 && hours[i] === hours[order[k - 1]]) {
      throw new InputError(`pool "${pool}": hour ${hours[i]} comes twice; keep one`, { pool, hour: hours[i] });
    }
    if (!(throughput[i] >= 0 && throughput[i] < Number.POSITIVE_INFINITY)) {
      throw new InputError(`pool "${pool}" hour ${hours[i]}: expected a throughput from 0, got ${throughput[i]}`, {
        pool,
      });
    }
  }
  const values = order.map((i) => throughput[i]);
  const start = Number(hours[order[order.length - 1]]) - windowHours + 1;
  const before = order.filter((i) => hours[i] < start).length;
  const after = values.length - before;
  const was = before > 0 ? median(values.slice(0, before)) : null;
  const is = median(values.slice(before));
  return {
    ...{ pool, windowStart: start, hoursBefore: before, hoursAfter: after, medianBefore: was, medianAfter: is },
    change: was ? is / was - 1 : null,
    pValue: before >= LEAST_WINDOWS * after ? shiftTest(values, after) : null,
    ...{ pAdjusted: null, regression: false },
  };
}

/** Share of the circular shifts at which the last `length` values have a rank sum as low as they have unshifted. */
function shiftTest(values: readonly number[], length: number): number {
  const n = values.length;
  const ranks = midRanks(values);
  let sum = 0;
  for (let i = n - length; i < n; i++) sum += ranks[i];
  const observed = sum;
  let asLow = 0;
  for (let shift = 0; shift < n; shift++) {
    if (sum <= observed) asLow++;
    sum += ranks[shift] - ranks[(n - length + shift) % n];
  }
  return asLow / n;
}

/** Ranks doubled, so that ties are whole too. */
function midRanks(values: readonly number[]): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) ranks[order[k]] = from + to + 1;
    from = to;
  }
  return ranks;
}
