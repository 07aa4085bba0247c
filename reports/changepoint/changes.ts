import type { ChangesFile } from "../../src/changepoint/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, perCent } from "../capacity-plan/words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { changeTimes } from "./change-times.js";
import { foundChanges, movedStatistic } from "./found.js";
import { locationPlot, MOST_MARKS } from "./location-plot.js";

/** `latency 31.2, errors 4.02` */
function gainWords({ gainByDim = [] }: ReturnType<typeof foundChanges>[number]["change"]): string {
  return gainByDim.map(({ dim, gain }) => `${dim} ${figure(Number(gain.toPrecision(3)))}`).join(", ");
}

function table(result: ChangesFile): Cell {
  const times = changeTimes(result);
  const found = foundChanges(result);
  const several = result.series.length > 1;
  const dims = found.some(({ change }) => change.dims.length > 0);
  return {
    kind: "table",
    id: "changes-table",
    caption: `Every change: the first observation of the new segment, its index from 0, and how far the value moved in standard deviations of the noise.${leftOutWords(found.length)}`,
    columns: [
      ...(several ? [{ name: "series", label: "Series", format: "text" }] : []),
      { name: "time", label: "Changed", format: "text" },
      { name: "kind", label: "What moved", format: "text" },
      { name: "before", label: "Before" },
      { name: "after", label: "After" },
      { name: "effect", label: "Change", unit: "sd" },
      { name: "probability", label: "Probability", format: "percent" },
      { name: "from", label: "Not before", format: "text" },
      { name: "to", label: "Not after", format: "text" },
      { name: "index", label: "Index", format: "integer" },
      ...(dims
        ? [
            { name: "dims", label: "Columns", format: "text" },
            { name: "gains", label: "Cost saved by column", format: "text" },
          ]
        : []),
    ],
    rows: found.slice(0, MOST_ROWS).map(({ name, change }) => {
      const { words, before, after } = movedStatistic(change);
      return {
        series: name,
        time: times.words(change.time),
        from: times.words(change.timeLow),
        to: times.words(change.timeHigh),
        index: change.index,
        kind: words,
        before,
        after,
        effect: change.effectSd,
        probability: change.probability,
        dims: change.dims.join(", "),
        gains: gainWords(change),
      };
    }),
  };
}

/** When each change happened, and how sure that is. */
export function changesSection(result: ChangesFile): Cell[] {
  const found = foundChanges(result);
  if (found.length === 0) return [];
  const exact = found.filter(({ change }) => change.ciLow === change.ciHigh).length;
  const level = perCent(Math.round(1000 * Number(result.options["level"])) / 10);
  const head =
    exact === found.length
      ? `Each is known to the very observation, at ${level}.`
      : `${counted(exact, "change")} of ${found.length} ${exact === 1 ? "is" : "are"} known to the very observation, at ${level}; the others lie in the intervals.`;
  return [
    heading("changes", "When it changed", head),
    {
      kind: "chart",
      id: "changes-locations",
      alt: `Location of ${counted(Math.min(found.length, MOST_MARKS), "change")} with ${level} intervals, from ${changeTimes(result).words(found[0].change.time)} on.`,
      caption:
        `Dot: first observation of the new segment; line: ${level} interval.` +
        (found.length > MOST_MARKS ? ` The first ${MOST_MARKS} changes of the table are drawn.` : ""),
      spec: locationPlot(result),
    },
    table(result),
  ];
}
