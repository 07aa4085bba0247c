import type { SloFile } from "../../src/incident/index.js";
import { type Cell, stepChart } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { perCent, percent } from "../capacity-plan/words.js";
import { durationWords } from "../queues/duration.js";
import { minuteWords } from "./words.js";

function conclusion({ outlook, windowSeconds }: SloFile & { outlook: NonNullable<SloFile["outlook"]> }): string {
  const { complete, from, remaining, exhaustedSince } = outlook;
  const window = durationWords(windowSeconds);
  const span = complete
    ? `In the ${window} since ${minuteWords(from)}`
    : `Since ${minuteWords(from)}, which is less than a window of ${window},`;
  if (exhaustedSince !== null) return `${span} more was burnt than the budget allows.`;
  return `${span} ${percent(1 - remaining)} of a window's budget was burnt.`;
}

/** Budget left over time. */
export function budgetSection(result: SloFile): Cell[] {
  const { outlook, points, windowSeconds, bucketSeconds } = result;
  if (!outlook || points.remaining.length < 2) return [];
  const left = points.remaining.map((share) => 100 * share);
  const least = left.indexOf(Math.min(...left));
  const words = (i: number) => `${perCent(Math.round(left[i]))} at ${minuteWords(points.time[i])}`;
  const step =
    points.rowsPerPoint > 1 ? ` A point stands for ${durationWords(points.rowsPerPoint * (bucketSeconds ?? 0))}.` : "";
  return [
    heading("budget", "How did the budget burn down?", conclusion({ ...result, outlook })),
    {
      kind: "chart",
      id: "budget-left",
      alt: `Share of the error budget that is left over time: ${words(0)}, least ${words(least)}, ${words(left.length - 1)} at the end.`,
      caption: `Budget left in the ${durationWords(windowSeconds)} up to each moment. Where less than that has passed, the rest is taken to bring as much traffic.${step}`,
      spec: stepChart({
        title: "Error budget left",
        time: points.time.map((time) => Date.parse(time)),
        series: [{ name: "budget left", value: left }],
        yTitle: "Budget left",
        unit: "%",
        yRules: [{ value: 0, label: "used up" }],
      }),
    },
  ];
}
