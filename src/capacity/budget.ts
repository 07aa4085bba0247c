import { HOUR_MS, nextMonth, parseMonth } from "../core/time.js";
import { estimate } from "./estimate.js";
import type { PlanContext } from "./plan-context.js";
import { COST_OPTIONS, type CostPaths } from "./purchase-costs.js";
import type { Budget } from "./result-buying.js";
import { roundMoney } from "./rounding.js";

/** Hours `[from, to)` of the horizon that lie in the plan's month, and the length of that month in hours. */
export function budgetWindow(context: PlanContext, month: string): { from: number; to: number; monthHours: number } {
  const first = parseMonth(month, context.plan.time_zone);
  const end = nextMonth(first, context.plan.time_zone);
  const hourAt = (ms: number) => Math.min(context.horizon, Math.max(0, Math.ceil((ms - context.start) / HOUR_MS)));
  return { from: hourAt(first), to: hourAt(end), monthHours: Math.round((end - first) / HOUR_MS) };
}

/**
 * Cost of the month against its budget. Where the horizon covers only a part of the month, the budget is taken in
 * proportion to the hours covered.
 *
 * @param costs of the hours in the window
 */
export function budgetPosition(
  context: PlanContext,
  month: string,
  window: { from: number; to: number; monthHours: number },
  costs: CostPaths,
): Budget | null {
  const { budget } = context.plan;
  const covered = window.to - window.from;
  if (!budget || covered === 0) return null;
  const comparable = (budget.month * covered) / window.monthHours;
  return {
    month,
    currency: budget.currency,
    budget: budget.month,
    coveredHours: covered,
    monthHours: window.monthHours,
    comparable: roundMoney(comparable),
    options: COST_OPTIONS.map((option) => {
      const paths = costs[option];
      const over = paths.reduce((count, cost) => count + (cost > comparable ? 1 : 0), 0);
      return {
        option,
        cost: estimate(paths, context.levels, roundMoney),
        pOverBudget: over / paths.length,
        position: estimate(
          paths.map((cost) => comparable - cost),
          context.levels,
          roundMoney,
        ),
      };
    }),
  };
}
