import { normalQuantile, twoSidedZ } from "../../core/distributions.js";
import { InputError } from "../../core/errors.js";
import { wilsonInterval } from "../../core/proportion-intervals.js";
import { quantileSelect } from "../../core/statistics.js";
import { checkShare } from "../check-options.js";
import { decideByChecks, exactly, type LimitCheck, limitCheck } from "../limit-check.js";
import { quantileEstimate } from "../quantile-interval.js";
import { checkColumn } from "../refuse-value.js";
import { DEFAULT_EDGE_OPTIONS, type EdgeOptions } from "./edge-options.js";
import type { EdgeSamples } from "./edge-samples.js";
import type { EdgeGate } from "./edge-schema.js";
import { thermalTrend } from "./thermal-trend.js";

function checkFloat({ float, classes }: EdgeSamples): void {
  float.forEach((scores, c) => {
    checkColumn(`float_${classes[c]}`, scores, Number.isFinite, "a finite score of the float build");
  });
}

/** Largest and 99 % quantile of |quantised − float|. */
function differences({ classes, float, quant }: EdgeSamples): EdgeGate["difference"] {
  const n = float[0].length;
  const all = new Float64Array(n * classes.length);
  let [count, max, row, of] = [0, -1, 0, 0];
  for (let c = 0; c < classes.length; c++) {
    for (let i = 0; i < n; i++) {
      const difference = Math.abs(quant[c][i] - float[c][i]);
      if (!Number.isFinite(difference)) continue;
      all[count++] = difference;
      if (difference > max) [max, row, of] = [difference, i + 1, c];
    }
  }
  if (count === 0) return null;
  return { max, p99: quantileSelect(all.subarray(0, count), 0.99), row, class: classes[of] };
}

function notFinite({ quant }: EdgeSamples): number {
  return quant[0].reduce((n, _, i) => n + (quant.every((scores) => Number.isFinite(scores[i])) ? 0 : 1), 0);
}

/** Class with the highest score, the first of several; −1 where a score is NaN. */
function top(scores: readonly Float64Array[], i: number): number {
  let best = 0;
  for (let c = 0; c < scores.length; c++) {
    if (Number.isNaN(scores[c][i])) return -1;
    if (scores[c][i] > scores[best][i]) best = c;
  }
  return best;
}

function agreementOf({ classes, float, quant }: EdgeSamples, alpha: number): EdgeGate["agreement"] {
  if (classes.length < 2) return null;
  const agreed = float[0].reduce((n, _, i) => n + (top(float, i) === top(quant, i) ? 1 : 0), 0);
  const { rate, low, high } = wilsonInterval(agreed, float[0].length, twoSidedZ(1 - alpha));
  return { agreed, rate, lower: low, upper: high };
}

function latencyOf({ latencyMs }: EdgeSamples, alpha: number): EdgeGate["latency"] {
  if (!latencyMs) return null;
  const sorted = latencyMs.filter((ms) => Number.isFinite(ms)).sort();
  return { q: 0.95, n: sorted.length, ...quantileEstimate(sorted, 0.95, 1 - alpha) };
}

function checksOf(found: Omit<EdgeGate, "checks" | "decision" | "warnings">, limits: Required<EdgeOptions>) {
  const { difference, agreement, latency, thermal, not_finite } = found;
  const slope = thermal && { value: thermal.slope, lower: thermal.lower, upper: thermal.upper };
  const rate = agreement && { value: agreement.rate, lower: agreement.lower, upper: agreement.upper };
  const checks: LimitCheck[] = [
    ...limitCheck("max_abs_diff", difference && exactly(difference.max), limits.maxAbsDiff, "most"),
    ...limitCheck("p99_abs_diff", difference && exactly(difference.p99), limits.maxP99Diff, "most"),
    ...limitCheck("agreement", rate, limits.minAgreement, "least"),
    ...limitCheck("latency_p95", latency, limits.maxLatencyP95, "most"),
    ...limitCheck("thermal_trend", slope, limits.maxThermalTrend, "most"),
  ];
  // A build that gives no number for some sample is broken, whatever limits were asked for.
  return not_finite > 0 ? [...limitCheck("not_finite", exactly(not_finite), 0, "most"), ...checks] : checks;
}

function thermalWarnings(thermal: EdgeGate["thermal"], alpha: number): string[] {
  const correlation = thermal?.neighbour_correlation ?? 0;
  // Of independent values it is about normal with variance 1 / n (Bartlett 1946).
  if (!thermal || correlation * Math.sqrt(thermal.points) <= normalQuantile(1 - alpha)) return [];
  const figure = correlation.toFixed(2);
  return [
    `temperatures that follow each other are alike (correlation ${figure}): the interval of the trend is too short and its p-value too small`,
  ];
}

/**
 * Whether a quantised build may replace its float build on a device: differences of the scores of the same samples,
 * agreement of the highest score, latency and the trend of the temperature, each against its limit if there is one.
 *
 * A figure with an interval passes when its whole interval keeps the limit and fails when its whole interval breaks it.
 * Scores that are missing or not finite in the quantised build disagree and make the gate fail. The trend takes its points
 * for independent, and a warning says when they are not; a device that still warms up has a rising one.
 *
 * @returns a plain object, keys as in `edge.json`
 * @throws InputError naming row (from 1) and column of a float score that is not finite; no samples; no classes
 * @example
 * const { decision, checks } = gateEdge(samples, { minAgreement: 0.99, maxLatencyP95: 50 });
 */
export function gateEdge(samples: EdgeSamples, options: EdgeOptions = {}): EdgeGate {
  const limits = { ...DEFAULT_EDGE_OPTIONS, ...options };
  const { alpha } = limits;
  checkShare("alpha", alpha);
  const { classes, float, quant, times, temperatureC } = samples;
  if (classes.length === 0 || float.length !== classes.length || quant.length !== classes.length)
    throw new InputError(
      `there are ${classes.length} classes, ${float.length} float and ${quant.length} quantised scores`,
    );
  if (float[0].length === 0) throw new InputError("there are no samples");
  checkFloat(samples);
  const found = {
    samples: float[0].length,
    classes: classes.length,
    difference: differences(samples),
    not_finite: notFinite(samples),
    agreement: agreementOf(samples, alpha),
    latency: latencyOf(samples, alpha),
    thermal: times && temperatureC ? thermalTrend(times, temperatureC, 1 - alpha) : null,
  };
  const checks = checksOf(found, limits);
  const warnings = [
    ...(checks.length === 0 ? ["no limit was given: nothing is judged"] : []),
    ...thermalWarnings(found.thermal, alpha),
  ];
  return { ...found, checks, decision: decideByChecks(checks), warnings };
}
