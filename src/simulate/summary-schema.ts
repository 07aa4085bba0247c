import { z } from "zod";
import { TimelineMeansSchema } from "./timeline-means.js";

const Figure = z.number().nullable();
const Count = z.int().nonnegative();

const Service = z.object({
  jobs: Count,
  completed: Count,
  rejected: Count,
  shed: Count,
  unfinished: Count,
  mean_wait_s: Figure,
  median_wait_s: Figure,
  p95_wait_s: Figure,
  p99_wait_s: Figure,
  started_at_once: Count.describe("jobs that did not wait at all"),
  wait_quantiles_s: z
    .array(z.number())
    .describe("waits at the probabilities 0, 0.025, ... 0.975, 0.99, 0.995, 1; empty when nothing started"),
  mean_jct_s: Figure.describe("end - submit"),
  mean_bounded_slowdown: Figure.describe("bound of 10 seconds"),
  gpu_hours: z.number().describe("held, lost work included"),
  lost_gpu_hours: z.number(),
  gpu_util: z.number(),
  preemptions: Count,
  cost_usd: Figure.describe("null where no pool has a price"),
  cost_per_gpu_hour: Figure.describe("cost ÷ GPU-hours held and not lost"),
});

const Named = Service.extend({ name: z.string() });

const Slo = z.object({
  target: z.enum(["median_wait_s", "p95_wait_s", "gpu_util", "cost_per_gpu_hour"]),
  limit: z.number(),
  value: Figure,
  met: z.boolean().nullable().describe("null when there is no value to judge"),
});

const Spot = z.object({
  pool: z.string(),
  jobs: Count,
  interruptions: Count,
  mean_between_interruptions_s: z.number(),
  simulated_mean_s: Figure,
  daly_mean_s: Figure,
  checkpoint_interval_s: Figure,
  young_interval_s: Figure,
});

const Outage = z.object({
  zones: z.array(z.string()),
  gpus: Count.describe("GPUs in those zones"),
  at_s: z.number(),
  for_s: z.number(),
  restarted_jobs: z.array(z.string()),
  lost_gpu_hours: z.number(),
  largest_loss_s: z.number(),
  recovery_s: Figure.describe("until every job that was hit runs again; null for never"),
  p95_wait_back_s: Figure.describe("until the hourly p95 wait is back for good; null when it is not"),
  p95_wait_s: Figure.describe("of the jobs submitted during the outage; null when none was, or they never start"),
  p95_wait_calm_s: Figure.describe("of the same jobs without any outage"),
  hourly_p95_wait_s: z
    .array(Figure)
    .describe("p95 wait by hour of submission from the outage on, at most 168 hours; null for never"),
  hourly_p95_wait_calm_s: z.array(Figure).describe("the same without any outage"),
  rto_s: Figure,
  rto_met: z.boolean().nullable(),
  rpo_s: Figure,
  rpo_met: z.boolean().nullable(),
});

const Io = z.object({
  pool: z.string(),
  limit_gbytes_per_s: z.number(),
  limited_by: z.enum(["fsx", "s3", "nic"]),
  peak_gbytes_per_s: z.number(),
  hours_bound: z.number(),
  jobs_bound: z.array(z.string()),
  fsx_gbps_needed: Figure,
  fsx_tib_needed: Figure,
});

const Refused = z.object({ capacity: Count, budget: Count });

/** Figures of a simulation; times are seconds of the job file's clock. */
export const SimulationSummarySchema = Service.extend({
  policy: z.string(),
  seed: z.number(),
  placement: z.enum(["pooled", "nodes"]),
  gpus: Count,
  from_s: Figure.describe("first submit"),
  to_s: Figure.describe("last end"),
  rejected_for: Refused,
  bill_usd: Figure.describe("all pools from first submit to last end, idle GPUs included"),
  bill_per_gpu_hour: Figure.describe("bill ÷ GPU-hours held and not lost"),
  deadlines: z.object({ jobs: Count, missed: Count }),
  slo: z.array(Slo),
  jain: z.object({ queues: Figure, teams: Figure, users: Figure }).describe("of mean bounded slowdowns"),
  by_queue: z.array(Named),
  by_team: z.array(Named),
  spot: z.array(Spot),
  outages: z.array(Outage),
  io: z.array(Io),
  timeline: TimelineMeansSchema.nullable().describe("null when no timeline was kept, or nothing happened"),
});
export type SimulationSummary = z.infer<typeof SimulationSummarySchema>;

/** The file `summary.json`. */
export const SimulationFileSchema = z.object({
  schema: z.literal("fleetlens.simulation/1"),
  version: z.string(),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: Count.nullable() })),
    options: z.record(z.string(), z.unknown()),
    seed: z.number(),
  }),
  ...SimulationSummarySchema.shape,
});
export type SimulationFile = z.infer<typeof SimulationFileSchema>;
