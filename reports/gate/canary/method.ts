import type { CanaryFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted } from "../../capacity-plan/words.js";
import { levelWords, numberOption } from "../words.js";

function conclusion({ mode, pairs, rows }: CanaryFile): string {
  if (mode === "shadow") {
    return `Both builds scored ${counted(pairs ?? 0, "request")}, which were compared in pairs (${counted(rows.prod, "row")} of prod, ${counted(rows.canary, "row")} of the canary).`;
  }
  return `${counted(rows.prod, "request")} of prod against ${counted(rows.canary, "request")} of the canary.`;
}

function notes(result: CanaryFile): string[] {
  const minN = numberOption(result, "minN");
  return [
    `Recall is right predictions ÷ rows with that label; a missing prediction is a miss. Its change has Newcombe's ${levelWords(result)} (1998)${result.mode === "shadow" ? " for pairs" : ""}.`,
    "A class passes with its whole interval inside the limits, fails with its whole interval outside, and is on hold otherwise: no estimate alone decides.",
    minN === null
      ? ""
      : `A class needs ${counted(minN, "row")} in each build. Rows needed are those at which an unchanged recall would pass with a power of 80\u00a0%, at the present split.`,
    "Promotion asks that every class be shown not to be worse. An abort needs one that is, also when all classes are looked at together (Bonferroni); slices always are.",
    result.latency.length > 0
      ? "A quantile's interval lies between two order statistics of each build; those of the change add their squares (Zou & Donner 2008)."
      : "",
  ];
}

/** The data, the rules and what the figures cannot say. */
export function methodSection(result: CanaryFile): Cell[] {
  return [heading("method", "Data and method", conclusion(result)), ...bullets("method-notes", notes(result))];
}
