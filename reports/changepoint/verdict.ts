import type { ChangesFile } from "../../src/changepoint/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, perCent, percent } from "../capacity-plan/words.js";
import { changeTimes } from "./change-times.js";
import { type FoundChange, foundChanges, largestFirst, movedStatistic } from "./found.js";

/** Changes told in sentences. */
const TOLD = 5;

function conclusion(result: ChangesFile): string {
  const { series } = result;
  const found = foundChanges(result);
  const changed = series.filter(({ changes }) => changes.length > 0).length;
  if (series.length === 0) return "The input has no series.";
  if (found.length === 0) return `No change was found in ${counted(series.length, "series", "series")}.`;
  const where =
    series.length === 1 ? "in the series" : `in ${figure(changed)} of ${counted(series.length, "series", "series")}`;
  return `${counted(found.length, "change")} ${found.length === 1 ? "was" : "were"} found ${where}.`;
}

function changeWords(result: ChangesFile, { name, change }: FoundChange): string {
  const times = changeTimes(result);
  const { words, before, after } = movedStatistic(change);
  const moved =
    before === null || after === null ? "" : `, ${words} ${figure(before)} before and ${figure(after)} after`;
  const relative =
    change.deltaRel === null ? "" : ` (${change.deltaRel > 0 ? "up" : "down"} ${percent(Math.abs(change.deltaRel))})`;
  const interval =
    change.timeLow === change.timeHigh
      ? ""
      : ` (${perCent(Math.round(1000 * Number(result.options["level"])) / 10)} interval ${times.range(change.timeLow, change.timeHigh)})`;
  const dims = change.dims.length > 0 ? `; what moved is ${listed(change.dims)}` : "";
  return `${name ? `${name}: ` : ""}${times.words(change.time)}${interval}${moved}${relative}${dims}.`;
}

/** Series that could not be searched. */
function unsearched({ series }: ChangesFile): string {
  const words = { "too-short": "too short", constant: "constant", "all-missing": "without a value" } as const;
  const parts = (Object.keys(words) as (keyof typeof words)[]).flatMap((status) => {
    const count = series.filter((one) => one.status === status).length;
    return count > 0 ? [`${figure(count)} ${count === 1 ? "is" : "are"} ${words[status]}`] : [];
  });
  return parts.length > 0 ? `Not every series could be searched: ${listed(parts)}.` : "";
}

function tiles(result: ChangesFile): Metric[] {
  const found = foundChanges(result);
  return [
    { label: "Series", value: result.series.length },
    { label: "With a change", value: result.series.filter(({ changes }) => changes.length > 0).length },
    { label: "Changes", value: found.length },
    { label: "Single-point spikes set aside", value: result.series.reduce((sum, one) => sum + one.outliers.length, 0) },
  ];
}

/** What changed, the largest first. */
export function verdictSection(result: ChangesFile): Cell[] {
  const largest = foundChanges(result).sort(largestFirst);
  const more = largest.length - TOLD;
  return [
    heading("verdict", "What changed", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", [
      ...largest.slice(0, TOLD).map((found) => changeWords(result, found)),
      more > 0 ? `${counted(more, "smaller change")} ${more === 1 ? "stands" : "stand"} in the table.` : "",
      unsearched(result),
    ]),
  ];
}
