import type { Demand } from "../../src/forecast/index.js";
import { barChart, type Cell, type TableColumn } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { dayAndMonth, figure, listed, perCent } from "../capacity-plan/words.js";
import { type DemandRow, demandWords, levelsOf, unitName, weeksOf } from "./levels.js";
import { weekWords } from "./week-words.js";

/** Columns of weeks, for a table whose rows are made by {@link weekValues}; amounts are all in one unit. */
export function weekColumns(result: Demand, rows: readonly DemandRow[]): TableColumn[] {
  const known = rows.some(({ capacity }) => capacity !== undefined);
  return [
    { name: "week", label: "Week from", format: "text" },
    { name: "mean", label: "Demand", format: "integer" },
    ...levelsOf(result).flatMap((level) => [
      { name: `lo_${level}`, label: `${perCent(level)} from`, format: "integer" },
      { name: `hi_${level}`, label: `${perCent(level)} to`, format: "integer" },
    ]),
    ...(known
      ? [
          { name: "capacity", label: "Capacity", format: "integer" },
          { name: "short", label: "Shortfall", format: "integer" },
          { name: "over", label: "P(full)", format: "percent" },
        ]
      : []),
  ];
}

/** What the columns of {@link weekColumns} mean. */
export function weekCaption(result: Demand): string {
  return `In ${unitName(result)}; demand and shortfall are means of the futures. P(full): share of the futures in which some queue wants more than its capacity in some hour of the week.`;
}

/** A week as a row of a table. */
export function weekValues(result: Demand, row: DemandRow): Record<string, string | number | null> {
  const bounds = levelsOf(result).flatMap((level) =>
    ["lo", "hi"].map((side) => [`${side}_${level}`, Number(row[`${side}_${level}`])] as const),
  );
  return {
    week: `${row.week}: ${dayAndMonth(row.start.slice(0, 10))}`.replaceAll(" ", "\u00a0"),
    mean: row.mean,
    ...Object.fromEntries(bounds),
    capacity: row.capacity ?? null,
    short: row.shortfall_mean ?? null,
    over: shareValue(row.p_over_capacity ?? null),
  };
}

/** The capacity where it is the same in all weeks. */
function commonCapacity(rows: readonly DemandRow[]): number | null {
  const [{ capacity }] = rows;
  return capacity !== undefined && rows.every((row) => row.capacity === capacity) ? capacity : null;
}

/** Demand of all queues together, by week. */
export function weeksSection(result: Demand): Cell[] {
  const rows = weeksOf(result);
  const level = levelsOf(result).at(-1);
  const capacity = commonCapacity(rows);
  const words = rows.map((row) => `week ${row.week} ${figure(row.mean)}`);
  const [least, most] = [...rows]
    .sort((a, b) => a.mean - b.mean)
    .filter((_, i, all) => i === 0 || i === all.length - 1);
  const conclusion =
    most === undefined
      ? `${demandWords(result, least)}.`
      : `From ${figure(least.mean)} in ${weekWords(least)} to ${demandWords(result, most)} in ${weekWords(most)}.`;
  const bounds = (side: "lo" | "hi") =>
    level === undefined ? undefined : rows.map((row) => Number(row[`${side}_${level}`]));
  return [
    heading("weeks", "How much, week by week?", conclusion),
    {
      kind: "chart",
      id: "weeks-total",
      alt: `Demand of all queues by week in ${unitName(result)}: ${listed(words)}${capacity === null ? "" : `; capacity ${figure(capacity)}`}.`,
      caption:
        "Demand of all queues together, mean of the futures." +
        (level === undefined ? "" : ` Lines span the ${perCent(level)} interval.`) +
        (capacity === null
          ? ""
          : " Dashed: the capacity of all queues; what one queue leaves free another may not use."),
      spec: barChart({
        title: "Demand by week",
        categories: rows.map(({ week }) => `week ${week}`),
        series: [{ name: "demand", value: rows.map(({ mean }) => mean), lo: bounds("lo"), hi: bounds("hi") }],
        horizontal: true,
        categoryTitle: "Week",
        yTitle: "Demand",
        unit: unitName(result),
        rules: capacity === null ? [] : [{ value: capacity, label: "capacity" }],
      }),
    },
    {
      kind: "table",
      id: "weeks-table",
      caption: weekCaption(result),
      columns: weekColumns(result, rows),
      rows: rows.map((row) => weekValues(result, row)),
    },
  ];
}
