import { compareUtf8 } from "../core/compare-utf8.js";
import type { Bill, BillCell } from "./bill.js";
import { isShared } from "./is-shared.js";
import { moneyNumber } from "./money.js";
import type { CostBasis, CostDimension } from "./types.js";

/** Name of what has no region or team. */
export const NONE = "_none";
export const UNTAGGED = "_untagged";
/** Team of what is everybody's. */
export const SHARED = "_shared";

/** Value of a cell in a dimension. */
export function valueIn(cell: BillCell, dimension: CostDimension): string {
  if (dimension === "team") return cell.team ?? (isShared(cell) ? SHARED : UNTAGGED);
  return cell[dimension] ?? NONE;
}

/** Money of a cell on a basis. */
export function moneyOf(cell: BillCell, basis: CostBasis): bigint {
  return basis === "billed" ? cell.billed : cell.effective;
}

/** Whether a cell is part of the cost of its day; credits and corrections are kept apart. */
export function isCost({ category, correction }: BillCell): boolean {
  return category !== "credit" && !correction;
}

/** Exact daily cost of a value. */
export interface DailyValue {
  name: string;
  /** By day of the span. */
  days: bigint[];
  total: bigint;
}

/** Days from `from` to before `to`, since 1970-01-01. */
export interface DaySpan {
  from: number;
  to: number;
}

/** Adds cells up by day and by a name. Cells outside the span do not count. */
export function sumByName(
  cells: Iterable<BillCell>,
  { from, to }: DaySpan,
  basis: CostBasis,
  nameOf: (cell: BillCell) => string,
): DailyValue[] {
  const values = new Map<string, DailyValue>();
  for (const cell of cells) {
    if (cell.day < from || cell.day >= to) continue;
    const name = nameOf(cell);
    let value = values.get(name);
    if (!value) {
      value = { name, days: new Array<bigint>(to - from).fill(0n), total: 0n };
      values.set(name, value);
    }
    const money = moneyOf(cell, basis);
    value.days[cell.day - from] += money;
    value.total += money;
  }
  return [...values.values()].sort((a, b) =>
    a.total === b.total ? compareUtf8(a.name, b.name) : a.total > b.total ? -1 : 1,
  );
}

/** Days of the span on which there is no charge at all: the bill has a hole there. */
export function emptyDays(bill: Bill, { from, to }: DaySpan): Set<number> {
  const seen = new Set(bill.cells.map(({ day }) => day));
  return new Set(Array.from({ length: to - from }, (_, i) => from + i).filter((day) => !seen.has(day)));
}

/** Daily cost as a series for statistics: NaN on days without any charge. */
export function seriesOf(days: readonly bigint[], span: DaySpan, empty: ReadonlySet<number>): Float64Array {
  return Float64Array.from(days, (money, i) => (empty.has(span.from + i) ? Number.NaN : moneyNumber(money)));
}
