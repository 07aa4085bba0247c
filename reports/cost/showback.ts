import { type CostFile, type MonthShowback, minorDecimals } from "../../src/cost/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { counted, listed, percent, sentence } from "../capacity-plan/words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { amount, moneyColumn, nameWords, toCoin } from "./words.js";

const MOST_BARS = 15;

function isTeam({ team }: { team: string }): boolean {
  return !team.startsWith("_");
}

/** Sum of the rows in the currency's smallest coins, which binary fractions would blur. */
function rowsSum({ currency }: CostFile, { rows }: MonthShowback): number {
  const coins = 10 ** minorDecimals(currency);
  return rows.reduce((sum, { total }) => sum + Math.round(coins * total), 0) / coins;
}

function conclusion(result: CostFile, last: MonthShowback): string {
  const teams = last.rows.filter(isTeam);
  const [first] = teams;
  const untagged = last.rows.find(({ team }) => team === "_untagged");
  const most =
    first && last.bill > 0 ? `; ${nameWords(first.team)} takes most, ${percent(first.total / last.bill)}` : "";
  const none = untagged && untagged.total > 0 ? ` ${amount(result, untagged.total)} belong to no team.` : "";
  return `The bill of ${last.month}, ${amount(result, last.bill)}, is shared out to ${counted(teams.length, "team")}${most}.${none}`;
}

function reconciliation(result: CostFile): Cell {
  const { months } = result.showback;
  const apart = months.filter((month) => month.difference !== "0" || rowsSum(result, month) !== month.bill);
  if (apart.length > 0) {
    const message = `The rows of ${listed(apart.map(({ month }) => month))} do not add up to the bill: do not charge by them.`;
    return { kind: "warning", id: "showback-difference", severity: "error", message };
  }
  const told = months.map(
    (month) => `${month.month}: rows ${toCoin(result, rowsSum(result, month))} = bill ${toCoin(result, month.bill)}`,
  );
  const shown = told.slice(-6);
  return paragraph(
    "showback-reconciliation",
    `Reconciled with BilledCost to the smallest coin. ${shown.join("; ")} ${result.currency}.`,
  );
}

function bars(result: CostFile, last: MonthShowback): Cell[] {
  const teams = last.rows.filter((row) => isTeam(row) || row.team === "_untagged").slice(0, MOST_BARS);
  if (teams.length < 2) return [];
  const words = teams.slice(0, 4).map(({ team, total }) => `${nameWords(team)} ${amount(result, total)}`);
  return [
    {
      kind: "chart",
      id: "showback-teams",
      alt: `What each team pays for ${last.month}: ${listed(words)}${teams.length > 4 ? "; the others pay less" : ""}.`,
      caption: "Own cost of a team, and its part of what is everybody's: taxes, support and unused commitments.",
      spec: barChart({
        title: `Who pays for ${last.month}`,
        categories: teams.map(({ team }) => nameWords(team)),
        categoryTitle: "Team",
        series: [
          { name: "own", value: teams.map(({ direct }) => direct) },
          { name: "shared", value: teams.map(({ shared }) => shared) },
        ],
        stacked: true,
        horizontal: true,
        yTitle: "Cost",
        unit: result.currency,
      }),
    },
  ];
}

function table(result: CostFile, month: MonthShowback, i: number): Cell {
  const money = (name: string, label: string) => moneyColumn(name, label, result.currency);
  return {
    kind: "table",
    id: `showback-table-${i + 1}`,
    caption: `${month.month}: all rows add up to the bill of ${toCoin(result, month.bill)} ${result.currency}; shown in whole ${result.currency}, the files have every coin.${leftOutWords(month.rows.length)}`,
    columns: [
      { name: "team", label: "Team", format: "text" },
      ...[money("direct", "Own cost"), money("shared", "Shared"), money("credits", "Credits")],
      ...[money("prepaid", "Paid for other months"), money("total", "In all")],
      { name: "part", label: "Of the bill", format: "percent" },
    ],
    rows: month.rows.slice(0, MOST_ROWS).map(({ team, direct, shared, credits, prepaid, total }) => ({
      team: nameWords(team),
      ...{ direct, shared, credits, prepaid, total },
      part: month.bill > 0 ? shareValue(total / month.bill) : null,
    })),
  };
}

/** Months shown; older ones stand in the result's file. */
const MOST_MONTHS = 2;

/** Who pays what of the last invoices, by which rule, and that it adds up. */
export function showbackSection(result: CostFile): Cell[] {
  const { months, rule } = result.showback;
  const last = months[months.length - 1];
  if (!last) return [];
  return [
    heading("showback", "Who pays?", conclusion(result, last)),
    ...bars(result, last),
    ...months
      .slice(-MOST_MONTHS)
      .reverse()
      .map((month, i) => table(result, month, i)),
    reconciliation(result),
    paragraph(
      "showback-rule",
      `Rule ${rule["name"]}. Own cost: ${sentence(rule["direct"])} Shared: ${sentence(rule["shared"])} Credits: ${sentence(rule["credits"])} Paid for other months: ${sentence(rule["prepaid"])} Rounding: ${sentence(rule["rounding"])}`,
    ),
  ];
}
