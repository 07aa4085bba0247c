import type { CostFile } from "../../src/cost/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, dayAndMonth, figure, perCent, percent } from "../capacity-plan/words.js";
import { warningCells } from "../warning-cells.js";
import { amount, placeWords } from "./words.js";

function endWords(result: CostFile): string {
  const { forecast, month_to_date: toDate, month } = result;
  const spent = `${amount(result, toDate.cost)} in ${toDate.days} of ${toDate.days_in_month} days`;
  if (!forecast.month_end) return `${month} cost ${spent}; ${forecast.reason ?? "there is no forecast"}.`;
  if (forecast.status === "complete") return `${month} cost ${amount(result, toDate.cost)}.`;
  const { mean, lo_80, hi_80 } = forecast.month_end;
  return `${month} will end at ${amount(result, mean)} (${perCent(80)} interval ${amount(result, lo_80)} to ${amount(result, hi_80)}): ${spent} so far.`;
}

function budgetWords(result: CostFile): string {
  const total = result.budgets.find(({ dimension }) => dimension === "total");
  if (!total) return "";
  const budget = amount(result, total.budget);
  if (total.status === "over") return `The budget of ${budget} is passed already.`;
  if (total.p_over === null) return `${percent(total.used_share)} of the budget of ${budget} is spent.`;
  const odds =
    total.p_over === 0 ? "is not likely to be passed" : `is passed with a probability of ${percent(total.p_over)}`;
  return `The budget of ${budget} ${odds}.`;
}

function overWords({ budgets }: CostFile): string[] {
  const named = budgets.filter(({ dimension }) => dimension !== "total");
  const words = (status: string, text: string) => {
    const places = named.filter((one) => one.status === status).map((one) => placeWords(one.dimension, one.name));
    return places.length > 0 ? `${text}: ${places.join(", ")}.` : "";
  };
  return [
    words("over", "Already over budget"),
    words("likely-over", "Likely to end over budget"),
    words("at-risk", `At risk (more than ${perCent(20)})`),
  ];
}

function changeWords(result: CostFile): string {
  const [change] = result.changes;
  if (!change) return "";
  const team = change.drivers.find(({ dimension }) => dimension === "team");
  const by = team ? `, most of it by ${placeWords("team", team.name)}` : "";
  return `The largest change of the daily cost: ${placeWords(change.dimension, change.name)} ${change.per_day > 0 ? "rose" : "fell"} by ${amount(result, Math.abs(change.per_day))} a day on ${dayAndMonth(change.day)}${by}.`;
}

function savingWords(result: CostFile): string {
  const { recommendations } = result;
  if (recommendations.length === 0) return "";
  const saving = recommendations.reduce((sum, one) => sum + one.saving_per_month, 0);
  const sure = recommendations.reduce((sum, one) => sum + one.saving_low, 0);
  return `${counted(recommendations.length, "recommendation")} would save ${amount(result, saving)} a month, ${amount(result, sure)} of it even if nothing else takes over what commitments cover. fleetlens changes nothing by itself.`;
}

function tiles(result: CostFile): Metric[] {
  const { forecast, currency, month_to_date: toDate, recommendations } = result;
  const total = result.budgets.find(({ dimension }) => dimension === "total");
  const saving = recommendations.reduce((sum, one) => sum + one.saving_per_month, 0);
  const end = forecast.month_end;
  // Text: four digits would not tell the month's end from its budget.
  const tile = (label: string, value: number) => ({ label, value: figure(Math.round(value)), unit: currency });
  return [
    tile("Month to date", toDate.cost),
    end ? tile("Month end, expected", end.mean) : { label: "Month end, expected", value: null, unit: currency },
    total ? tile("Budget", total.budget) : tile("Credits so far", toDate.credits),
    tile("Could be saved a month", saving),
  ];
}

/** Where the month ends against its budget, what changed, and what could be saved. */
export function verdictSection(result: CostFile): Cell[] {
  return [
    heading("verdict", "Where will the month end?", `${endWords(result)} ${budgetWords(result)}`.trim()),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", [...overWords(result), changeWords(result), savingWords(result)]),
    ...warningCells(result.warnings),
  ];
}
