import { InputError } from "../core/errors.js";
import { nearestName } from "../core/nearest-name.js";
import { DAY_MS, isoUtc } from "../core/utc.js";
import type { Bill, BillCell } from "./bill.js";
import type { Budget } from "./budget.js";
import { type ChangesOfSeries, costChanges, detectChanges, seriesToWatch } from "./cost-changes.js";
import type { CostAnalysis } from "./cost-schema.js";
import { type DailyValue, type DaySpan, emptyDays, isCost, sumByName, UNTAGGED, valueIn } from "./daily-cost.js";
import { minorDecimals, moneyNumber, moneyText, roundedMoney } from "./money.js";
import { budgetStatus, type MonthInput, monthStatus } from "./month-status.js";
import { recommend, type UseRow } from "./recommendations.js";
import { roundNumber } from "./round-number.js";
import { SHOWBACK_RULE, showback } from "./showback.js";
import { COST_DIMENSIONS, type CostBasis, type CostDimension } from "./types.js";
import { dayName, daysOfMonth, monthOfDay } from "./utc-day.js";

/** Options of {@link analyseCost}. */
export interface CostOptions {
  /** Which cost days, budgets, forecast and changes count; default `effective` (amortised). */
  basis?: CostBasis;
  /** Epoch ms; days from the one that holds it on are to come. Default: the end of the bill's last complete day. */
  asOf?: number;
  /** Monthly budgets; default none. */
  budgets?: readonly Budget[];
  /** Measured use of pools and resources; default none. */
  use?: readonly UseRow[];
  /** Seed of the sample paths; default 0. */
  seed?: number;
}

export const DEFAULT_COST_OPTIONS = Object.freeze({ basis: "effective" as CostBasis, seed: 0 });

/** Most values of a dimension that are watched for changes, and that are told one by one. */
const MOST_WATCHED = 20;
const MOST_TOLD = 12;

/** 30 years: a day of a wrong year would make the days millions. */
const MOST_DAYS = 30 * 366;

interface Time {
  span: DaySpan;
  month: string;
  asOf: number;
  warnings: string[];
}

/** Which days are complete, and which month is asked about. */
function timeOf(bill: Bill, asOf: number | undefined): Time {
  const days = bill.cells.filter(isCost).map(({ day }) => day);
  if (days.length === 0) throw new InputError("the bill has no cost beside credits and corrections");
  const warnings: string[] = [];
  const [from, last] = [days.reduce((a, b) => Math.min(a, b)), days.reduce((a, b) => Math.max(a, b))];
  if (last - from > MOST_DAYS) {
    throw new InputError(
      `the bill spans ${dayName(from)} to ${dayName(last)}, more than 30 years; is one of its times wrong?`,
    );
  }
  let observed = Math.floor(bill.observedTo / DAY_MS);
  if (observed <= from) {
    observed = from + 1;
    warnings.push(`the bill has no complete day: ${dayName(from)} counts as it stands`);
  }
  if (asOf === undefined) {
    return { span: { from, to: observed }, month: monthOfDay(observed - 1), asOf: observed * DAY_MS, warnings };
  }
  const today = Math.floor(asOf / DAY_MS);
  if (today <= from) {
    throw new InputError(`--as-of ${isoUtc(asOf)} comes before the end of the bill's first day, ${dayName(from)}`, {
      option: "--as-of",
    });
  }
  if (observed < today) {
    warnings.push(
      `the bill ends ${today - observed} ${today - observed === 1 ? "day" : "days"} before --as-of: the days from ${dayName(observed)} on are forecast too`,
    );
  }
  return { span: { from, to: Math.min(today, observed) }, month: monthOfDay(today), asOf, warnings };
}

function exactSums(cells: readonly BillCell[]) {
  return {
    billed: moneyText(cells.reduce((sum, { billed }) => sum + billed, 0n)),
    effective: moneyText(cells.reduce((sum, { effective }) => sum + effective, 0n)),
  };
}

function billSection(bill: Bill): CostAnalysis["bill"] {
  const { cells } = bill;
  const categoryOf = ({ category, correction }: BillCell) => (correction ? "correction" : category);
  const sum = (part: readonly BillCell[], key: "billed" | "effective") =>
    moneyText(part.reduce((total, cell) => total + cell[key], 0n));
  return {
    ...exactSums(cells),
    charges: bill.charges,
    by_category: [...new Set(cells.map(categoryOf))]
      .sort()
      .map((category) => ({ category, ...exactSums(cells.filter((cell) => categoryOf(cell) === category)) })),
    by_month: [...new Set(cells.map(({ month }) => month))].sort().map((month) => {
      const own = cells.filter((cell) => cell.month === month);
      return {
        month,
        ...exactSums(own),
        credits: sum(
          own.filter(({ category }) => category === "credit"),
          "billed",
        ),
        corrections: sum(
          own.filter(({ correction, category }) => correction && category !== "credit"),
          "billed",
        ),
        unused: sum(
          own.filter(({ unused }) => unused),
          "effective",
        ),
      };
    }),
  };
}

function dailySection(
  span: DaySpan,
  total: DailyValue,
  credits: DailyValue | undefined,
  dimensions: Readonly<Record<CostDimension, readonly DailyValue[]>>,
  empty: ReadonlySet<number>,
  decimals: number,
): CostAnalysis["daily"] {
  const rounded = (values: readonly bigint[]) => values.map((value) => roundedMoney(value, decimals));
  const told = (values: readonly DailyValue[]) => {
    const rest = values.slice(MOST_TOLD);
    const merged = rest.length > 0 ? [mergeValues("_rest", rest)] : [];
    return [...values.slice(0, MOST_TOLD), ...merged].map(({ name, total: sum, days }) => ({
      name,
      total: roundedMoney(sum, decimals),
      values: rounded(days),
    }));
  };
  return {
    days: total.days.map((_, i) => dayName(span.from + i)),
    total: rounded(total.days).map((value, i) => (empty.has(span.from + i) ? null : value)),
    credits: credits ? rounded(credits.days) : total.days.map(() => 0),
    dimensions: {
      region: told(dimensions.region),
      service: told(dimensions.service),
      team: told(dimensions.team),
      family: told(dimensions.family),
    },
  };
}

function mergeValues(name: string, values: readonly DailyValue[]): DailyValue {
  const [first, ...rest] = values;
  const days = first.days.map((money, i) => rest.reduce((sum, value) => sum + value.days[i], money));
  return { name, days, total: days.reduce((a, b) => a + b, 0n) };
}

/** A budgeted value with the changes of its series; a value that the bill does not have costs nothing. */
function budgeted(
  { dimension, name }: Budget,
  values: readonly DailyValue[],
  span: DaySpan,
  warnings: string[],
): ChangesOfSeries["series"] {
  const value = values.find((one) => one.name === name);
  if (!value && name !== null) {
    const near =
      values.length > 0
        ? `; the nearest is "${nearestName(
            name,
            values.map((one) => one.name),
          )}"`
        : "";
    warnings.push(`the bill has no cost of ${dimension} "${name}", which has a budget${near}`);
  }
  return { dimension, name, days: value?.days ?? new Array<bigint>(span.to - span.from).fill(0n) };
}

/**
 * What a bill says: daily cost by region, service, team and GPU family, the month so far against budgets and how it will
 * end, changes of the level, what could cost less, and who pays. Nothing is ever done about it.
 *
 * Sums are exact (whole numbers of 10^-18). Days are UTC. Credits and corrections of past invoices are kept out of daily
 * cost, budgets and forecasts, and are part of the bill and the showback.
 *
 * @throws InputError for a bill without cost, or an `asOf` before its first day ends
 * @example analyseCost(collectBill("USD", charges), { budgets: [{ dimension: "total", name: null, amount: 5000 }] })
 */
export function analyseCost(bill: Bill, options: CostOptions = {}): CostAnalysis {
  const { basis, seed } = { ...DEFAULT_COST_OPTIONS, ...options };
  const { span, month, asOf, warnings } = timeOf(bill, options.asOf);
  const decimals = minorDecimals(bill.currency);
  const days = daysOfMonth(month);
  const empty = emptyDays(bill, span);
  if (empty.size > 0) {
    warnings.push(`${empty.size} days of the bill hold no charge at all, ${dayName(Math.min(...empty))} the first`);
  }
  if (span.from > days.from) {
    warnings.push(
      `the bill begins on ${dayName(span.from)}: the days of ${month} before it are not in the month to date`,
    );
  }
  const cost = bill.cells.filter(isCost);
  const byName = (of: readonly BillCell[], nameOf: (cell: BillCell) => string) => sumByName(of, span, basis, nameOf);
  const zero: DailyValue = { name: "", days: new Array<bigint>(span.to - span.from).fill(0n), total: 0n };
  const [total = zero] = byName(cost, () => "");
  const creditCells = bill.cells.filter(({ category }) => category === "credit");
  const [credits] = sumByName(creditCells, span, "billed", () => "");
  const dimensions = Object.fromEntries(
    COST_DIMENSIONS.map((dimension) => [dimension, byName(cost, (cell) => valueIn(cell, dimension))]),
  ) as Record<CostDimension, DailyValue[]>;

  const watched = detectChanges(bill, span, seriesToWatch(total, dimensions, MOST_WATCHED));
  const input: MonthInput = { span, month: days, empty, decimals, seed };
  const statuses = new Map<string, ReturnType<typeof monthStatus>>();
  const statusOf = (series: ChangesOfSeries["series"]) => {
    const key = JSON.stringify([series.dimension, series.name]);
    let status = statuses.get(key);
    if (!status) {
      const found = watched.find((one) => one.series.dimension === series.dimension && one.series.name === series.name);
      status = monthStatus(found ?? detectChanges(bill, span, [series])[0], input);
      statuses.set(key, status);
    }
    return status;
  };
  const budgets = (options.budgets ?? []).map((budget) => {
    const { dimension } = budget;
    const series = dimension === "total" ? watched[0].series : budgeted(budget, dimensions[dimension], span, warnings);
    return budgetStatus(budget, statusOf(series));
  });
  const inMonth = (of: readonly BillCell[], from: number, to: number, key: CostBasis) =>
    roundedMoney(
      of.reduce((sum, cell) => (cell.day >= from && cell.day < to ? sum + cell[key] : sum), 0n),
      decimals,
    );
  const first = Math.max(days.from, span.from);
  const until = Math.max(first, Math.min(span.to, days.to));
  const { recommendations, unmatched } = recommend(bill, options.use ?? [], span);
  if (unmatched.length > 0) {
    warnings.push(
      `${unmatched.length} of the pools of --utilisation have no cost in the bill, the first is "${unmatched[0]}"`,
    );
  }
  const untagged = dimensions.team.find(({ name }) => name === UNTAGGED)?.total ?? 0n;
  return {
    ...{ currency: bill.currency, basis, as_of: isoUtc(asOf), month },
    span: { from: dayName(span.from), to: dayName(span.to), days: span.to - span.from, empty_days: empty.size },
    bill: billSection(bill),
    month_to_date: {
      ...{ from: dayName(first), to: dayName(until), days: until - first, days_in_month: days.to - days.from },
      cost: inMonth(cost, first, until, basis),
      credits: inMonth(creditCells, first, until, "billed"),
      booked_after: inMonth(cost, until, days.to, basis),
    },
    forecast: statusOf(watched[0].series).entry,
    teams: watched.filter(({ series }) => series.dimension === "team").map(({ series }) => statusOf(series).entry),
    budgets,
    daily: dailySection(span, total, credits, dimensions, empty, decimals),
    changes: costChanges(bill, span, watched, basis),
    recommendations,
    showback: { rule: { ...SHOWBACK_RULE }, months: showback(bill.cells, bill.currency) },
    untagged: {
      charges: bill.untagged,
      cost: roundedMoney(untagged, decimals),
      share: total.total > 0n ? roundNumber(moneyNumber(untagged) / moneyNumber(total.total), 4) : null,
    },
    warnings,
  };
}
