import type { Buying, CapacityPlan, PurchaseOption } from "../../src/capacity/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { estimateColumns, estimateValues, shareValue } from "./estimates.js";
import { absentSection, paragraph } from "./section.js";
import { counted, figure, listed, perCent, percent } from "./words.js";

const OPTIONS: readonly (readonly [PurchaseOption, string])[] = Object.freeze([
  ["on_demand", "all on demand"],
  ["today", "as today"],
  ["recommended", "recommended"],
]);

/** What each way to pay costs: bars with intervals, and a table. */
export function costCells(plan: CapacityPlan, buying: Buying): Cell[] {
  const level = plan.levels[0];
  const estimates = OPTIONS.map(([option]) => buying.costs[option]);
  const budget = plan.budget?.options ?? [];
  const over = (option: PurchaseOption) => budget.find((one) => one.option === option)?.pOverBudget ?? null;
  const words = OPTIONS.map(([, name], i) => `${name} ${figure(estimates[i].mean)} ${buying.currency}`);
  return [
    {
      kind: "chart",
      id: "buying-costs",
      alt: `Expected cost of the horizon: ${listed(words)}. Lines show the ${perCent(level)} interval.`,
      caption: `Expected cost of serving the demand in full over the horizon; lines span the ${perCent(level)} interval.`,
      spec: barChart({
        categories: OPTIONS.map(([, name]) => name),
        series: [
          {
            name: "cost",
            value: estimates.map((estimate) => estimate.mean),
            lo: estimates.map((estimate) => estimate[`lo_${level}`]),
            hi: estimates.map((estimate) => estimate[`hi_${level}`]),
          },
        ],
        horizontal: true,
        yTitle: "Cost",
        unit: buying.currency,
      }),
    },
    {
      kind: "table",
      id: "buying-options",
      columns: [
        { name: "option", label: "Way to pay", format: "text" },
        ...estimateColumns("cost", plan.levels, { label: "Cost", unit: buying.currency, format: "integer" }),
        ...(plan.budget ? [{ name: "over", label: "P(over budget)", format: "percent" }] : []),
      ],
      rows: OPTIONS.map(([option, name], i) => ({
        option: name,
        ...estimateValues("cost", plan.levels, estimates[i]),
        ...(plan.budget ? { over: shareValue(over(option)) } : {}),
      })),
    },
  ];
}

/** Where the recommended way stands against the budget, or why that is not known. */
export function budgetCells(plan: CapacityPlan): Cell[] {
  const { budget } = plan;
  if (!budget)
    return absentSection(plan, "budget", "budget", "Budget").map((cell) => ({ ...cell, id: "buying-budget" }));
  const recommended = budget.options.find((option) => option.option === "recommended");
  if (!recommended) return [];
  const { position, pOverBudget } = recommended;
  const verdict = position.mean < 0 ? "over" : "below";
  const cover =
    budget.coveredHours < budget.monthHours
      ? ` (its share for the ${counted(budget.coveredHours, "hour")} of ${budget.monthHours} that the horizon covers)`
      : "";
  return [
    paragraph(
      "buying-budget",
      `Budget of ${budget.month}: ${figure(budget.comparable)} ${budget.currency}${cover}. The recommended way ends ` +
        `${figure(Math.abs(position.mean))} ${budget.currency} ${verdict} it on average and exceeds it in ${percent(pOverBudget)} of the futures.`,
    ),
  ];
}
