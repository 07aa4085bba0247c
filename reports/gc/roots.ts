import type { GcReport, RootSummary } from "../../src/gc-reachability/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { counted, listed } from "../capacity-plan/words.js";
import { bytesWords, commonUnit, inUnit } from "./bytes.js";
import { distinctNames } from "./distinct-names.js";

/** Rows named in a sentence. */
const NAMED = 3;

/** `registry channel`. */
const typeWords = (type: string) => type.replaceAll("_", " ");

function conclusion(roots: readonly RootSummary[]): string {
  const [most] = roots;
  if (BigInt(most.exclusive_bytes) === 0n) {
    return "Dropping any single protection or hold would free nothing: what each keeps, something else keeps as well.";
  }
  return `${most.name} (${typeWords(most.type)}) alone keeps ${bytesWords(most.exclusive_bytes)} in ${counted(most.exclusive_objects, "object")} that would go without it.`;
}

function chart(roots: readonly RootSummary[]): Cell[] {
  const shown = roots.filter(({ exclusive_bytes }) => BigInt(exclusive_bytes) > 0n);
  if (shown.length < 2) return [];
  const unit = commonUnit(shown.map(({ exclusive_bytes }) => BigInt(exclusive_bytes)));
  const words = shown.slice(0, NAMED).map(({ name, exclusive_bytes }) => `${name} ${bytesWords(exclusive_bytes)}`);
  return [
    {
      kind: "chart",
      id: "roots-exclusive",
      alt: `What dropping a single protection or hold would free: ${listed(words)}${shown.length > NAMED ? "; the others less" : ""}.`,
      caption: "Bytes that only this one keeps. They do not add up: what two keep, neither frees alone.",
      spec: barChart({
        title: "Freed by dropping one",
        categories: distinctNames(shown.map(({ name }) => name)),
        categoryTitle: "Protection or hold",
        series: [{ name: "freed", value: shown.map(({ exclusive_bytes }) => inUnit(exclusive_bytes, unit)) }],
        horizontal: true,
        yTitle: "Freed",
        unit: unit.name,
      }),
    },
  ];
}

function table(roots: readonly RootSummary[]): Cell {
  const unit = commonUnit(roots.flatMap((root) => [BigInt(root.reachable_bytes), BigInt(root.exclusive_bytes)]));
  return {
    kind: "table",
    id: "roots-table",
    caption:
      "What would go if it alone were dropped (freed), and all that it reaches. Those that keep nothing (expired, released, without a match) are in roots.parquet only.",
    columns: [
      { name: "name", label: "Protection or hold", format: "text" },
      { name: "type", label: "Type", format: "text" },
      { name: "freed", label: "Freed", unit: unit.name },
      { name: "freedObjects", label: "Freed objects", format: "integer" },
      { name: "freedBytes", label: "Freed bytes", format: "integer" },
      { name: "named", label: "Objects named", format: "integer" },
      { name: "reachable", label: "Reachable", unit: unit.name },
      { name: "reachableObjects", label: "Reachable objects", format: "integer" },
      { name: "reachableBytes", label: "Reachable bytes", format: "integer" },
    ],
    rows: roots.map((root) => ({
      name: root.name,
      type: typeWords(root.type),
      freed: inUnit(root.exclusive_bytes, unit),
      freedObjects: root.exclusive_objects,
      freedBytes: root.exclusive_bytes,
      named: root.objects,
      reachable: inUnit(root.reachable_bytes, unit),
      reachableObjects: root.reachable_objects,
      reachableBytes: root.reachable_bytes,
    })),
  };
}

/** Which protections and holds keep most for themselves. */
export function rootsSection({ top_roots }: GcReport): Cell[] {
  const title = "What holds the most back";
  const roots = top_roots.filter(({ reachable_objects: reached }) => reached > 0);
  if (roots.length === 0) return [heading("roots", title, "No protection and no hold keeps anything.")];
  return [
    heading("roots", title, conclusion(roots)),
    ...chart(roots),
    table(roots),
    paragraph(
      "roots-several",
      "To see what several of them would free together, ask fleetlens gc what-if with all their names. Dropping one is a decision of its owner, not of this plan.",
    ),
  ];
}
