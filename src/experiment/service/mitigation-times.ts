import { mean } from "../../core/statistics.js";
import { refuseValue } from "../check-options.js";
import type { Estimate } from "../limit-check.js";
import { quantileInterval } from "../quantile-interval.js";
import { meanInterval } from "./mean-interval.js";
import type { ServiceRecord } from "./service-record.js";

/** Seconds from the start of incidents to their mitigation. */
export interface MitigationTimes {
  n: number;
  /** Incidents that are not mitigated, or whose start is not known; they are left out. */
  open: number;
  mean: Estimate;
  median: Estimate;
  p90: Estimate;
}

function quantileEstimate(sorted: Float64Array, q: number, level: number): Estimate {
  const { value, low, high } = quantileInterval(sorted, q, level);
  const bound = (one: number) => (Number.isFinite(one) ? one : null);
  return { value: bound(value), lower: bound(low), upper: bound(high) };
}

/**
 * Mean (interval by bootstrap-t), median and 90 % quantile (intervals by order statistics) of the times to mitigation.
 *
 * @throws InputError naming the row (from 1) of an incident that is mitigated before it starts
 */
export function mitigationTimes(
  { started, mitigated }: NonNullable<ServiceRecord["incidents"]>,
  level: number,
  seed: number,
): MitigationTimes {
  const seconds = started.map((start, i) => {
    if (mitigated[i] < start)
      refuseValue(i + 1, "mitigated_at", mitigated[i], `a time not before started_at, ${start}`);
    return (mitigated[i] - start) / 1000;
  });
  const sorted = seconds.filter((one) => !Number.isNaN(one)).sort();
  const n = sorted.length;
  const interval = meanInterval(sorted, level, seed);
  return {
    n,
    open: seconds.length - n,
    mean: { value: n > 0 ? mean(sorted) : null, lower: interval?.low ?? null, upper: interval?.high ?? null },
    median: quantileEstimate(sorted, 0.5, level),
    p90: quantileEstimate(sorted, 0.9, level),
  };
}
