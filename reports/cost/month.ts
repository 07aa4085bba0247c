import type { CostBudget, CostFile } from "../../src/cost/index.js";
import type { Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { capital, counted, listed, percent } from "../capacity-plan/words.js";
import { type IntervalRow, type IntervalVerdict, intervalChart } from "../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { amount, moneyColumn, placeWords } from "./words.js";

const STATUS: Readonly<Record<CostBudget["status"], IntervalVerdict>> = Object.freeze({
  over: "over",
  "likely-over": "likely over",
  "at-risk": "at risk",
  within: "within",
  unknown: "unknown",
});

/** Most lines of a chart; more cannot be read. */
const MOST_LINES = 30;

function conclusion({ budgets }: CostFile): string {
  const bad = budgets.filter(({ status }) => status === "over" || status === "likely-over");
  const risky = budgets.filter(({ status }) => status === "at-risk");
  if (bad.length === 0 && risky.length === 0) return `All ${counted(budgets.length, "budget")} are likely to hold.`;
  const worst = [...bad, ...risky].map(({ dimension, name }) => placeWords(dimension, name));
  return `${bad.length} of ${counted(budgets.length, "budget")} ${bad.length === 1 ? "is" : "are"} passed or likely to be${risky.length > 0 ? `, ${risky.length} at risk` : ""}: ${listed(worst.slice(0, 6))}.`;
}

function chart(budgets: readonly CostBudget[]): Cell[] {
  const known = budgets.filter(({ month_end }) => month_end !== null).slice(0, MOST_LINES);
  if (known.length === 0) return [];
  const share = (value: number | undefined, budget: number) => (value === undefined ? null : (100 * value) / budget);
  const rows = known.map(
    ({ dimension, name, budget, month_end: end, status }): IntervalRow => ({
      name: capital(placeWords(dimension, name)),
      value: share(end?.mean, budget),
      ...{ lower: share(end?.lo_80, budget), upper: share(end?.hi_80, budget), verdict: STATUS[status] },
    }),
  );
  const words = rows.slice(0, 5).map(({ name, value }) => `${name} ${Math.round(value ?? 0)} %`);
  return [
    {
      kind: "chart",
      id: "budget-shares",
      alt: `Expected month end as a share of the budget: ${listed(words)}${rows.length > 5 ? "; the others are in the table" : ""}.`,
      caption: "Expected month end and its 80 % interval, each as a share of its budget.",
      spec: intervalChart({
        title: "Month end against budget",
        rows,
        rules: [{ value: 100, label: "budget" }],
        xTitle: "Of the budget",
        unit: "%",
      }),
    },
  ];
}

function endColumns(currency: string) {
  return [
    moneyColumn("spent", "Month to date", currency),
    moneyColumn("end", "Month end, expected", currency),
    moneyColumn("lo", "80 % from", currency),
    moneyColumn("hi", "80 % to", currency),
  ];
}

function budgetTable({ budgets, currency }: CostFile): Cell {
  return {
    kind: "table",
    id: "budgets-table",
    caption: `Monthly budgets.${leftOutWords(budgets.length)}`,
    columns: [
      { name: "what", label: "Budget of", format: "text" },
      moneyColumn("budget", "Budget", currency),
      ...endColumns(currency),
      { name: "over", label: "Chance to pass it", format: "percent" },
      { name: "status", label: "Status", format: "text" },
    ],
    rows: budgets.slice(0, MOST_ROWS).map((one) => ({
      what: capital(placeWords(one.dimension, one.name)),
      ...{ budget: one.budget, spent: one.month_to_date, end: one.month_end?.mean ?? null },
      ...{ lo: one.month_end?.lo_80 ?? null, hi: one.month_end?.hi_80 ?? null },
      over: shareValue(one.p_over),
      status: STATUS[one.status],
    })),
  };
}

function teamTable({ teams, currency }: CostFile): Cell[] {
  if (teams.length === 0) return [];
  return [
    {
      kind: "table",
      id: "month-teams",
      caption:
        "The month by team, before shared cost and credits. Each interval is of the team alone: they do not add up.",
      columns: [{ name: "team", label: "Team", format: "text" }, ...endColumns(currency)],
      rows: teams.map((one) => ({
        team: placeWords("team", one.name).replace(/^team /, ""),
        ...{ spent: one.month_to_date, end: one.month_end?.mean ?? null },
        ...{ lo: one.month_end?.lo_80 ?? null, hi: one.month_end?.hi_80 ?? null },
      })),
    },
  ];
}

function withoutBudgets(result: CostFile): string {
  const { mean } = result.forecast.month_end ?? { mean: null };
  const [first] = result.teams;
  if (!first || mean === null || mean <= 0 || !first.month_end) return "No budget was given (--budget).";
  return `No budget was given (--budget). ${capital(placeWords("team", first.name))} is expected to take ${percent(first.month_end.mean / mean)} of the ${amount(result, mean)}.`;
}

/** Each budget against the forecast of the month's end, and the month by team. */
export function monthSection(result: CostFile): Cell[] {
  const { budgets } = result;
  return [
    heading("month", "Do the budgets hold?", budgets.length > 0 ? conclusion(result) : withoutBudgets(result)),
    ...chart(budgets),
    ...(budgets.length > 0 ? [budgetTable(result)] : []),
    ...teamTable(result),
  ];
}
