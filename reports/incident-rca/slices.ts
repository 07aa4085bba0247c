import type { RcaFile } from "../../src/incident/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { percent } from "../capacity-plan/words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { kpiWords, whereWords } from "./kpi-words.js";

/** Which slice carries the incident, in one sentence. */
export function sliceWords(rca: RcaFile): string {
  const [first] = rca.slices;
  if (!first)
    return "No slice explains it: it hits everything alike, or comes from outside of what the slices tell apart.";
  const where = whereWords(first.where);
  const share = percent(Math.min(1, Math.max(0, first.explainedShare)));
  const level = `from ${kpiWords(rca, first.before)} to ${kpiWords(rca, first.after)}`;
  if (first.kind === "mix") {
    const came = (first.weight ?? 0) >= (first.weightBefore ?? 0);
    const moved = came ? `More traffic went to ${where}` : `Traffic moved away from ${where}`;
    return `${moved}, ${percent(first.weight ?? 0)} of it after ${percent(first.weightBefore ?? 0)} before: that move explains ${share} of the change, and nothing in the slice itself got worse.`;
  }
  return `${where} carries it: the slice went ${level} and explains ${share} of the change with ${percent(first.weight ?? 0)} of the traffic.`;
}

/** Where the incident is. */
export function slicesSection(rca: RcaFile): Cell[] {
  if (rca.firstBad === null || rca.sliceVerdict === null) return [];
  const { slices, kpi } = rca;
  const head = heading("slices", "Where it is", sliceWords(rca));
  if (slices.length === 0) return [head];
  const format = kpi.ratio ? { format: "percent" } : {};
  const names = slices.map(({ where }) => whereWords(where));
  return [
    head,
    ...(slices.length > 1
      ? [
          {
            kind: "chart" as const,
            id: "slices-explained",
            alt: `Share of the change that each slice explains: ${names.map((name, i) => `${name} ${percent(Math.min(1, Math.max(0, slices[i].explainedShare)))}`).join(", ")}.`,
            caption: "Slices overlap: their shares do not add up.",
            spec: barChart({
              title: "What each slice explains",
              categories: distinctNames(names),
              categoryTitle: "Slice",
              series: [{ name: "Explained", value: slices.map(({ explainedShare }) => 100 * explainedShare) }],
              horizontal: true,
              yTitle: "Share of the change",
              unit: "%",
            }),
          },
        ]
      : []),
    {
      kind: "table",
      id: "slices-table",
      caption: "Slices that explain the change, the best and shortest first.",
      columns: [
        { name: "rank", label: "Rank", format: "integer" },
        { name: "where", label: "Slice", format: "text" },
        { name: "kind", label: "What happened", format: "text" },
        { name: "before", label: "Before", ...format },
        { name: "after", label: "During", ...format },
        { name: "explained", label: "Explains", format: "percent" },
        { name: "weight", label: "Share of the traffic", format: "percent" },
        { name: "score", label: "Score" },
      ],
      rows: slices.map((slice, i) => ({
        rank: slice.rank,
        where: names[i],
        kind: slice.kind === "rate" ? "got worse" : "traffic moved",
        before: slice.before,
        after: slice.after,
        explained: slice.explainedShare,
        weight: slice.weight,
        score: slice.score,
      })),
    },
  ];
}
