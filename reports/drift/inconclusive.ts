import type { DriftEntry, DriftFile } from "../../src/drift/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { cell } from "../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { utcCell } from "../utc-words.js";
import { sliceWords } from "./words.js";

/** Why nothing can be said of a cell. */
const REASONS: Readonly<Record<string, string>> = Object.freeze({
  few_rows: "too few rows",
  no_values: "no values on a side",
  wide_interval: "the interval holds the threshold",
  too_many_levels: "too many levels",
});

function conclusion(open: readonly DriftEntry[]): string {
  if (open.length === 0) return "Nothing: every cell is either stable or drifted.";
  const needs = open.flatMap(({ n_needed }) => n_needed ?? []);
  const most =
    needs.length > 0
      ? ` With ${figure(Math.max(...needs))} rows a side all of those that more rows can settle would be told.`
      : "";
  return `${counted(open.length, "cell")} ${open.length === 1 ? "is" : "are"} neither: these rows do not say.${most}`;
}

/** What cannot be told yet, and how many rows it needs. */
export function inconclusiveSection(result: DriftFile): Cell[] {
  const open = result.features.filter(({ verdict }) => verdict === "inconclusive");
  const head = heading("inconclusive", "What cannot be told yet?", conclusion(open));
  if (open.length === 0) return [head];
  return [
    head,
    {
      kind: "table",
      id: "inconclusive-table",
      caption: `Rows needed: on each side, so that a feature without drift is called stable with 80\u00a0% power.${leftOutWords(open.length)}`,
      columns: [
        { name: "feature", label: "Feature", format: "text" },
        { name: "slice", label: "Slice", format: "text" },
        { name: "from", label: "Window from (UTC)", format: "text" },
        { name: "reason", label: "Why", format: "text" },
        { name: "effect", label: "Effect" },
        { name: "upper", label: "At most" },
        { name: "reference", label: "Reference rows", format: "integer" },
        { name: "current", label: "Current rows", format: "integer" },
        { name: "needed", label: "Rows needed", format: "integer" },
      ],
      rows: open.slice(0, MOST_ROWS).map((entry) => ({
        feature: entry.feature,
        slice: sliceWords(entry.slice) || "all rows",
        from: entry.window === null ? "all" : utcCell(entry.window.start),
        reason: REASONS[entry.reason] ?? entry.reason,
        effect: cell(entry.effect.value),
        upper: cell(entry.effect.upper),
        reference: entry.n_reference,
        current: entry.n_current,
        needed: entry.n_needed,
      })),
    },
  ];
}
