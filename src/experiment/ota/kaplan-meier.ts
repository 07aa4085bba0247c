import { twoSidedZ } from "../../core/distributions.js";

/** Survival just after a time at which subjects failed. */
export interface SurvivalStep {
  time: number;
  /** Subjects that had neither failed nor left before. */
  atRisk: number;
  failed: number;
  survival: number;
  /** Greenwood's standard error; NaN once nobody survives. */
  standardError: number;
  /** Interval on the log(−log) scale; NaN once nobody survives. */
  low: number;
  high: number;
}

/**
 * Kaplan & Meier's estimate of survival (1958) with Greenwood's variance (1926) and the interval of log(−log S), which
 * stays within 0 and 1 (Kalbfleisch & Prentice 1980). Who leaves at the time of a failure is still at risk then.
 *
 * @param times of failure, or of the last look
 * @param failed 1 for a failure, 0 for who left without one
 * @returns a step for each time with a failure, ascending; before the first one survival is 1
 */
export function kaplanMeier(times: Float64Array, failed: Uint8Array, level = 0.95): SurvivalStep[] {
  const order = Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a] - times[b]);
  const z = twoSidedZ(level);
  const steps: SurvivalStep[] = [];
  let [survival, variance] = [1, 0];
  for (let start = 0; start < order.length; ) {
    const time = times[order[start]];
    const atRisk = order.length - start;
    let failures = 0;
    for (; start < order.length && times[order[start]] === time; start++) failures += failed[order[start]];
    if (failures === 0) continue;
    survival *= (atRisk - failures) / atRisk;
    variance += failures / (atRisk * (atRisk - failures));
    const gone = survival === 0;
    const theta = (z * Math.sqrt(variance)) / Math.log(survival);
    steps.push({
      ...{ time, atRisk, failed: failures, survival },
      standardError: gone ? Number.NaN : survival * Math.sqrt(variance),
      low: gone ? Number.NaN : survival ** Math.exp(-theta),
      high: gone ? Number.NaN : survival ** Math.exp(theta),
    });
  }
  return steps;
}
