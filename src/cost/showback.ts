import { compareUtf8 } from "../core/compare-utf8.js";
import { apportion, roundParts } from "./apportion.js";
import type { BillCell } from "./bill.js";
import { SHARED, UNTAGGED } from "./daily-cost.js";
import { isShared } from "./is-shared.js";
import { coinsNumber, MONEY_DECIMALS, minorDecimals, moneyText, toCoins } from "./money.js";

/** Rows that are no team. */
export const SHOWBACK_ROWS = Object.freeze({
  untagged: UNTAGGED,
  credits: "_credits",
  prepaid: "_prepaid",
  shared: SHARED,
});

/** How a bill is shared out, by name. */
export const SHOWBACK_RULE = Object.freeze({
  name: "proportional-to-direct",
  direct: "EffectiveCost of a team's charges: what a commitment covers costs what the commitment costs",
  shared:
    "EffectiveCost of taxes, support and unused commitments without a team, in proportion to direct cost (_untagged takes its part)",
  credits: "BilledCost of credits: a team's own, and those of no team in _credits",
  prepaid: "BilledCost − EffectiveCost of everything but credits, in _prepaid: paid for other months, or in them",
  rounding: "to the currency's smallest coin by largest remainders, so that all parts add up to the bill",
});

/** A row of the showback, in currency units to the smallest coin. */
export interface ShowbackRow {
  team: string;
  direct: number;
  shared: number;
  credits: number;
  prepaid: number;
  total: number;
}

/** Showback of one invoice month. */
export interface MonthShowback {
  month: string;
  /** BilledCost of the month: exact text, and rounded to the smallest coin. */
  billed: string;
  bill: number;
  /** Parts minus bill before rounding, exact: always "0". */
  difference: string;
  rows: ShowbackRow[];
}

const PARTS = ["direct", "shared", "credits", "prepaid"] as const;
type Parts = Record<(typeof PARTS)[number], bigint>;

function shareOut(rows: Map<string, Parts>, row: (team: string) => Parts, shared: bigint): void {
  if (shared === 0n) return;
  const takers = [...rows]
    .filter(([, { direct }]) => direct > 0n)
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([, parts]) => parts);
  if (takers.length === 0) {
    row(SHOWBACK_ROWS.shared).shared += shared;
    return;
  }
  const parts = apportion(
    shared,
    takers.map(({ direct }) => direct),
  );
  takers.forEach((taker, i) => {
    taker.shared += parts[i];
  });
}

function showbackOfMonth(month: string, cells: readonly BillCell[], decimals: number): MonthShowback {
  const rows = new Map<string, Parts>();
  const row = (team: string): Parts => {
    const parts = rows.get(team) ?? { direct: 0n, shared: 0n, credits: 0n, prepaid: 0n };
    rows.set(team, parts);
    return parts;
  };
  let [shared, billed] = [0n, 0n];
  for (const cell of cells) {
    billed += cell.billed;
    if (cell.category === "credit") {
      row(cell.team ?? SHOWBACK_ROWS.credits).credits += cell.billed;
      continue;
    }
    if (cell.billed !== cell.effective) row(SHOWBACK_ROWS.prepaid).prepaid += cell.billed - cell.effective;
    if (isShared(cell)) shared += cell.effective;
    else row(cell.team ?? SHOWBACK_ROWS.untagged).direct += cell.effective;
  }
  shareOut(rows, row, shared);
  // Amounts of different sizes of coins would not compare: rows are sorted by name before they are rounded.
  const sorted = [...rows].sort(([a], [b]) => compareUtf8(a, b));
  const amounts = sorted.flatMap(([, parts]) => PARTS.map((part) => parts[part]));
  const whole = toCoins(billed, decimals);
  const coins = roundParts(amounts, 10n ** BigInt(MONEY_DECIMALS - decimals), whole);
  const number = (value: bigint) => coinsNumber(value, decimals);
  return {
    month,
    billed: moneyText(billed),
    bill: number(whole),
    difference: moneyText(amounts.reduce((a, b) => a + b, 0n) - billed),
    rows: sorted
      .map(([team], i) => {
        const own = coins.slice(PARTS.length * i, PARTS.length * (i + 1));
        const [direct, toShare, credits, prepaid] = own.map(number);
        return { team, direct, shared: toShare, credits, prepaid, total: number(own.reduce((a, b) => a + b, 0n)) };
      })
      .filter(({ direct, shared: part, credits, prepaid }) => direct || part || credits || prepaid)
      .sort((a, b) => Number(a.team.startsWith("_")) - Number(b.team.startsWith("_")) || b.total - a.total),
  };
}

/**
 * Who pays what, by invoice month: each bill shared out by {@link SHOWBACK_RULE} to the last coin. The totals of a month's
 * rows add up to its bill exactly.
 *
 * @param currency ISO 4217, for its smallest coin
 */
export function showback(cells: readonly BillCell[], currency: string): MonthShowback[] {
  const decimals = minorDecimals(currency);
  const months = [...new Set(cells.map(({ month }) => month))].sort();
  return months.map((month) =>
    showbackOfMonth(
      month,
      cells.filter((cell) => cell.month === month),
      decimals,
    ),
  );
}
