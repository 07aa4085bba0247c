import { finiteOrNull } from "../../core/finite-or-null.js";
import { type QuantileInterval, quantileInterval } from "../quantile-interval.js";
import type { CanaryRequests } from "./canary-requests.js";
import type { CanaryGate } from "./canary-schema.js";

type LatencyChange = CanaryGate["latency"][number];

/** Quantiles of latency that are compared. */
const LATENCY_QUANTILES = Object.freeze([0.5, 0.9, 0.95, 0.99]);

/** Finite latencies of an arm, ascending. */
function sortedLatencies({ arm, latencyMs }: CanaryRequests, side: number): Float64Array {
  return latencyMs.filter((ms, i) => arm[i] === side && Number.isFinite(ms)).sort();
}

/** canary − factor × prod with the squares of both intervals' arms added (MOVER, Zou & Donner 2008). */
function difference(prod: QuantileInterval, canary: QuantileInterval, factor: number) {
  const value = canary.value - factor * prod.value;
  return {
    value,
    low: value - Math.hypot(canary.value - canary.low, factor * (prod.high - prod.value)),
    high: value + Math.hypot(canary.high - canary.value, factor * (prod.value - prod.low)),
  };
}

/** Against prod's quantile × (1 + increase): the canary's is at most that, above it, or it cannot be told. */
function verdict(prod: QuantileInterval, canary: QuantileInterval, increase: number | null): LatencyChange["verdict"] {
  if (increase === null) return null;
  const { low, high } = difference(prod, canary, 1 + increase);
  if (low > 0) return "fail";
  return high <= 0 ? "pass" : "hold";
}

/**
 * Quantiles of latency by arm and intervals of canary − prod. Each quantile has its order-statistic interval; the two are
 * joined as Newcombe joins two shares. A bound is null where an arm is too small for it.
 *
 * @param increase largest increase that passes, as a share of prod's quantile; null: latency is not judged
 */
export function latencyChanges(requests: CanaryRequests, alpha: number, increase: number | null): LatencyChange[] {
  const arms = [0, 1].map((side) => sortedLatencies(requests, side));
  return LATENCY_QUANTILES.map((q) => {
    const [prod, canary] = arms.map((sorted) => quantileInterval(sorted, q, 1 - alpha));
    if (arms.some((sorted) => sorted.length === 0)) {
      const none = { lower: null, upper: null, verdict: increase === null ? null : ("hold" as const) };
      return { q, prod: finiteOrNull(prod.value), canary: finiteOrNull(canary.value), ...none };
    }
    const { low, high } = difference(prod, canary, 1);
    const interval = { lower: finiteOrNull(low), upper: finiteOrNull(high) };
    return { q, prod: prod.value, canary: canary.value, ...interval, verdict: verdict(prod, canary, increase) };
  });
}
