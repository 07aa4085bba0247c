import type { Cell } from "../src/report/index.js";
import { counted, sentence } from "./capacity-plan/words.js";

/** Warnings shown one by one; the others are counted. */
const MOST = 8;

/** What the reader must know beside the figures, as the result says it. */
export function warningCells(warnings: readonly string[]): Cell[] {
  const more = warnings.length - MOST;
  const shown = [
    ...warnings.slice(0, MOST).map(sentence),
    ...(more > 0 ? [`${counted(more, "more warning")}: see the result's file.`] : []),
  ];
  return shown.map((message, i) => ({ kind: "warning", id: `warning-${i + 1}`, severity: "warning", message }));
}
