import { mean } from "../../core/statistics.js";
import { quantileEstimate } from "../quantile-interval.js";
import { refuseValue } from "../refuse-value.js";
import { meanInterval } from "./mean-interval.js";
import type { ServiceRecord } from "./service-record.js";
import type { ServiceGate } from "./service-schema.js";

/**
 * Seconds from the start of incidents to their mitigation: mean (interval by bootstrap-t), median and 90 % quantile
 * (intervals by order statistics).
 *
 * @throws InputError naming the row (from 1) of an incident that is mitigated before it starts
 */
export function mitigationTimes(
  { started, mitigated }: NonNullable<ServiceRecord["incidents"]>,
  level: number,
  seed: number,
): NonNullable<ServiceGate["mitigation"]> {
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
