import { InputError } from "../core/errors.js";

/** Counts of events by bucket, ascending in time. */
export interface SloSeries {
  /** Start of every bucket, epoch ms; ascending, not always strictly. */
  times: Float64Array;
  /** Good events (requests, minutes, …) of every bucket; NaN is missing. */
  good: Float64Array;
  /** All events of every bucket; NaN is missing. */
  total: Float64Array;
}

/** Beyond this no date has a name, epoch ms. */
const LATEST = 8.64e15;

/** Bad and all events by row, both 0 where a count is missing. */
export interface BadCounts {
  bad: Float64Array;
  total: Float64Array;
  /** Rows without counts. */
  missing: number;
}

/**
 * Bad events by row.
 *
 * @throws InputError naming the first row (from 1) whose counts cannot be meant, or whose time is before the last one's
 */
export function badCounts({ times, good, total }: SloSeries): BadCounts {
  const n = times.length;
  if (good.length !== n || total.length !== n) {
    throw new InputError(
      `there are ${n} times, ${good.length} good and ${total.length} total counts; give one of each a row`,
    );
  }
  const counts: BadCounts = { bad: new Float64Array(n), total: new Float64Array(n), missing: 0 };
  for (let i = 0; i < n; i++) {
    const refuse = (column: string, got: number, expected: string) => {
      const details = { row: i + 1, column, value: got };
      return new InputError(`row ${i + 1}: column "${column}": got ${got}, expected ${expected}`, details);
    };
    if (!(Math.abs(times[i]) <= LATEST)) throw refuse("time", times[i], "a time in epoch ms");
    if (i > 0 && times[i] < times[i - 1])
      throw refuse("time", times[i], "a time not before that of the row before; sort by time");
    if (Number.isNaN(good[i]) || Number.isNaN(total[i])) {
      counts.missing++;
      continue;
    }
    if (!(total[i] >= 0 && total[i] < Number.POSITIVE_INFINITY)) throw refuse("total", total[i], "a count from 0");
    if (!(good[i] >= 0)) throw refuse("good", good[i], "a count from 0");
    if (good[i] > total[i]) throw refuse("good", good[i], `at most the total of the row, ${total[i]}`);
    counts.bad[i] = total[i] - good[i];
    counts.total[i] = total[i];
  }
  return counts;
}
