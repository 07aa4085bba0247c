import { InputError } from "../../core/errors.js";
import { checkShare } from "../check-options.js";
import { type CanaryOptions, DEFAULT_CANARY_OPTIONS } from "./canary-options.js";
import type { CanaryRequests } from "./canary-requests.js";
import type { CanaryGate, ShareChange } from "./canary-schema.js";
import { countEvents, type EventCounts } from "./count-events.js";
import { type ChangeRule, judgeChange } from "./judge-change.js";
import { latencyChanges } from "./latency-changes.js";
import { type RequestPairs, requestPairs } from "./request-pairs.js";

function checkedOptions(options: CanaryOptions) {
  const all = { ...DEFAULT_CANARY_OPTIONS, ...options };
  checkShare("max-regression", all.maxRegression);
  checkShare("alpha", all.alpha);
  const { maxLatencyIncrease: increase, steps, step, minN } = all;
  if (increase !== null && !(increase >= 0 && increase < Number.POSITIVE_INFINITY))
    throw new InputError(`max-latency-increase must be a share from 0, got ${increase}`, {
      option: "max-latency-increase",
    });
  if (!(minN >= 1)) throw new InputError(`min-n must be a number of rows from 1, got ${minN}`, { option: "min-n" });
  const ascending = steps.every((one, i) => one > (steps[i - 1] ?? 0) && one <= 100);
  if (steps.length === 0 || !ascending)
    throw new InputError(`steps must ascend above 0 and up to 100 %, got ${steps.join(",")}`, { option: "steps" });
  if (step !== null && !(step >= 0 && step <= 100))
    throw new InputError(`step must be a share of the traffic from 0 to 100 %, got ${step}`, { option: "step" });
  return all;
}

type Change = Omit<ShareChange, "prod" | "canary">;
const isWorse = ({ verdict, direction }: Change): boolean => verdict === "fail" && direction === "worse";

/** Whether a change is shown not to be worse than the margin; it may be better by any amount. */
function isHarmless({ lower, upper, n_prod, n_canary }: Change, { margin, minN, moreIsWorse }: ChangeRule): boolean {
  if (lower === null || upper === null || Math.min(n_prod, n_canary) < minN) return false;
  return moreIsWorse ? upper <= margin : lower >= -margin;
}

/** Counts of right predictions by cell, of which each class has one in each slice; cells without rows are left out. */
function hits(requests: CanaryRequests, pairs: RequestPairs, cells: number, cellOf: (row: number) => number) {
  const { prediction, classes } = requests;
  return countEvents(requests, pairs, cells, cellOf, (row, cell) => prediction[row] === cell % classes.length)
    .map((counts, cell) => ({ counts, cell }))
    .filter(({ counts: { n } }) => n[0] + n[1] > 0);
}

function classChange(name: string, counts: EventCounts, rule: ChangeRule): CanaryGate["classes"][number] {
  const { prod, canary, ...change } = judgeChange(counts, rule);
  return { class: name, recall_prod: prod, recall_canary: canary, ...change };
}

/** Classes, and whether one of them is worse even with all of them looked at together (Bonferroni). */
function classChanges(requests: CanaryRequests, pairs: RequestPairs, rule: ChangeRule) {
  const { label, classes: names } = requests;
  const cells = hits(requests, pairs, names.length, (row) => label[row]);
  const enough = cells.filter(({ counts: { n } }) => Math.min(...n) >= rule.minN).length;
  const together = { ...rule, alpha: rule.alpha / Math.max(1, enough) };
  let harm = false;
  const classes = cells.map(({ counts, cell }) => {
    const change = classChange(names[cell], counts, rule);
    if (!isWorse(change)) return change;
    if (!isWorse(judgeChange(counts, together)))
      return { ...change, reason: `${change.reason}, but not with all ${enough} classes looked at together` };
    harm = true;
    return change;
  });
  return { classes, harm };
}

/** Slices are looked at for harm only, so their intervals hold all at once (Bonferroni). */
function sliceChanges(requests: CanaryRequests, pairs: RequestPairs, rule: ChangeRule): CanaryGate["slices"] {
  const { slice, label, classes } = requests;
  if (!slice) return [];
  const { codes, values } = slice;
  const cellOf = (row: number) => (label[row] < 0 || codes[row] < 0 ? -1 : codes[row] * classes.length + label[row]);
  const cells = hits(requests, pairs, values.length * classes.length, cellOf);
  const together = { ...rule, alpha: rule.alpha / Math.max(1, cells.length) };
  return cells.map(({ counts, cell }) => ({
    slice: values[Math.floor(cell / classes.length)],
    ...classChange(classes[cell % classes.length], counts, together),
  }));
}

function errorChange(requests: CanaryRequests, pairs: RequestPairs, rule: ChangeRule): CanaryGate["errors"] {
  const { ok } = requests;
  if (!ok) return null;
  const failed = (row: number) => (ok[row] < 0 ? null : ok[row] === 0);
  const [counts] = countEvents(requests, pairs, 1, () => 0, failed);
  const { prod, canary, ...change } = judgeChange(counts, rule);
  return { rate_prod: prod, rate_canary: canary, ...change };
}

/** The step to go to: the next one, the same, or none of the traffic. */
function nextStep(decision: CanaryGate["decision"], steps: readonly number[], step: number | null): number | null {
  if (step === null || decision === "hold") return step;
  return decision === "abort" ? 0 : (steps.find((one) => one > step) ?? step);
}

function warningsOf(requests: CanaryRequests, pairs: RequestPairs, rows: CanaryGate["rows"]): string[] {
  const unlabelled = requests.label.reduce((n, code) => n + (code < 0 ? 1 : 0), 0);
  const unpaired = pairs.shadow ? rows.prod + rows.canary - 2 * pairs.prod.length : 0;
  return [
    ...(unlabelled > 0 ? [`rows without a label: ${unlabelled}; they count for latency and failures only`] : []),
    ...(unpaired > 0 ? [`rows whose request only one build scored: ${unpaired}; they count for latency only`] : []),
  ];
}

/**
 * Whether a canary build may get more of the traffic: recall by class, share of failures and latency against the build in
 * production, with intervals of the differences. Where both builds scored the same requests (shadow: `request` codes that
 * most rows of the smaller arm share), recall and failures are compared by pairs.
 *
 * A class's verdict is `pass` with its interval inside ±maxRegression, `fail` wholly outside, otherwise `hold`. The
 * decision looks at harm alone: `abort` if a class, a slice, the failures or (when it is judged) latency are worse by
 * more than the limit; `promote` if all classes, the failures and latency are shown not to be; else `hold`. A wrong
 * promotion needs every class to pass at once, so its chance is at most about alpha / 2 whatever the number of classes.
 * A wrong abort needs just one, so that a class stops the canary only if it also fails with alpha ÷ classes; slices have
 * intervals of alpha ÷ cells.
 *
 * @returns a plain object, keys as in `canary.json`
 * @throws InputError for an option that cannot be meant, an arm without rows, and rows (from 1) that contradict another
 * @example
 * const { decision, next_step } = gateCanary(requests, { maxRegression: 0.015, step: 5 });
 */
export function gateCanary(requests: CanaryRequests, options: CanaryOptions = {}): CanaryGate {
  const { maxRegression, alpha, minN, maxLatencyIncrease, steps, step } = checkedOptions(options);
  const canaryRows = requests.arm.reduce((n, one) => n + one, 0);
  const rows = { prod: requests.arm.length - canaryRows, canary: canaryRows };
  for (const arm of ["prod", "canary"] as const) {
    if (rows[arm] === 0)
      throw new InputError(`column "arm": no row of ${arm}; both arms are needed`, { column: "arm" });
  }
  const pairs = requestPairs(requests);
  const rule: ChangeRule = { margin: maxRegression, alpha, minN, moreIsWorse: false };
  const failureRule = { ...rule, moreIsWorse: true };
  const { classes, harm } = classChanges(requests, pairs, rule);
  const slices = sliceChanges(requests, pairs, rule);
  const errors = errorChange(requests, pairs, failureRule);
  const latency = latencyChanges(requests, alpha, maxLatencyIncrease);
  const harmless =
    classes.length > 0 &&
    classes.every((one) => isHarmless(one, rule)) &&
    (errors === null || isHarmless(errors, failureRule)) &&
    latency.every(({ verdict }) => verdict === null || verdict === "pass");
  const abort =
    harm || [...slices, ...(errors ? [errors] : [])].some(isWorse) || latency.some(({ verdict }) => verdict === "fail");
  const decision = abort ? "abort" : harmless ? "promote" : "hold";
  return {
    classes,
    latency,
    decision,
    next_step: nextStep(decision, steps, step),
    mode: pairs.shadow ? "shadow" : "canary",
    rows,
    pairs: pairs.shadow ? pairs.prod.length : null,
    errors,
    slices,
    warnings: warningsOf(requests, pairs, rows),
  };
}
