import type { CostFile } from "../../src/cost/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, percent } from "../capacity-plan/words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { amount, moneyColumn } from "./words.js";

function qualityWords(result: CostFile): string {
  const { source, untagged, span } = result;
  const format = source.format === "focus" ? `FOCUS ${source.version}` : "an AWS Cost and Usage Report";
  const share = untagged.share === null ? "" : ` (${percent(untagged.share)} of the cost)`;
  return `${counted(source.rows, "row")} of ${format}, ${figure(source.rejected)} rejected, ${figure(source.duplicates)} left out as duplicates; ${amount(result, untagged.cost)}${share} of use belongs to no team; ${counted(span.empty_days, "day")} without a charge.`;
}

function forecastWords({ forecast }: CostFile): string {
  const { backtest, level_from: level } = forecast;
  if (!backtest || !level) return "";
  const tested =
    backtest.typical_miss === null
      ? "the history is too short to test it on earlier days"
      : `from ${counted(backtest.origins, "earlier day")} the same forecast missed by ${percent(backtest.typical_miss)} (median), and its interval is ${figure(Number(backtest.widened.toPrecision(3)))} times as wide as the model alone would say`;
  return `The forecast sums sample paths of daily cost since ${level}, the beginning of the present level; ${tested}.`;
}

function rejectedTable({ source }: CostFile): Cell[] {
  const rows = source.rejected_rows;
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      id: "rejected",
      caption: `Rows that could not be used.${leftOutWords(source.rejected)}`,
      columns: [
        { name: "file", label: "File", format: "text" },
        { name: "line", label: "Line", format: "integer" },
        { name: "field", label: "Field", format: "text" },
        { name: "reason", label: "Reason", format: "text" },
      ],
      rows: rows.slice(0, MOST_ROWS),
    },
  ];
}

function categoryTable({ bill, currency }: CostFile): Cell {
  return {
    kind: "table",
    id: "categories",
    caption: "The whole bill by category, all its days.",
    columns: [
      { name: "category", label: "Category", format: "text" },
      moneyColumn("billed", "Invoiced (BilledCost)", currency),
      moneyColumn("effective", "Amortised (EffectiveCost)", currency),
    ],
    rows: [...bill.by_category, { category: "all", billed: bill.billed, effective: bill.effective }].map((one) => ({
      category: one.category,
      ...{ billed: Number(one.billed), effective: Number(one.effective) },
    })),
  };
}

/** How good the data are, and how the figures came about. */
export function methodSection(result: CostFile): Cell[] {
  const basis =
    result.basis === "effective"
      ? "Days, budgets, forecast and changes count EffectiveCost, so that what a commitment covers has its price; the showback starts from it and adds up to BilledCost."
      : "Days, budgets, forecast and changes count BilledCost; the showback starts from EffectiveCost and adds up to BilledCost.";
  return [
    heading("method", "How good are the data?", qualityWords(result)),
    categoryTable(result),
    ...rejectedTable(result),
    ...bullets("method-words", [
      basis,
      "Days are UTC. A charge of several days is spread over them by time, to the last of 18 decimals; amounts are added as whole numbers, never as binary fractions.",
      "Credits and corrections of past invoices are kept out of daily cost, budgets and forecast; they are part of the bill and of the showback.",
      forecastWords(result),
      "Changes: the change-point search of fleetlens with a week's season, at a false discovery rate of 5 % over all series; smaller ones than 0.5 % of a mean day are not told.",
    ]),
  ];
}
