import type { GcReport } from "../../src/gc-reachability/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { listed } from "../capacity-plan/words.js";
import { actionBars } from "./action-bars.js";
import { bytesWords, commonUnit, largestFirst } from "./bytes.js";
import { byRule, reasonWords } from "./reasons.js";
import { tallyColumns, tallyValues } from "./tally-columns.js";

type Row = GcReport["by_reason"][number];

function chart(rows: readonly Row[]): Cell {
  const bars = rows.map(({ reason, action, bytes }) => ({
    name: reasonWords(reason, action).label,
    bytes: { delete: 0n, transition: 0n, keep: 0n, [action]: BigInt(bytes) },
  }));
  const words = rows.map(({ reason, action, bytes }) => `${reasonWords(reason, action).label} ${bytesWords(bytes)}`);
  return {
    kind: "chart",
    id: "why-reasons",
    alt: `Bytes by the rule that decided: ${listed(words)}.`,
    caption:
      "Rules from top to bottom as they are tried; the first that matches decides, and each object is counted once.",
    spec: actionBars(bars, "What decided, by size", "Reason"),
  };
}

/** The rules in plain words, so that nobody has to know the names. */
function rules(rows: readonly Row[]): Cell {
  const markdown = rows.map(({ reason, action }) => {
    const { label, rule } = reasonWords(reason, action);
    return `- **${label}** (\`${reason}\`, ${action}): ${rule}`;
  });
  return { kind: "prose", id: "why-rules", markdown: markdown.join("\n") };
}

function amounts(rows: readonly Row[]): Cell {
  const unit = commonUnit(rows.map(({ bytes }) => BigInt(bytes)));
  return {
    kind: "table",
    id: "why-table",
    caption: "How much each rule decided on, and what it costs a month as it is stored now.",
    columns: [
      { name: "reason", label: "Reason", format: "text" },
      { name: "action", label: "Decision", format: "text" },
      ...tallyColumns(unit),
    ],
    rows: rows.map((row) => ({ reason: row.reason, action: row.action, ...tallyValues(row, unit) })),
  };
}

/** Which rule decided over how much, in plain words. */
export function whySection({ by_reason, status }: GcReport): Cell[] {
  const rows = by_reason.filter(({ objects }) => objects > 0).sort(byRule);
  const title = status === "fused" ? "What would go, what stays, and why" : "What goes, what stays, and why";
  if (rows.length === 0) return [heading("why", title, "No object was decided on.")];
  const [most] = [...rows].sort(largestFirst);
  const words = `One rule decides on each object. The reason for most bytes is "${reasonWords(most.reason, most.action).label}": ${bytesWords(most.bytes)}.`;
  return [heading("why", title, words), ...(rows.length > 1 ? [chart(rows)] : []), rules(rows), amounts(rows)];
}
