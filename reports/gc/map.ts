import type { GcReport } from "../../src/gc-reachability/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listed, percent } from "../capacity-plan/words.js";
import { bytesWords, commonUnit } from "./bytes.js";
import { groupName } from "./group-name.js";
import { type BytesMap, bytesMap } from "./map-cells.js";
import { mapChart } from "./map-chart.js";
import { tallyColumns, tallyValues } from "./tally-columns.js";
import { totalOf } from "./totals.js";

/** Rows of the table, kinds named in a sentence. */
const MOST = Object.freeze({ rows: 200, named: 4 });

function kindWords({ kinds }: BytesMap, all: bigint): string {
  const parts = kinds
    .slice(0, MOST.named)
    .map(({ kind, bytes }) => `${kind} ${bytesWords(bytes)} (${percent(Number(bytes) / Number(all))})`);
  return listed(kinds.length > MOST.named ? [...parts, "smaller kinds"] : parts);
}

function chart(map: BytesMap, all: bigint): Cell {
  const left = totalOf(map.left);
  const leftWords =
    left.objects === 0
      ? ""
      : ` Not drawn: ${counted(map.left.length, "group")} with ${bytesWords(left.bytes)} in ${counted(left.objects, "object")}.`;
  return {
    kind: "chart",
    id: "map-bytes",
    alt: `Map of ${bytesWords(all)} by kind, class and reason, coloured by what happens: ${kindWords(map, all)}. The table below holds the same figures.`,
    caption: `Area goes by bytes: kinds, in them classes, in them reasons. Point at a cell for its figures; the table below holds the same.${leftWords}`,
    spec: mapChart(map, "What is stored, and what happens to it"),
  };
}

function table({ breakdown }: GcReport): Cell {
  const shown = breakdown.slice(0, MOST.rows);
  const left = breakdown.length - shown.length;
  const unit = commonUnit(shown.map(({ bytes }) => BigInt(bytes)));
  return {
    kind: "table",
    id: "map-table",
    caption: `Objects by kind, class and reason, largest first.${left > 0 ? ` ${counted(left, "smaller group")} in report.json.` : ""}`,
    columns: [
      { name: "kind", label: "Kind", format: "text" },
      { name: "class", label: "Class", format: "text" },
      { name: "action", label: "Decision", format: "text" },
      { name: "reason", label: "Reason", format: "text" },
      ...tallyColumns(unit),
    ],
    rows: shown.map((row) => ({
      kind: groupName(row.kind, "kind", row.rest),
      class: groupName(row.class, "class", row.rest),
      action: row.action,
      reason: row.reason,
      ...tallyValues(row, unit),
    })),
  };
}

/** Where the bytes are, and what happens to them. */
export function mapSection(result: GcReport): Cell[] {
  const { breakdown } = result;
  if (breakdown.length === 0) return [];
  const all = totalOf(breakdown).bytes;
  if (all === 0n) return [heading("map", "Where the bytes are", "No object has any bytes."), table(result)];
  const map = bytesMap(breakdown);
  return [
    heading("map", "Where the bytes are", `${bytesWords(all)} in all: ${kindWords(map, all)}.`),
    chart(map, all),
    table(result),
  ];
}
