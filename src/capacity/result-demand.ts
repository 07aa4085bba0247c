import { z } from "zod";
import { BandsSchema, EstimateSchema, HourlyValues, Instant, NodesAtLevelSchema, Probability } from "./result-parts.js";

/** History, forecast and figures of one queue; queue `_total` is the sum of all. GPUs unless a name says otherwise. */
export const QueueDemandSchema = z.object({
  queue: z.string(),
  team: z.string().nullable(),
  model: z.string().nullable().describe("forecast model; null for _total, which is the sum of the queues' paths"),
  history: z
    .object({ start: Instant, demand: HourlyValues, usage: HourlyValues, capacity: HourlyValues })
    .describe("the last four weeks before the forecast, one value an hour"),
  forecast: z
    .object({ start: Instant })
    .and(z.object({ bands: BandsSchema }))
    .describe("scenario baseline"),
  planned: BandsSchema.nullable().describe("all scenarios together; null where they change nothing in this queue"),
  capacity: z.number().nullable().describe("GPUs of the queue at the start of the forecast"),
  capacitySource: z.enum(["file", "telemetry", "observed_maximum"]).nullable(),
  gpuHours: EstimateSchema.describe("over the horizon, baseline"),
  peakGpus: EstimateSchema.describe("highest hour of the horizon, baseline"),
  pOverCapacity: Probability.nullable().describe("P(demand > queue capacity in any hour), baseline"),
  hoursOverCapacity: EstimateSchema.nullable(),
  lastMonth: z
    .object({
      month: z.string(),
      partial: z.boolean(),
      gpuHours: z.number().describe("demanded in the observed hours"),
      meanGpus: z.number(),
    })
    .nullable(),
  change: EstimateSchema.nullable().describe("mean GPUs of the horizon ÷ mean GPUs of last month − 1"),
});
export type QueueDemand = z.infer<typeof QueueDemandSchema>;

/** One row of the weekly table: a queue (or `_total`) in a week under a scenario. */
export const WeeklyRowSchema = z.object({
  queue: z.string(),
  scenario: z.string().describe("baseline, a scenario's name, or all"),
  weekStart: Instant,
  gpuHours: EstimateSchema.describe("quantiles of path sums"),
  peakGpus: EstimateSchema.describe("highest hour of the week"),
  pPeak: Probability.describe("P(this week has the most GPU-hours); sums to 1 over the weeks; ties split evenly"),
});
export type WeeklyRow = z.infer<typeof WeeklyRowSchema>;

/** The likeliest peak week of each queue and the hour-of-week profile, in the plan's scenario. */
export const PeakWeeksSchema = z.object({
  scenario: z.string(),
  rows: z.array(
    z.object({
      queue: z.string(),
      weekStart: Instant.describe("the week with the highest P(peak)"),
      pPeak: Probability,
      gpuHours: EstimateSchema,
      peakGpus: EstimateSchema,
    }),
  ),
  heatmap: z
    .array(
      z.object({
        queue: z.string(),
        meanGpus: z.array(z.number().nullable()).length(168).describe("index 0 = Monday 00:00 local time"),
      }),
    )
    .describe("mean forecast by local hour of the week"),
});
export type PeakWeeks = z.infer<typeof PeakWeeksSchema>;

/** One scenario against the baseline; differences are taken path by path. */
export const ScenarioResultSchema = z.object({
  name: z.string(),
  probability: Probability.nullable().describe("share of the paths that have it; null for baseline and all"),
  overlays: z.array(z.string()).describe("one sentence for each overlay"),
  gpuHours: EstimateSchema.describe("total over the horizon"),
  difference: EstimateSchema.describe("GPU-hours against the baseline"),
  peakGpus: EstimateSchema.describe("highest hour of the total"),
  queues: z
    .array(z.object({ queue: z.string(), difference: EstimateSchema, pOverCapacity: Probability.nullable() }))
    .describe("queues that the scenario changes"),
  nodes: z
    .array(
      z.object({
        pool: z.string(),
        need: z.array(NodesAtLevelSchema.extend({ difference: z.int().describe("against the baseline") })),
      }),
    )
    .nullable(),
});
export type ScenarioResult = z.infer<typeof ScenarioResultSchema>;
