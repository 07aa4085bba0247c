import { z } from "zod";

const Name = z.string().min(1);
const Count = z.int().nonnegative();
const Seconds = z.int().nonnegative();
const Positive = z.number().positive();
const Share = z.number().min(0).max(1);
const NonNegative = z.number().nonnegative();

const Template = z.strictObject({
  gpus: z.int().positive(),
  model: Name.optional(),
  cpu_milli: Count.optional(),
  memory_mib: Count.optional(),
  nvlink: Count.optional().describe("GPUs of one NVLink island; default the whole node"),
});

const Storage = z.strictObject({
  fsx_gbps: Positive.optional().describe("gigabytes per second"),
  s3_gbps: Positive.optional().describe("gigabytes per second"),
  nic_gbps: Positive.optional().describe("gigabytes per second of one node"),
});

const Pool = z.strictObject({
  name: Name,
  gpus: z.int().positive().optional().describe("GPUs of a pool without nodes (placement pooled)"),
  count: z.int().positive().optional().describe("nodes like the template"),
  template: Template.optional(),
  zones: z.array(Name).min(1).optional().describe("nodes are spread over them evenly"),
  racks_per_zone: z.int().positive().optional(),
  price_hour: NonNegative.optional().describe("dollars for one node and hour"),
  spot_price_hour: NonNegative.optional().describe("makes it a spot pool, charged at this price"),
  spot_interrupt_per_hour: NonNegative.optional().describe("rate at which a run on the pool is interrupted"),
  storage: Storage.optional(),
});
export type PoolConfig = z.infer<typeof Pool>;

const Queue = z.strictObject({
  name: Name,
  cohort: Name.optional().describe("path of cohorts from the root, e.g. research/vision"),
  nominal_gpus: Count.optional(),
  borrowing_limit: Count.optional(),
  lending_limit: Count.optional(),
  weight: Positive.default(1),
  priority: z.number().default(0).describe("added to the priority of the queue's jobs"),
  budget_usd_month: NonNegative.optional(),
  per_run_budget_usd: NonNegative.optional(),
});
export type QueueConfig = z.infer<typeof Queue>;

const Cohort = z.strictObject({
  name: Name.describe("path from the root, e.g. research/vision"),
  nominal_gpus: Count.optional().describe("GPUs of the cohort beside those of its queues"),
  borrowing_limit: Count.optional(),
  lending_limit: Count.optional(),
  weight: Positive.default(1),
});

const Fault = z.strictObject({
  kind: z.literal("zone_outage"),
  zone: z.union([Name, z.array(Name).min(1)]).describe("the zone, or all zones of a region"),
  at_s: Seconds,
  for_s: z.int().positive(),
  rto_s: Seconds.optional().describe("target: every job that was hit runs again within"),
  rpo_s: Seconds.optional().describe("target: no job loses more work than"),
});
export type FaultConfig = z.infer<typeof Fault>;

/** The cluster file of the queue simulator. */
export const ClusterConfigSchema = z.strictObject({
  version: z.literal(1),
  placement: z.enum(["pooled", "nodes"]).default("pooled"),
  pools: z.array(Pool).min(1),
  queues: z.array(Queue).default([]),
  cohorts: z
    .array(Cohort)
    .default([])
    .describe("cohorts with a quota, limits or a weight of their own; others need no entry"),
  preemption: z
    .strictObject({
      within_queue: z.enum(["never", "lower_priority", "lower_or_newer_equal_priority"]).default("lower_priority"),
      reclaim_within_cohort: z.enum(["never", "lower_priority", "any"]).default("any"),
      borrow_within_cohort: z.enum(["never", "lower_priority"]).default("never"),
      max_priority_threshold: z.number().optional().describe("highest priority that a borrowing job may preempt"),
      fair_sharing: z.boolean().default(true),
    })
    .prefault({})
    .describe("policy kueue: whom a job may take off its GPUs"),
  fairshare: z
    .strictObject({
      algorithm: z.enum(["classic", "fair_tree"]).default("classic"),
      half_life_s: z.int().positive().default(604_800),
      weights: z
        .strictObject({
          age: NonNegative.default(0),
          fairshare: NonNegative.default(0),
          size: NonNegative.default(0),
          qos: NonNegative.default(0),
        })
        .default({ age: 1000, fairshare: 10_000, size: 1000, qos: 1000 }),
      max_age_s: z.int().positive().default(604_800),
    })
    .prefault({})
    .describe("policy multifactor"),
  throughput: z
    .record(Name, z.record(Name, Positive))
    .default({})
    .describe('policy gavel: work a second by job kind (label "kind", or "*") and GPU model'),
  round_s: z.int().positive().default(360).describe("policy gavel: seconds between two allocations"),
  faults: z.array(Fault).default([]),
  slo: z
    .strictObject({
      median_wait_s: NonNegative.optional(),
      p95_wait_s: NonNegative.optional(),
      gpu_util: Share.optional(),
      cost_per_gpu_hour: NonNegative.optional(),
    })
    .prefault({}),
  shed: z
    .strictObject({
      queue_depth: Count.describe("jobs waiting in a queue from which its arrivals are turned away"),
      pause_below_priority: z.number().optional().describe("only arrivals below it; default all"),
    })
    .optional(),
});

/** The cluster file with its defaults filled in. */
export type ClusterConfig = z.infer<typeof ClusterConfigSchema>;
/** The cluster file as written: defaults may be left out. */
export type ClusterConfigInput = z.input<typeof ClusterConfigSchema>;
