import type { CanaryFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { sentence } from "../../capacity-plan/words.js";
import { changeWords, failureChange, verdictOf } from "./changes.js";

/** Share of requests that a build did not answer. */
export function failuresSection(result: CanaryFile): Cell[] {
  const change = failureChange(result);
  if (change === null) return [];
  const head = `${sentence(changeWords(change))} Verdict: ${verdictOf(change)}.`;
  return [heading("failures", "Do more requests fail?", head)];
}
