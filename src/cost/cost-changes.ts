import { type Detection, detect } from "../changepoint/index.js";
import { benjaminiHochberg } from "../core/benjamini-hochberg.js";
import type { Bill, BillCell } from "./bill.js";
import type { CostChange } from "./cost-schema.js";
import { type DailyValue, type DaySpan, emptyDays, isCost, moneyOf, seriesOf, valueIn } from "./daily-cost.js";
import { minorDecimals, moneyNumber } from "./money.js";
import { roundNumber } from "./round-number.js";
import { COST_DIMENSIONS, type CostBasis, type CostDimension } from "./types.js";
import { dayName } from "./utc-day.js";

/** Daily cost of the total or of a value of a dimension. */
export interface CostSeries {
  dimension: "total" | CostDimension;
  /** Null of the total. */
  name: string | null;
  days: readonly bigint[];
}

/** Days that a level needs on either side, and the share of false findings that is borne. */
const FEWEST_DAYS = 14;
const FALSE_DISCOVERY_RATE = 0.05;
/** Clouds are used by the week. */
const WEEK = 7;
const LEAST_PROBABILITY = 0.9;
/** Changes below this share of the total's mean day do not matter: a fee of a month is dearer a day in February. */
const LEAST_SHARE = 0.005;

/** Changes of a series, and since when its present level holds. */
export interface ChangesOfSeries {
  series: CostSeries;
  detection: Detection | null;
  /** First day of the span at the present level; 0: all of it. */
  levelFrom: number;
}

/** Looks for changes of the daily cost of each series. */
export function detectChanges(bill: Bill, span: DaySpan, all: readonly CostSeries[]): ChangesOfSeries[] {
  const empty = emptyDays(bill, span);
  return all.map((series) => {
    const y = seriesOf(series.days, span, empty);
    if (y.length < FEWEST_DAYS) return { series, detection: null, levelFrom: 0 };
    const detection = detect(y, { period: y.length >= 3 * WEEK ? WEEK : "none" });
    const level = detection.changes.findLast(
      ({ kind, probability, pValue, index }) =>
        kind === "mean" && probability >= LEAST_PROBABILITY && pValue < 0.01 && y.length - index >= FEWEST_DAYS,
    );
    return { series, detection, levelFrom: level?.index ?? 0 };
  });
}

/** Mean daily cost of cells on days of the span from `from` to before `to`. */
function meanCost(cells: readonly BillCell[], span: DaySpan, from: number, to: number, basis: CostBasis): number {
  let sum = 0n;
  for (const cell of cells) {
    const day = cell.day - span.from;
    if (day >= from && day < to) sum += moneyOf(cell, basis);
  }
  return moneyNumber(sum) / (to - from);
}

/** In each other dimension the value that moved most in the direction of the change. */
function driversOf(
  cells: readonly BillCell[],
  own: CostSeries["dimension"],
  difference: (part: readonly BillCell[]) => number,
  perDay: number,
  decimals: number,
): CostChange["drivers"] {
  return COST_DIMENSIONS.filter((dimension) => dimension !== own).flatMap((dimension) => {
    const parts = new Map<string, BillCell[]>();
    for (const cell of cells) {
      const name = valueIn(cell, dimension);
      const part = parts.get(name);
      if (part) part.push(cell);
      else parts.set(name, [cell]);
    }
    let most: { name: string; moved: number } | null = null;
    for (const [name, part] of parts) {
      const moved = difference(part);
      if (moved * Math.sign(perDay) > 0 && (!most || Math.abs(moved) > Math.abs(most.moved))) most = { name, moved };
    }
    if (!most) return [];
    const { name, moved } = most;
    return [{ dimension, name, per_day: roundNumber(moved, decimals), share: roundNumber(moved / perDay, 4) }];
  });
}

/**
 * The changes of all series that stand the number of looks (Benjamini–Hochberg at 5 %), largest first, each with its size in
 * money a day and what drives it.
 */
export function costChanges(
  bill: Bill,
  span: DaySpan,
  found: readonly ChangesOfSeries[],
  basis: CostBasis,
): CostChange[] {
  const decimals = minorDecimals(bill.currency);
  const looked = found.flatMap((one) => (one.detection?.changes ?? []).map((change, k) => ({ ...one, change, k })));
  const adjusted = benjaminiHochberg(
    looked.map(({ change }) => change.pValue),
    Math.max(looked.length, found.length),
  );
  const days = span.to - span.from;
  const least = LEAST_SHARE * Math.abs(meanCost(bill.cells.filter(isCost), span, 0, days, basis));
  const changes = looked.flatMap(({ series, detection, change, k }, i): CostChange[] => {
    if (adjusted[i] > FALSE_DISCOVERY_RATE || change.probability < LEAST_PROBABILITY || !detection) return [];
    const from = detection.changes[k - 1]?.index ?? 0;
    const to = detection.changes[k + 1]?.index ?? detection.n;
    const { dimension, name } = series;
    const own = bill.cells.filter(
      (cell) =>
        isCost(cell) &&
        cell.day >= span.from + from &&
        cell.day < span.from + to &&
        (dimension === "total" || valueIn(cell, dimension) === name),
    );
    const mean = (part: readonly BillCell[], a: number, b: number) => meanCost(part, span, a, b, basis);
    const [before, after] = [mean(own, from, change.index), mean(own, change.index, to)];
    const perDay = after - before;
    if (Math.abs(perDay) < least) return [];
    const difference = (part: readonly BillCell[]) => mean(part, change.index, to) - mean(part, from, change.index);
    const day = (index: number) => dayName(span.from + index);
    return [
      {
        ...{ dimension, name, day: day(change.index), day_low: day(change.ciLow), day_high: day(change.ciHigh) },
        kind: change.kind,
        before_per_day: roundNumber(before, decimals),
        after_per_day: roundNumber(after, decimals),
        per_day: roundNumber(perDay, decimals),
        relative: before > 0 ? roundNumber(perDay / before, 4) : null,
        probability: roundNumber(change.probability, 4),
        p_value: adjusted[i],
        drivers: perDay === 0 ? [] : driversOf(own, dimension, difference, perDay, decimals),
      },
    ];
  });
  const place = ({ dimension }: CostChange) => (dimension === "total" ? 0 : 1);
  return changes.sort((a, b) => place(a) - place(b) || Math.abs(b.per_day) - Math.abs(a.per_day));
}

/** Series of the total and of the costliest values of every dimension. */
export function seriesToWatch(
  total: DailyValue,
  dimensions: Readonly<Record<CostDimension, readonly DailyValue[]>>,
  most: number,
): CostSeries[] {
  return [
    { dimension: "total", name: null, days: total.days },
    ...COST_DIMENSIONS.flatMap((dimension) =>
      dimensions[dimension].slice(0, most).map(({ name, days }): CostSeries => ({ dimension, name, days })),
    ),
  ];
}
