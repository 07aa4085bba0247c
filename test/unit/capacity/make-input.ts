import {
  type PlanFile,
  type PlanFileInput,
  type PlanInput,
  type PlanOptions,
  parsePlanFile,
} from "../../../src/capacity/index.js";
import type { PlanContext } from "../../../src/capacity/plan-context.js";
import { planWeeks } from "../../../src/capacity/plan-weeks.js";
import { createRandom, HOUR_MS, type HourlyDemand } from "../../../src/core/index.js";

/** Monday, 6 January 2020, 00:00 UTC. */
export const MONDAY = Date.UTC(2020, 0, 6);

/** Noisy daily demand of some queues; usage is capped at `capacity` GPUs. */
export function makeHourly(queues: readonly string[], hours = 4 * 168, capacity = 40): HourlyDemand {
  const sorted = [...queues].sort();
  const demand = sorted.map((queue) => {
    const random = createRandom(7).child(queue);
    const level = 10 + 20 * random.uniform();
    return Float64Array.from({ length: hours }, (_, h) =>
      Math.max(0, Math.round(level + 8 * Math.sin((2 * Math.PI * h) / 24) + 5 * random.normal())),
    );
  });
  return {
    queues: sorted,
    start: MONDAY,
    hours,
    demand,
    usage: demand.map((gpus) => gpus.map((g) => Math.min(g, capacity))),
    observed: sorted.map(() => new Float64Array(hours).fill(1)),
  };
}

/** Two pools, a mapping with a wildcard, prices, scenarios, commitments and a budget. */
export const SECTIONS: Omit<PlanFileInput, "version"> = {
  horizon_weeks: 1,
  seed: 3,
  pools: [
    {
      name: "big",
      nodes: 8,
      gpus_per_node: 8,
      price: { on_demand: 20, spot: 8, commit_1y: 12, commit_3y: 9, unit: "node_hour", currency: "USD" },
      spot: { interruption_per_hour: 0.05, checkpoint_minutes: 15, restart_minutes: 6 },
      io: { gbytes_per_s: 2 },
    },
    {
      name: "small",
      nodes: 5,
      gpus_per_node: 4,
      price: { on_demand: 3, commit_1y: 2, unit: "gpu_hour", currency: "USD" },
    },
  ],
  mapping: [
    { queue: "a", pools: ["big"], team: "red", priority: 10, spot_share_max: 0.3, gbytes_per_s_per_gpu: 0.05 },
    { queue: "*", pools: ["small", "big"], team: "blue" },
  ],
  scenarios: [
    {
      name: "wave",
      overlays: [{ type: "hpo_wave", queue: "a", start: "2020-02-04T00:00:00Z", duration_hours: 48, gpus: 16 }],
    },
    {
      name: "retrain",
      probability: 0.5,
      overlays: [
        { type: "retrain", queue: "b", start: "2020-02-05T00:00:00Z", every_hours: 168, gpus: 8, duration_hours: 6 },
      ],
    },
  ],
  commitments: { existing: [{ pool: "big", nodes: 2, kind: "commit_1y" }], terms: ["commit_1y", "commit_3y"] },
  budget: { month: 100_000, currency: "USD" },
};

/** Quick forecasts: seasonal naive with its residual paths. */
export const QUICK: PlanOptions = { paths: 60, models: ["seasonal_naive"] };

export function makeInput(change: Partial<PlanInput> = {}): PlanInput {
  return { hourly: makeHourly(["a", "b", "c"]), plan: SECTIONS, ...change };
}

/** Context of a horizon of so many hours from a Monday on. */
export function makeContext(plan: Omit<PlanFileInput, "version">, horizon: number): PlanContext {
  const file: PlanFile = parsePlanFile({ version: 1, ...plan });
  return { plan: file, levels: file.levels, start: MONDAY, horizon, weeks: planWeeks(MONDAY, horizon, file.time_zone) };
}

export { HOUR_MS };
