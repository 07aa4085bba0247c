import { z } from "zod";
import { isInstant } from "../core/time.js";

const positive = z.number().positive();
const amount = z.number().nonnegative();
const queue = z.string().min(1);

const instant = z.string().refine(isInstant, { message: "expected an ISO 8601 instant such as 2020-06-08T00:00:00Z" });

/** One piece of planned work laid over the baseline. */
export const OverlaySchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hpo_wave"), queue, start: instant, duration_hours: positive, gpus: amount }),
  z.strictObject({
    type: z.literal("hpo_trials"),
    queue,
    start: instant,
    trials: z.int().positive().max(100_000),
    gpus_per_trial: amount,
    hours_per_trial: z.union([
      positive,
      z
        .strictObject({ dist: z.literal("lognormal"), median: positive, p90: positive })
        .refine((d) => d.p90 >= d.median, { message: "p90 must not lie below the median" }),
    ]),
    parallel: z.int().positive().max(100_000),
    successive_halving: z.strictObject({ eta: z.number().min(1), rungs: z.int().positive().max(20) }).optional(),
  }),
  z
    .strictObject({
      type: z.literal("retrain"),
      queue,
      every_hours: z.number().min(0.01).optional(),
      start: instant,
      gpus: amount,
      duration_hours: positive,
      jitter_hours: amount.optional(),
      trigger_rate_per_week: amount.max(10_000).optional(),
      drift_report: z.string().min(1).optional(),
    })
    .refine((r) => r.every_hours !== undefined || r.trigger_rate_per_week !== undefined, {
      message: "retrain needs every_hours, trigger_rate_per_week or both",
    }),
  z.strictObject({ type: z.literal("scale"), queue, from: instant, to: instant, factor: amount }),
  z.strictObject({
    type: z.literal("shift"),
    queue,
    to_queue: queue,
    fraction: z.number().min(0).max(1),
    from: instant,
    to: instant,
  }),
  z.strictObject({ type: z.literal("capacity"), queue, from: instant, to: instant, gpus: amount }),
]);

export const ScenarioEntrySchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .refine((name) => name !== "baseline" && name !== "all", { message: '"baseline" and "all" are taken' }),
  probability: z.number().min(0).max(1).optional(),
  overlays: z.array(OverlaySchema).min(1),
});

/** The scenario file of `fleetlens demand --scenarios`. */
export const ScenarioSchema = z.strictObject({
  scenarios: z.array(ScenarioEntrySchema).refine((list) => new Set(list.map((s) => s.name)).size === list.length, {
    message: "scenario names must differ",
  }),
});

const weekFields = z.object({
  queue: z.string(),
  scenario: z.string(),
  week: z.int().min(1),
  start: z.string(),
  end: z.string(),
  mean: z.number(),
  capacity: z.number().optional(),
  served_mean: z.number().optional(),
  shortfall_mean: z.number().optional(),
  p_over_capacity: z.number().min(0).max(1).optional(),
});

const peakFields = z.object({
  queue: z.string(),
  scenario: z.string(),
  week: z.int().min(1),
  probability: z.number().min(0).max(1),
  mean: z.number(),
});

/** The result of `fleetlens demand`. Weeks and peaks carry one lo and hi for each level asked, e.g. `lo_80`. */
export const DemandSchema = z.object({
  schema: z.literal("fleetlens.demand/1"),
  version: z.string(),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int() })),
    options: z.record(z.string(), z.json()),
    seed: z.int(),
  }),
  unit: z.enum(["gpu-hours", "gpu"]),
  weeks: z.array(weekFields.catchall(z.number())).min(1),
  peak: peakFields.catchall(z.number()),
  peaks: z.array(peakFields.catchall(z.number())),
  sums: z.array(z.string()).describe("names among the queues that are sums of the hierarchy, the total apart"),
  scenarios: z.array(ScenarioEntrySchema),
  members: z.record(z.string(), z.record(z.string(), z.number())),
  warnings: z.array(z.string()),
});
export type Demand = z.infer<typeof DemandSchema>;
