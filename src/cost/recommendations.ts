import { quantile } from "../core/statistics.js";
import type { Bill, BillCommitment, BillResource, DayMoney } from "./bill.js";
import type { Recommendation } from "./cost-schema.js";
import type { DaySpan } from "./daily-cost.js";
import { minorDecimals, moneyNumber } from "./money.js";
import { roundNumber } from "./round-number.js";

/** Use of a resource or a pool, a row a measurement. */
export interface UseRow {
  by: "resource" | "pool";
  name: string;
  /** Days since 1970-01-01; null: not told. */
  day: number | null;
  /** Used and available, in GPU-hours or in shares of one. */
  used: number;
  total: number;
}

/** Days of a mean month. */
const MONTH_DAYS = 365.25 / 12;

/** What counts as idle or under-used, and how full a pool may well run. */
export const USE_LIMITS = Object.freeze({ idle: 0.05, underUsed: 0.4, target: 0.7, windowDays: 30 });

type Confidence = Recommendation["confidence"];
const CONFIDENCES: readonly Confidence[] = ["low", "medium", "high"];

function lower(confidence: Confidence): Confidence {
  return CONFIDENCES[Math.max(0, CONFIDENCES.indexOf(confidence) - 1)];
}

/** Money of each day of the window. */
function perDay(days: DayMoney, { from, to }: DaySpan): number[] {
  return Array.from({ length: to - from }, (_, i) => moneyNumber(days.get(from + i) ?? 0n));
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

interface Use {
  utilisation: number;
  /** Days that were measured; null: not told. */
  days: number | null;
}

function useOf(rows: readonly UseRow[]): Use | null {
  const total = sum(rows.map((row) => row.total));
  if (!(total > 0)) return null;
  const days = new Set(rows.map(({ day }) => day));
  return { utilisation: sum(rows.map(({ used }) => used)) / total, days: days.has(null) ? null : days.size };
}

function poolAdvice(
  row: UseRow,
  { utilisation, days }: Use,
  resource: BillResource,
  window: DaySpan,
  decimals: number,
): Recommendation | null {
  if (utilisation >= USE_LIMITS.underUsed) return null;
  const cost = perDay(resource.cost, window);
  const monthly = (sum(cost) / cost.length) * MONTH_DAYS;
  if (monthly <= 0) return null;
  const idle = utilisation < USE_LIMITS.idle;
  const part = idle ? 1 : 1 - utilisation / USE_LIMITS.target;
  const committed = Math.min(1, sum(perDay(resource.committed, window)) / sum(cost));
  const measured: Confidence = days === null || days < 7 ? "low" : days < 14 ? "medium" : "high";
  const rule = idle
    ? "cost of a month, all of it: it is switched off"
    : `cost of a month × (1 − ${roundNumber(utilisation, 3)} ÷ ${USE_LIMITS.target}): it is made smaller until it is ${USE_LIMITS.target * 100} % used`;
  return {
    kind: idle ? "idle-pool" : "under-used-pool",
    name: row.name,
    by: row.by,
    saving_per_month: roundNumber(monthly * part, decimals),
    // What a commitment covers is paid anyway: it is saved only where something else takes the commitment over.
    saving_low: roundNumber(monthly * part * (1 - committed), decimals),
    cost_per_month: roundNumber(monthly, decimals),
    utilisation: roundNumber(utilisation, 4),
    committed_share: roundNumber(committed, 4),
    days,
    confidence: committed > 0.5 ? lower(measured) : measured,
    how: `${rule}${committed > 0 ? "; the low saving leaves out what commitments cover" : ""}`,
  };
}

function commitmentAdvice(
  name: string,
  commitment: BillCommitment,
  window: DaySpan,
  decimals: number,
): Recommendation | null {
  const [used, unused] = [perDay(commitment.used, window), perDay(commitment.unused, window)];
  const idle = sum(unused);
  if (idle <= 0) return null;
  const days = unused.filter((money) => money > 0).length;
  const monthly = (value: number) => roundNumber(value * MONTH_DAYS, decimals);
  const share = days / unused.length;
  return {
    kind: "unused-commitment",
    name,
    by: "commitment",
    saving_per_month: monthly(idle / unused.length),
    saving_low: monthly(quantile(unused, 0.1)),
    cost_per_month: monthly((sum(used) + idle) / unused.length),
    utilisation: roundNumber(sum(used) / (sum(used) + idle), 4),
    committed_share: 1,
    days: unused.length,
    confidence: unused.length < 14 ? "low" : share >= 0.8 ? "high" : "medium",
    how: `mean unused cost of a day × ${roundNumber(MONTH_DAYS, 4)} days: exchange, sell or renew less of it; the low saving is what stood unused on nine days of ten`,
  };
}

/**
 * What could cost less, by saving: pools and resources that stand idle or little used, and commitments that nothing uses.
 * Analysis only.
 *
 * @param use rows of measured use, days outside the window do not count
 * @param span complete days of the bill; the last 30 of them are looked at
 * @returns the recommendations, and names of the use that the bill does not have
 */
export function recommend(
  bill: Bill,
  use: readonly UseRow[],
  span: DaySpan,
): { recommendations: Recommendation[]; unmatched: string[] } {
  const decimals = minorDecimals(bill.currency);
  const window = { from: Math.max(span.from, span.to - USE_LIMITS.windowDays), to: span.to };
  const groups = new Map<string, UseRow[]>();
  for (const row of use) {
    const key = JSON.stringify([row.by, row.name]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const unmatched: string[] = [];
  const pools = [...groups.values()].map((rows) => {
    const [row] = rows;
    const resource = (row.by === "pool" ? bill.pools : bill.resources).get(row.name);
    if (!resource) {
      unmatched.push(row.name);
      return null;
    }
    const found = useOf(rows.filter(({ day }) => day === null || (day >= window.from && day < window.to)));
    return found && poolAdvice(row, found, resource, window, decimals);
  });
  const commitments = [...bill.commitments].map(([name, one]) => commitmentAdvice(name, one, window, decimals));
  const recommendations = [...pools, ...commitments].filter((one): one is Recommendation => one !== null);
  recommendations.sort((a, b) => b.saving_per_month - a.saving_per_month || (a.name < b.name ? -1 : 1));
  return { recommendations, unmatched };
}
