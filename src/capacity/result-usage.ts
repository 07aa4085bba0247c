import { z } from "zod";
import { Instant, Probability } from "./result-parts.js";

const MonthSchema = z.object({
  month: z.string().describe("YYYY-MM in the plan's zone"),
  from: Instant,
  to: Instant,
  partial: z.boolean().describe("true when the observations do not cover the whole month"),
});
export type MonthSpan = z.infer<typeof MonthSchema>;

/** Service levels in the last full month. */
export const SloReportSchema = MonthSchema.extend({
  source: z.enum(["jobs", "telemetry"]),
  rows: z.array(
    z.object({
      queue: z.string().describe("_total is all queues"),
      team: z.string().nullable(),
      jobs: z.int().nullable(),
      medianWaitMinutes: z.number().nullable().describe("jobs submitted in the month"),
      p95WaitMinutes: z.number().nullable(),
      targetMedianMinutes: z.number().nullable(),
      targetP95Minutes: z.number().nullable(),
      met: z.boolean().nullable().describe("null where there is no target or no job data"),
      pendingShare: Probability.nullable().describe("(demand − usage) ÷ demand in GPU-hours"),
      gpuUtilisation: z.number().nullable().describe("GPU-hours run ÷ GPU-hours of queue capacity"),
      costPerGpuHour: z.number().nullable(),
    }),
  ),
});
export type SloReport = z.infer<typeof SloReportSchema>;

/** GPU-hours and cost of the last full month. Rows of queue `_idle` hold what nobody used. */
export const ShowbackSchema = MonthSchema.extend({
  currency: z.string().nullable(),
  rows: z.array(
    z.object({
      team: z.string().describe("`_unassigned` without a team; idle rows carry `pool:NAME` or the queue's team"),
      queue: z.string(),
      gpuHours: z.number(),
      cost: z.number().nullable(),
    }),
  ),
  totals: z.object({ usedGpuHours: z.number(), idleGpuHours: z.number().nullable(), cost: z.number().nullable() }),
  rule: z.string().describe("how cost was spread, in words"),
});
export type Showback = z.infer<typeof ShowbackSchema>;

/** What is wrong with, or peculiar to, the observations. */
export const QualitySchema = z.object({
  from: Instant,
  to: Instant,
  hours: z.int(),
  duplicatesDropped: z.int().nullable().describe("exact duplicates; null when the source does not count them"),
  queues: z.array(
    z.object({
      queue: z.string(),
      observedHours: z.int().describe("hours observed for at least half"),
      missingHours: z.int(),
      gaps: z.int().describe("runs of missing hours"),
      longestGapHours: z.int(),
      censoredHours: z.int().nullable().describe("usage ≥ 98 % of capacity with demand pending; null without capacity"),
      idleShare: Probability.describe("share of the observed hours with no demand"),
      demandGpuHours: z.number(),
      usageGpuHours: z.number(),
    }),
  ),
});
export type Quality = z.infer<typeof QualitySchema>;

const Score = z.number().nullable();

/** How the figures were made. */
export const MethodSchema = z.object({
  paths: z.int(),
  seed: z.int(),
  version: z.string(),
  models: z.array(
    z.object({
      queue: z.string(),
      model: z.string(),
      weights: z.record(z.string(), z.number()),
      fallback: z.string().nullable().describe("why seasonal naive took the model's place; null when it did not"),
      warnings: z.array(z.string()),
    }),
  ),
  backtest: z
    .object({
      horizonHours: z.int(),
      origins: z.int(),
      stepHours: z.int(),
      note: z.string().nullable().describe("what the history did not allow"),
      rows: z
        .array(
          z.object({
            queue: z.string(),
            model: z.string().describe("the automatic choice, or seasonal_naive"),
            wql: Score,
            mase: Score,
            coverage80: Score,
            coverage95: Score,
            used: z.boolean(),
          }),
        )
        .describe("means over the origins"),
    })
    .nullable(),
  notes: z.array(z.string()),
});
export type Method = z.infer<typeof MethodSchema>;
