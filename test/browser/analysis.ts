// What the browser test bundles: every analysis module by its public face.
import type { CapacityPlan, planCapacity } from "../../src/capacity/index.js";

export * as capacity from "../../src/capacity/index.js";
export * as core from "../../src/core/index.js";
export * as forecast from "../../src/forecast/index.js";

/** Three weeks of one queue on one pool, planned one week ahead. */
export function smallPlan(plan: typeof planCapacity): CapacityPlan {
  const hours = 24 * 21;
  const demand = Float64Array.from({ length: hours }, (_, i) => 40 + 10 * Math.sin((i * Math.PI) / 12) + (i % 5));
  const observed = new Float64Array(hours).fill(1);
  const hourly = {
    queues: ["a"],
    start: Date.UTC(2026, 8, 7),
    hours,
    demand: [demand],
    usage: [demand],
    observed: [observed],
  };
  const pools = [{ name: "a100", gpu_model: "A100", nodes: 8, gpus_per_node: 8 }];
  return plan(
    { hourly, plan: { horizon_weeks: 1, seed: 1, pools, mapping: [{ queue: "*", pools: ["a100"] }] } },
    { paths: 100 },
  );
}
