import type { ServiceFile } from "../../../src/experiment/index.js";
import { barChart, type Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure, listed } from "../../capacity-plan/words.js";
import { cell, shareWords } from "../../estimate-words.js";
import { durationWords } from "../../queues/duration.js";
import { leftOutWords, MOST_ROWS } from "../../row-limit.js";
import { burnWords, minuteCell, targetWords } from "../../slo/words.js";

type Budget = NonNullable<ServiceFile["budget"]>;
type WindowName = keyof Budget["burn"];

function conclusion({ target, window_seconds, remaining, bad, total, alerts, ongoing }: Budget): string {
  const left =
    remaining > 0
      ? `${shareWords(remaining)} of the error budget of ${durationWords(window_seconds)} is left`
      : `The error budget of ${durationWords(window_seconds)} is used up`;
  const fires =
    ongoing.length > 0 ? `, of which ${listed(ongoing)} still ${ongoing.length === 1 ? "fires" : "fire"}` : "";
  return `${left}, at a target of ${targetWords(target)}: ${figure(bad)} of ${figure(total)} requests were bad. ${counted(alerts.length, "alert")}${fires}.`;
}

/** Error budget, burn rates by window, and the alerts. */
export function budgetSection({ budget }: ServiceFile): Cell[] {
  if (budget === null) return [];
  const { burn, alerts, ongoing } = budget;
  const windows = Object.keys(burn) as WindowName[];
  const words = windows.map((name) => `${name} ${burnWords(burn[name].last)}`);
  const later = [...alerts].sort((a, b) => (a.start < b.start ? 1 : -1));
  return [
    heading("budget", "How much error budget is left?", conclusion(budget)),
    {
      kind: "chart",
      id: "budget-burn",
      alt: `Burn rates at the end by window: ${listed(words)}.`,
      caption: "At 1 the budget lasts exactly as long as its window.",
      spec: barChart({
        title: "Burn rate at the end, by window",
        categories: windows,
        series: [{ name: "burn rate", value: windows.map((name) => burn[name].last) }],
        horizontal: true,
        rules: [{ value: 1, label: "lasts" }],
        yTitle: "Burn rate",
        categoryTitle: "Window",
      }),
    },
    {
      kind: "table",
      id: "budget-windows",
      columns: [
        { name: "window", label: "Window", format: "text" },
        { name: "last", label: "Burn rate at the end" },
        { name: "max", label: "Highest" },
        { name: "at", label: "At (UTC)", format: "text" },
      ],
      rows: windows.map((name) => ({
        window: name,
        last: cell(burn[name].last),
        max: cell(burn[name].max),
        at: burn[name].maxAt === null ? null : minuteCell(burn[name].maxAt),
      })),
    },
    ...(later.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            id: "budget-alerts",
            caption: `Alerts of the multiwindow rules, the latest first${ongoing.length > 0 ? "; the last of a rule that still fires goes on" : ""}.${leftOutWords(later.length)}`,
            columns: [
              { name: "rule", label: "Rule", format: "text" },
              { name: "from", label: "From (UTC)", format: "text" },
              { name: "to", label: "To (UTC)", format: "text" },
            ],
            rows: later.slice(0, MOST_ROWS).map(({ rule, start, end }) => ({
              rule,
              from: minuteCell(start),
              to: minuteCell(end),
            })),
          },
        ]),
  ];
}
