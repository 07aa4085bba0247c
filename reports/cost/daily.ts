import { isoUtc } from "../../src/core/index.js";
import type { CostFile } from "../../src/cost/index.js";
import type { Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { capital, dayAndMonth, listed, percent } from "../capacity-plan/words.js";
import type { Clock } from "../queues/clock.js";
import { useChart } from "../queues/use-chart.js";
import { unusedName } from "../unused-name.js";
import { amount, moneyColumn, nameWords } from "./words.js";

const DAY_SECONDS = 86_400;
const CLOCK: Clock = {
  dated: true,
  ms: (second) => 1000 * second,
  days: (second) => second / DAY_SECONDS,
  words: (second) => isoUtc(1000 * second),
};
/** Areas of a stack that the eye can tell apart; the others are one. */
const MOST_AREAS = 6;

const TITLES = Object.freeze({ team: "Daily cost by team", family: "Daily cost by GPU family" });

type Values = NonNullable<CostFile["daily"]["dimensions"]["team"]>;

function stacked(values: Values): { name: string; values: number[] }[] {
  const told = values.slice(0, MOST_AREAS);
  const rest = values.slice(MOST_AREAS);
  const names: string[] = [];
  const series = told.map(({ name, values: days }) => {
    const own = unusedName(nameWords(name), names);
    names.push(own);
    return { name: own, values: days };
  });
  if (rest.length === 0) return series;
  const sums = rest[0].values.map((_, i) => rest.reduce((sum, one) => sum + one.values[i], 0));
  return [...series, { name: unusedName("all others", names), values: sums }];
}

function chart(result: CostFile, dimension: keyof typeof TITLES): Cell[] {
  const values = result.daily.dimensions[dimension] ?? [];
  if (values.length < 2 || result.span.days < 2) return [];
  const series = stacked(values);
  const total = values.reduce((sum, one) => sum + one.total, 0);
  const words = values
    .slice(0, 4)
    .map(({ name, total: own }) => `${nameWords(name)} ${total > 0 ? percent(own / total) : amount(result, own)}`);
  const marks = result.changes.filter((change) => change.dimension === "total");
  return [
    {
      kind: "chart",
      id: `daily-${dimension}`,
      alt: `${TITLES[dimension]} from ${result.span.from} to before ${result.span.to}: ${listed(words)} of all.`,
      caption: `Cost of each UTC day, credits and corrections apart.${marks.length > 0 ? " Shaded: the first day of a new level of the total." : ""}`,
      spec: useChart({
        title: TITLES[dimension],
        clock: CLOCK,
        from: Date.parse(result.span.from) / 1000,
        step: DAY_SECONDS,
        series,
        yTitle: `Cost of a day (${result.currency})`,
        spans: marks.map(({ day, per_day }) => {
          const from = Date.parse(day) / 1000;
          return {
            from,
            to: from + DAY_SECONDS,
            label: `${per_day > 0 ? "+" : "−"}${amount(result, Math.abs(per_day))}`,
          };
        }),
      }),
    },
  ];
}

function conclusion(result: CostFile): string {
  const { total, days } = result.daily;
  const known = total.flatMap((value, i) => (value === null ? [] : [{ value, day: days[i] }]));
  const mean = known.reduce((sum, { value }) => sum + value, 0) / known.length;
  const most = known.reduce((a, b) => (b.value > a.value ? b : a));
  return `A day costs ${amount(result, mean)} on average; the dearest was ${dayAndMonth(most.day)} with ${amount(result, most.value)}.`;
}

/** Cost of all days by service and region. */
function breakdown({ daily, currency, span }: CostFile): Cell {
  const rows = (["service", "region"] as const).flatMap((dimension) => {
    const values = daily.dimensions[dimension] ?? [];
    const all = values.reduce((sum, { total }) => sum + total, 0);
    return values.map(({ name, total }) => ({
      what: capital(dimension),
      name: nameWords(name),
      cost: total,
      part: all > 0 ? shareValue(total / all) : null,
    }));
  });
  return {
    kind: "table",
    id: "daily-breakdown",
    caption: `Cost of all ${span.days} days by service and by region.`,
    columns: [
      { name: "what", label: "By", format: "text" },
      { name: "name", label: "Name", format: "text" },
      moneyColumn("cost", "Cost", currency),
      { name: "part", label: "Share", format: "percent" },
    ],
    rows,
  };
}

/** Daily cost, stacked by who and what. */
export function dailySection(result: CostFile): Cell[] {
  return [
    heading("daily", "What does a day cost?", conclusion(result)),
    ...(["team", "family"] as const).flatMap((dimension) => chart(result, dimension)),
    breakdown(result),
  ];
}
