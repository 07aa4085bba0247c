import type { EdgeFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { brief, estimateWords, shareWords } from "../../estimate-words.js";

function differenceWords({ difference }: EdgeFile): string {
  if (difference === null) return "No score of the quantised build is finite, so there is no difference to tell.";
  const { max, p99, row, class: of } = difference;
  return `Scores differ by at most ${brief(max)}, in row ${figure(row)} for ${of}; 99\u00a0% of them by at most ${brief(p99)}.`;
}

function agreementWords({ agreement, samples }: EdgeFile): string {
  if (agreement === null || agreement.rate === null) return "";
  const { agreed, rate: value, lower, upper } = agreement;
  return `The highest score is of the same class in ${figure(agreed)} of ${counted(samples, "sample")}: ${estimateWords({ value, lower, upper }, shareWords)}.`;
}

function latencyWords({ latency }: EdgeFile): string {
  if (latency === null || latency.value === null) return "";
  const value = estimateWords(latency, (ms) => `${brief(ms)}\u00a0ms`, brief);
  return `The ${figure(100 * latency.q)}\u00a0% quantile of ${counted(latency.n, "latency", "latencies")} is ${value}.`;
}

/** What the builds differ by, whether there is a limit or not. */
export function figuresSection(result: EdgeFile): Cell[] {
  return [
    heading("figures", "How far are the builds apart?", differenceWords(result)),
    ...bullets("figures-words", [agreementWords(result), latencyWords(result)]),
  ];
}
