import type { SloFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listed } from "../capacity-plan/words.js";
import { durationWords } from "../queues/duration.js";
import { burnChart } from "./burn-chart.js";
import { burnWords, minuteWords } from "./words.js";

/** Alerts that a chart shades. */
const MOST_SPANS = 300;

function conclusion({ burn }: SloFile): string {
  const { "1h": hour, "3d": days } = burn;
  const peak =
    hour.maxAt === null
      ? "Nothing was burnt."
      : `An hour burnt at most ${burnWords(hour.max)} times what keeps the budget, at ${minuteWords(hour.maxAt)}.`;
  return `${peak} At the end the rate is ${burnWords(hour.last)} over an hour and ${burnWords(days.last)} over three days; 1 uses the budget up in exactly a window.`;
}

function chartCell(result: SloFile, { rule, long, short, threshold, budgetShare }: SloFile["rules"][number]): Cell {
  const { points, episodes, bucketSeconds } = result;
  const bucket = (bucketSeconds ?? 0) * 1000;
  const alerts = episodes.filter((one) => one.rule === rule && !one.suppressed);
  const shown = [...alerts].sort((a, b) => b.rows - a.rows).slice(0, MOST_SPANS);
  const step =
    points.rowsPerPoint > 1
      ? ` Each point is the highest of ${durationWords((points.rowsPerPoint * bucket) / 1000)}.`
      : "";
  const left = alerts.length - shown.length;
  return {
    kind: "chart",
    id: `burn-${rule}`,
    alt: `Burn rates over ${long} and ${short} with the threshold ${burnWords(threshold)} of ${rule}: ${listed([
      `at most ${burnWords(result.burn[long].max)}`,
      `${burnWords(result.burn[long].last)} at the end over ${long}`,
      counted(alerts.length, "alert"),
    ])}.`,
    caption: `Fires while both are above ${burnWords(threshold)}: then ${Math.round(100 * budgetShare)}\u00a0% of the budget is gone after ${long}. Red: alerts.${step}${left > 0 ? ` The ${left} shortest are not drawn.` : ""}`,
    spec: burnChart({
      title: `Burn rates over ${long} and ${short} (${rule})`,
      time: points.time.map((time) => Date.parse(time)),
      series: [
        { name: long, value: points.burn[long] },
        { name: short, value: points.burn[short] },
      ],
      threshold,
      spans: shown.map(({ start, end }) => ({ from: Date.parse(start), to: Date.parse(end) + bucket })),
    }),
  };
}

/** Burn rates over time, a chart for each rule. */
export function burnSection(result: SloFile): Cell[] {
  if (result.points.time.length < 2) return [];
  return [
    heading("burn", "How fast did it burn, and when was that too fast?", conclusion(result)),
    ...result.rules.map((rule) => chartCell(result, rule)),
  ];
}
