import type { Budget } from "./budget.js";
import type { ChangesOfSeries } from "./cost-changes.js";
import type { CostBudget, CostMonthEnd } from "./cost-schema.js";
import { type DaySpan, seriesOf } from "./daily-cost.js";
import { type DaysAhead, daysAhead, FEWEST_DAYS } from "./days-ahead.js";
import { roundedMoney } from "./money.js";
import { roundNumber } from "./round-number.js";
import { dayName } from "./utc-day.js";

/** Probability from which a budget is at risk, and from which it is likely to be passed. */
const AT_RISK = 0.2;
const LIKELY = 0.5;

/** Where a month stands. */
export interface MonthSpan {
  /** Days of the month since 1970-01-01; `to` is exclusive. */
  from: number;
  to: number;
}

/** A series' month so far and how it will end. */
export interface MonthStatus {
  entry: CostMonthEnd;
  /** Probability that the month ends above an amount; null without a forecast. */
  above(amount: number): number | null;
}

export interface MonthInput {
  span: DaySpan;
  month: MonthSpan;
  empty: ReadonlySet<number>;
  decimals: number;
  seed: number;
}

type Ahead = { status: "complete" } | { status: "too-short"; reason: string } | { status: "ok"; ahead: DaysAhead };

function lookAhead(y: Float64Array, horizon: number, { span, month, seed }: MonthInput): Ahead {
  if (horizon === 0) return { status: "complete" };
  if (span.to < month.from) {
    return { status: "too-short", reason: `the bill ends on ${dayName(span.to - 1)}, before the month begins` };
  }
  const seen = y.reduce((count, value) => count + Number(!Number.isNaN(value)), 0);
  if (seen < FEWEST_DAYS) {
    const days = `${seen} complete ${seen === 1 ? "day" : "days"}`;
    return { status: "too-short", reason: `a forecast needs ${FEWEST_DAYS} complete days, the bill has ${days}` };
  }
  return { status: "ok", ahead: daysAhead(y, horizon, seed) };
}

/** The month of one series: what it cost so far, and the forecast of its end. */
export function monthStatus({ series, levelFrom }: ChangesOfSeries, input: MonthInput): MonthStatus {
  const { span, month, empty, decimals } = input;
  const first = Math.max(0, month.from - span.from);
  const spent = series.days.slice(first).reduce((a, b) => a + b, 0n);
  const toDate = roundedMoney(spent, decimals);
  const horizon = Math.max(0, month.to - span.to);
  const y = seriesOf(series.days, span, empty).slice(levelFrom);
  const found = lookAhead(y, horizon, input);
  const { dimension, name } = series;
  const entry: CostMonthEnd = {
    ...{ dimension, name, month_to_date: toDate, status: found.status, reason: null, days_ahead: horizon },
    ...{ level_from: null, month_end: null, backtest: null },
  };
  if (found.status === "too-short") return { entry: { ...entry, reason: found.reason }, above: () => null };
  if (found.status === "complete") {
    const all = { mean: toDate, median: toDate, lo_80: toDate, hi_80: toDate, lo_95: toDate, hi_95: toDate };
    return { entry: { ...entry, month_end: all }, above: (amount) => Number(toDate > amount) };
  }
  const { sum, backtest, widened, above } = found.ahead;
  const whole = (value: number) => roundNumber(toDate + value, decimals);
  return {
    entry: {
      ...entry,
      level_from: dayName(span.from + levelFrom),
      month_end: {
        ...{ mean: whole(sum.mean), median: whole(sum.median) },
        ...{ lo_80: whole(sum.lo_80), hi_80: whole(sum.hi_80), lo_95: whole(sum.lo_95), hi_95: whole(sum.hi_95) },
      },
      backtest: {
        origins: backtest.origins,
        typical_miss: backtest.typicalMiss === null ? null : roundNumber(backtest.typicalMiss, 4),
        widened: roundNumber(widened, 4),
      },
    },
    above: (amount) => above(amount - toDate),
  };
}

/** How a month stands against its budget. */
export function budgetStatus({ dimension, name, amount }: Budget, { entry, above }: MonthStatus): CostBudget {
  const pOver = above(amount);
  const over = entry.month_to_date > amount;
  const status = (): CostBudget["status"] => {
    if (over) return "over";
    if (pOver === null) return "unknown";
    if (pOver >= LIKELY) return "likely-over";
    return pOver >= AT_RISK ? "at-risk" : "within";
  };
  return {
    ...{ dimension, name, budget: amount, month_to_date: entry.month_to_date },
    used_share: roundNumber(entry.month_to_date / amount, 4),
    month_end: entry.month_end,
    p_over: over ? 1 : pOver,
    status: status(),
  };
}
