import { type Change, detect } from "../../changepoint/index.js";
import { InputError } from "../../core/errors.js";
import { holm } from "../../core/holm.js";
import { HOUR_MS } from "../../core/time.js";
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
  /** Level of the adjusted p-value, for all changes of all pools together. */
  alpha?: number;
  /** Least relative drop of the level that counts. */
  drop?: number;
}

export const DEFAULT_REGRESSION_OPTIONS = Object.freeze({ alpha: 0.05, drop: 0.05 });

/** One change of the level of a pool, or that it has none: then everything between `status` and `regression` is null. */
export interface ThroughputRegression {
  pool: string;
  /** Hours with a value. */
  hours: number;
  /** `too-short`: less than two days, too little to tell a change from the course of a day. */
  status: "changed" | "steady" | "too-short";
  /** First hour at the new level, and its 95 % interval. */
  changeHour: number | null;
  hourLow: number | null;
  hourHigh: number | null;
  /** Mean from the change before to this one, and from here to the next. */
  levelBefore: number | null;
  levelAfter: number | null;
  /** Level after ÷ level before − 1; null also when the level before is 0. */
  change: number | null;
  pValue: number | null;
  /** Holm's, over all rows; a pool without a change counts as one, a pool too short as none. */
  pAdjusted: number | null;
  /** Whether the pool became slower here, beyond chance and by enough to matter, and is so still. */
  regression: boolean;
}

/** Hours with a value, at least, to look for changes. */
const LEAST_HOURS = 48;

/** Hours from the first to the last of a pool, at most: a series is laid out hour by hour. */
const MOST_HOURS = 1_000_000;

/**
 * When the throughput of each pool changed its level, by how much, and whether it is slower still: changes of the mean
 * after the course of the day is taken off, allowing for hours that depend on their neighbours (`detect` of
 * `fleetlens/changepoint`). P-values are adjusted for the number of changes and pools (Holm 1979).
 *
 * @returns rows by pool and hour; every pool has at least one
 * @throws InputError for an hour that comes twice, a value that is negative or not finite, hours too far apart
 */
export function throughputRegressions(
  pools: readonly PoolThroughput[],
  options: RegressionOptions = {},
): ThroughputRegression[] {
  const { alpha, drop } = { ...DEFAULT_REGRESSION_OPTIONS, ...options };
  const rows = [...pools].sort((a, b) => compareText(a.pool, b.pool)).flatMap((pool) => changesOf(pool, drop));
  const tested = rows.filter(({ status }) => status !== "too-short");
  const adjusted = holm(tested.map(({ pValue }) => pValue ?? 1));
  for (const [k, row] of tested.entries()) {
    if (row.pValue === null) continue;
    row.pAdjusted = adjusted[k];
    row.regression &&= adjusted[k] <= alpha;
  }
  return rows;
}

/** The changes of one pool; `regression` says whether the drop counts, were it beyond chance. */
function changesOf(pool: PoolThroughput, drop: number): ThroughputRegression[] {
  const { first, values } = hourly(pool);
  const times = values.map((_, i) => (first + i) * HOUR_MS);
  const hours = pool.hours.length;
  const none = { pool: pool.pool, hours, ...NO_CHANGE };
  if (hours < LEAST_HOURS) return [{ ...none, status: "too-short" }];
  const { changes } = detect(values, { model: "mean", times });
  if (changes.length === 0) return [{ ...none, status: "steady" }];
  const now = changes[changes.length - 1].after.mean as number;
  return changes.map((found) => {
    const [before, after] = [found.before.mean as number, found.after.mean as number];
    return {
      ...{ pool: pool.pool, hours, status: "changed" as const, ...hoursOf(found, first) },
      ...{ levelBefore: before, levelAfter: after },
      change: before > 0 ? after / before - 1 : null,
      pValue: found.pValue,
      pAdjusted: null,
      regression: Math.max(after, now) <= (1 - drop) * before && after < before,
    };
  });
}

const NO_CHANGE = Object.freeze({
  ...{ changeHour: null, hourLow: null, hourHigh: null, levelBefore: null, levelAfter: null, change: null },
  ...{ pValue: null, pAdjusted: null, regression: false },
});

const hoursOf = ({ index, ciLow, ciHigh }: Change, first: number) => ({
  changeHour: first + index,
  hourLow: first + ciLow,
  hourHigh: first + ciHigh,
});

/** The values hour by hour; hours without one are missing. */
function hourly({ pool, hours, throughput }: PoolThroughput): { first: number; values: Float64Array } {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < hours.length; i++) {
    first = Math.min(first, hours[i]);
    last = Math.max(last, hours[i]);
  }
  if (last - first >= MOST_HOURS) {
    throw new InputError(
      `pool "${pool}": hours from ${first} to ${last} are more than ${MOST_HOURS}; give epoch hours, of some years at most`,
      { pool },
    );
  }
  const values = new Float64Array(hours.length === 0 ? 0 : last - first + 1).fill(Number.NaN);
  for (let i = 0; i < hours.length; i++) {
    if (!(throughput[i] >= 0 && throughput[i] < Number.POSITIVE_INFINITY)) {
      throw new InputError(`pool "${pool}" hour ${hours[i]}: expected a throughput from 0, got ${throughput[i]}`, {
        pool,
      });
    }
    if (!Number.isInteger(hours[i])) {
      throw new InputError(`pool "${pool}": expected whole hours, got ${hours[i]}`, { pool, hour: hours[i] });
    }
    if (!Number.isNaN(values[hours[i] - first])) {
      throw new InputError(`pool "${pool}": hour ${hours[i]} comes twice; keep one`, { pool, hour: hours[i] });
    }
    values[hours[i] - first] = throughput[i];
  }
  return { first, values };
}
