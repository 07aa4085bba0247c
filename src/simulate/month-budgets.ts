import { nextMonth } from "../core/time.js";
import type { QueueConfig } from "./cluster-config.js";

/** What each queue spends in the calendar month (UTC); queues without a monthly budget are not counted. */
export interface MonthBudgets {
  /** Second at which the present month ends. */
  monthEnd(): number;
  /** Books up to now, and begins a new month where one has come. @returns whether one has */
  advance(now: number): boolean;
  /** A run of the queue begins (dollars a second), or ends (negative). */
  add(queue: number, rate: number): void;
  /** Whether any queue has spent its budget of this month. */
  anySpent(): boolean;
  /** Whether the queue has spent its budget of this month. */
  spent(queue: number): boolean;
}

/** @param origin epoch milliseconds of second 0 */
export function createMonthBudgets(queues: readonly QueueConfig[], origin: number): MonthBudgets {
  const isSpent = (queue: number): boolean =>
    spent[queue] >= (queues[queue].budget_usd_month ?? Number.POSITIVE_INFINITY);
  const rate = new Float64Array(queues.length);
  const spent = new Float64Array(queues.length);
  const endAfter = (second: number): number => (nextMonth(origin + second * 1000, "UTC") - origin) / 1000;
  let last = 0;
  let end = endAfter(0);
  const book = (to: number): void => {
    for (let q = 0; q < rate.length; q++) spent[q] += rate[q] * (to - last);
    last = to;
  };
  return {
    monthEnd: () => end,
    advance(now) {
      if (now < end) {
        book(now);
        return false;
      }
      last = now;
      while (end <= now) {
        last = end;
        end = endAfter(end);
      }
      spent.fill(0);
      book(now);
      return true;
    },
    add(queue, change) {
      rate[queue] += change;
    },
    anySpent: () => queues.some((_, queue) => isSpent(queue)),
    spent: isSpent,
  };
}
