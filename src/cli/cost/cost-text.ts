import { toCoin } from "../../../reports/cost/words.js";
import type { CostFile } from "../../cost/index.js";

/** The result in a few lines. */
export function costText(result: CostFile, out: string): string {
  const { currency, month, month_to_date: toDate, forecast, budgets, changes, recommendations, showback } = result;
  const money = (value: number) => `${toCoin(result, value)} ${currency}`;
  const end = forecast.month_end;
  const ahead = end
    ? `${forecast.status === "complete" ? "complete" : `month end ${money(end.mean)} (80 %: ${money(end.lo_80)} to ${money(end.hi_80)})`}`
    : `no forecast: ${forecast.reason}`;
  const saving = recommendations.reduce((sum, one) => sum + one.saving_per_month, 0);
  const last = showback.months.at(-1);
  return [
    `${month}: ${money(toDate.cost)} in ${toDate.days} of ${toDate.days_in_month} days; ${ahead}`,
    ...budgets.map(
      ({ dimension, name, budget, status, p_over }) =>
        `budget of ${name ?? "the total"}${name === null ? "" : ` (${dimension})`}: ${money(budget)}, ${status}${p_over === null ? "" : `, ${Math.round(100 * p_over)} % likely to be passed`}`,
    ),
    `changes of the daily cost: ${changes.filter(({ dimension }) => dimension === "total").length} of the total, ${changes.length} in all`,
    `recommendations: ${recommendations.length}, which save ${money(saving)} a month`,
    ...(last ? [`showback of ${last.month}: ${last.rows.length} rows add up to the bill of ${money(last.bill)}`] : []),
    `-> ${out}`,
  ].join("\n");
}
