import { z } from "zod";
import { EstimateSchema, Instant, NodesAtLevelSchema, Probability } from "./result-parts.js";

/** What one pool must carry in the plan's scenario, and what it has. */
export const PoolResultSchema = z.object({
  pool: z.string(),
  gpuModel: z.string().nullable(),
  zone: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  taints: z.array(z.string()),
  gpusPerNode: z.int().positive(),
  nodesHave: z.int().nonnegative(),
  queues: z.array(z.string()).describe("queues that may run here"),
  gpuHours: EstimateSchema,
  peakGpus: EstimateSchema,
  need: z.array(NodesAtLevelSchema).describe("for the whole horizon, by level, ascending"),
  shortfall: z.array(z.object({ level: z.number(), nodes: z.int() })).describe("need − have; negative is a surplus"),
  pShortfall: Probability.describe("P(demand > capacity in any hour)"),
  shortfallHours: EstimateSchema,
  shortfallGpuHours: EstimateSchema,
  peakWeek: Instant.describe("week of the highest need at the highest level (the first of equals)"),
  weeks: z.array(
    z.object({
      weekStart: Instant,
      need: z.array(
        NodesAtLevelSchema.extend({ gpuHours: z.number().describe("of the week, not exceeded with that probability") }),
      ),
      gpuHours: EstimateSchema,
      peakGpus: EstimateSchema,
      pShortfall: Probability,
    }),
  ),
  packing: z
    .object({ efficiency: Probability.nullable(), jobs: z.int().positive().nullable(), reason: z.string().nullable() })
    .describe(
      "share of the nodes' GPUs that the job mix can fill, from that many jobs; null with the reason where not known",
    ),
});
export type PoolResult = z.infer<typeof PoolResultSchema>;

const WaitSchema = z.object({ medianMinutes: z.number(), p95Minutes: z.number() });

/** Nodes of a pool against the risk of not having enough. */
export const RiskCurveSchema = z.object({
  pool: z.string(),
  nodesHave: z.int().nonnegative(),
  waitMethod: z.enum(["fluid approximation", "simulation"]),
  simulation: z
    .object({
      policy: z.string().nullable(),
      paths: z.int().positive().nullable().describe("demand paths that jobs were played along"),
      jobs: z.number().nullable().describe("jobs a path"),
      reason: z.string().nullable(),
    })
    .describe("what was simulated; all null but the reason where waits are not"),
  waitTarget: z
    .object({
      medianMinutes: z.number().nullable(),
      p95Minutes: z.number().nullable(),
      nodes: z.int().nullable().describe("from so many on the targets are met; null beyond the curve"),
    })
    .nullable()
    .describe("strictest wait targets of the queues that prefer the pool; null without any"),
  points: z.array(
    z.object({
      nodes: z.int().nonnegative(),
      gpus: z.int().nonnegative(),
      pAnyHour: Probability.describe("P(demand > capacity in any hour)"),
      pAnyWeek: Probability.describe("P(a week's mean demand > capacity)"),
      shortfallHours: EstimateSchema,
      wait: WaitSchema.describe("over demand-weighted hours of all paths"),
    }),
  ),
});
export type RiskCurve = z.infer<typeof RiskCurveSchema>;

/** Storage throughput asked by the GPUs of a pool. */
export const IoCheckSchema = z.object({
  pool: z.string(),
  gbytesPerS: z.number().describe("what the pool's storage gives"),
  peakGbytesPerS: EstimateSchema,
  hoursAtRisk: EstimateSchema.describe("hours of the horizon that ask for more than there is"),
  pAnyHour: Probability,
  bottleneck: z.boolean().describe("true when P(any hour) exceeds 5 %"),
  queuesWithoutRate: z.array(z.string()).describe("queues whose GB/s per GPU is not given; counted as 0"),
});
export type IoCheck = z.infer<typeof IoCheckSchema>;
