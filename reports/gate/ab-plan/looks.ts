import type { AbPlanFile } from "../../../src/experiment/index.js";
import { type Cell, lineChart } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted } from "../../capacity-plan/words.js";
import { brief } from "../../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../../row-limit.js";

const boundWords = (bound: number | null): string =>
  bound === null ? "no z rejects" : `|z| from ${brief(bound)} rejects`;

/** When to look, and what rejects then. */
export function looksSection({ looks }: AbPlanFile): Cell[] {
  const [first, last] = [looks[0], looks[looks.length - 1]];
  if (!first) return [];
  const head =
    looks.length === 1
      ? `Once, at the end: ${boundWords(last.bound)}.`
      : `${counted(looks.length, "look")} at equal steps: at the first ${boundWords(first.bound)}, at the last ${boundWords(last.bound)}.`;
  return [
    heading("looks", "When to look, and what decides?", head),
    ...(looks.length === 1
      ? []
      : [
          {
            kind: "chart" as const,
            id: "looks-bounds",
            alt: `Stopping bounds over ${counted(looks.length, "look")}: ${boundWords(first.bound)} at the first, ${boundWords(last.bound)} at the last.`,
            caption: "Outside of the lines a look rejects.",
            spec: lineChart({
              title: "Stopping bounds by rows",
              x: looks.map(({ n_a, n_b }) => n_a + n_b),
              xTitle: "Rows of both arms",
              yTitle: "z",
              series: [
                { name: "upper bound", value: looks.map(({ bound }) => bound) },
                { name: "lower bound", value: looks.map(({ bound }) => (bound === null ? null : -bound)) },
              ],
            }),
          },
        ]),
    {
      kind: "table",
      id: "looks-table",
      caption: `Rows so far at each look.${leftOutWords(looks.length)}`,
      columns: [
        { name: "look", label: "Look", format: "integer" },
        { name: "information", label: "Information", format: "percent" },
        { name: "n_a", label: "Rows of a", format: "integer" },
        { name: "n_b", label: "Rows of b", format: "integer" },
        { name: "bound", label: "|z| that rejects" },
      ],
      rows: looks.slice(0, MOST_ROWS).map((look) => ({ ...look })),
    },
  ];
}
