import type { IncidentsFile } from "../../src/incident/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, dayAndMonth, figure, listed } from "../capacity-plan/words.js";
import { durationWords } from "../queues/duration.js";
import { groupTable, namedGroups } from "./groups.js";
import { timesChart } from "./times-chart.js";

/** Months of a chart: three years. */
const MOST_MONTHS = 36;

/** Whether it gets better: incidents and mean times by month. */
export function monthsSection({ byMonth, to }: IncidentsFile): Cell[] {
  const all = namedGroups(byMonth);
  if (all.length < 2) return [];
  const shown = all.slice(-MOST_MONTHS);
  const last = shown[shown.length - 1];
  const before = shown.slice(0, -1);
  const usual = before.reduce((sum, { group }) => sum + group.n, 0) / before.length;
  const upTo = to?.startsWith(last.name) ? ` (the data end on ${dayAndMonth(to.slice(0, 10))})` : "";
  const most = shown.reduce((a, b) => (b.group.n > a.group.n ? b : a));
  return [
    heading(
      "months",
      "Is it getting better?",
      `${counted(last.group.n, "incident")} began in ${last.name}${upTo}, against ${figure(Number(usual.toPrecision(2)))} a month before; mean time to repair ${durationWords(last.group.mttrSeconds)}.`,
    ),
    {
      kind: "chart",
      id: "months-count",
      alt: `Incidents by month: ${listed(shown.slice(-6).map(({ name, group }) => `${name} ${figure(group.n)}`))}; most in ${most.name}, ${figure(most.group.n)}.`,
      caption: `By the UTC month in which they began; months without any are left out.${all.length > shown.length ? ` The last ${MOST_MONTHS} of ${all.length} months.` : ""}`,
      spec: barChart({
        title: "Incidents by month",
        categories: shown.map(({ name }) => name),
        categoryTitle: "Month",
        series: [{ name: "incidents", value: shown.map(({ group }) => group.n) }],
        horizontal: true,
        yTitle: "Incidents",
      }),
    },
    {
      kind: "chart",
      id: "months-times",
      alt: `Mean times to detect, acknowledge and repair in ${counted(shown.length, "month")}. To repair: ${listed(shown.slice(-4).map(({ name, group }) => `${name} ${durationWords(group.mttrSeconds)}`))}.`,
      caption: "To detect and to repair from the start, to acknowledge from the detection.",
      spec: timesChart("Mean times by month", "Month", shown),
    },
    groupTable("months-table", "Month", all),
  ];
}
