import type { ChangesFile } from "../../src/changepoint/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { foundChanges, largestFirst } from "./found.js";

/** Bars of a chart. */
const MOST_BARS = 20;

/** How large each change is against the noise of its series. */
export function effectsSection(result: ChangesFile): Cell[] {
  const sized = foundChanges(result)
    .filter(({ change }) => change.effectSd !== null)
    .sort(largestFirst);
  if (sized.length < 2) return [];
  const effect = (i: number) => figure(Math.abs(sized[i].change.effectSd ?? 0));
  const head = `The largest change is ${effect(0)} standard deviations of its series' noise, the smallest ${effect(sized.length - 1)}.`;
  const shown = sized.slice(0, MOST_BARS);
  return [
    heading("effects", "How large the changes are", head),
    {
      kind: "chart",
      id: "effects-bars",
      alt: `Size of ${counted(shown.length, "change")}: from ${effect(0)} to ${effect(shown.length - 1)} standard deviations of the noise.`,
      caption:
        "Change of the mean (or slope, or spread) in standard deviations of the noise, up or down." +
        (sized.length > MOST_BARS ? ` The ${MOST_BARS} largest.` : ""),
      spec: barChart({
        title: "Size of the changes",
        categories: distinctNames(
          shown.map(({ name, change }) => [name, `row ${change.index}`].filter((part) => part).join(", ")),
        ),
        categoryTitle: "Change",
        series: [{ name: "Change", value: shown.map(({ change }) => change.effectSd) }],
        horizontal: true,
        yTitle: "Change",
        unit: "sd of the noise",
      }),
    },
  ];
}
