import type { CanaryFile } from "../../../src/experiment/index.js";
import type { Cell, Metric } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure, listed, listedUpTo, perCent } from "../../capacity-plan/words.js";
import { warningCells } from "../../warning-cells.js";
import { numberOption } from "../words.js";
import {
  beyondWords,
  type Change,
  changeWords,
  classChanges,
  deltaWords,
  failureChange,
  quantileWords,
  sliceChanges,
  slowerWords,
  verdictOf,
} from "./changes.js";

/** Changes told one by one. */
const TOLD = 6;

/** Classes, failures and (harm alone) slices with a verdict. */
function withVerdict(result: CanaryFile, verdict: "fail" | "hold"): Change[] {
  const failure = failureChange(result);
  const slices = verdict === "fail" ? sliceChanges(result) : [];
  return [...classChanges(result), ...(failure ? [failure] : []), ...slices].filter(
    (one) => verdictOf(one) === verdict,
  );
}

/** Classes and failures that keep the canary from its next step. */
function unsettled(result: CanaryFile): Change[] {
  return withVerdict(result, "hold").filter(({ n_needed, lower }) => n_needed !== null || lower === null);
}

function slow(result: CanaryFile, verdict: "fail" | "hold"): string[] {
  return result.latency.filter((one) => one.verdict === verdict).map(({ q }) => quantileWords(q));
}

function nextWords(result: CanaryFile): string {
  const { decision, next_step } = result;
  if (decision === "abort") return "Take the canary off the traffic.";
  if (next_step === null) {
    return decision === "promote" ? "It may get more of the traffic." : "Leave its share of the traffic as it is.";
  }
  const share = `${perCent(figure(next_step))} of the traffic`;
  if (decision === "hold") return `Stay at ${share} until there are more rows.`;
  return next_step === numberOption(result, "step")
    ? `It already has the last step, ${share}: it can take prod's place.`
    : `Next step: ${share}.`;
}

function abortWords(result: CanaryFile): string {
  const worse = withVerdict(result, "fail").map((one) => `${one.name}, ${deltaWords(one)}`);
  const slower = slow(result, "fail");
  const parts = [
    worse.length > 0 ? `worse by ${beyondWords(result)}: ${listedUpTo(worse, TOLD)}` : "",
    slower.length > 0 ? `latency ${listed(slower)} is ${slowerWords(result)}` : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function holdWords(result: CanaryFile): string {
  const failing = withVerdict(result, "fail").map(({ name }) => name);
  const open = unsettled(result).map(({ name }) => name);
  const slower = slow(result, "hold");
  const parts = [
    result.classes.length === 0 ? "no row has a label" : "",
    failing.length > 0 ? `worse taken alone, but that may be chance among so many: ${listedUpTo(failing, TOLD)}` : "",
    open.length > 0 ? `may be worse by ${beyondWords(result)}, or has too few rows: ${listedUpTo(open, TOLD)}` : "",
    slower.length > 0 ? `latency ${listed(slower)} may be ${slowerWords(result)}` : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function conclusion(result: CanaryFile): string {
  const next = nextWords(result);
  if (result.decision === "abort") return `Abort: ${abortWords(result)}. ${next}`;
  if (result.decision === "hold") return `Hold: ${holdWords(result)}. ${next}`;
  const also = [
    ...(result.errors ? ["failures"] : []),
    ...(result.latency.some(({ verdict }) => verdict !== null) ? ["latency"] : []),
  ];
  const kept =
    also.length > 0 ? `, and ${listed(also)} ${also.length > 1 || result.errors ? "keep" : "keeps"} the limit` : "";
  return `Promote: none of ${counted(result.classes.length, "class", "classes")} lost ${beyondWords(result)} of recall${kept}. ${next}`;
}

function tiles(result: CanaryFile): Metric[] {
  const count = (...words: string[]) => result.classes.filter(({ verdict }) => words.includes(verdict)).length;
  return [
    { label: "Decision", value: result.decision },
    { label: "Next step", value: result.next_step, unit: "% of the traffic" },
    { label: "Classes that pass", value: count("pass") },
    { label: "Classes that fail", value: count("fail") },
    { label: "Classes on hold", value: count("hold") },
    { label: "Rows of prod", value: result.rows.prod },
    { label: "Rows of the canary", value: result.rows.canary },
  ];
}

/** Whether the canary goes on, why, and what to do next. */
export function verdictSection(result: CanaryFile): Cell[] {
  const told = [...withVerdict(result, "fail"), ...unsettled(result)];
  return [
    heading("verdict", "Does the canary get more of the traffic?", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", told.slice(0, TOLD).map(changeWords)),
    ...warningCells(result.warnings),
  ];
}
