import { z } from "zod";
import { ScenarioEntrySchema } from "../forecast/index.js";
import { Currency, DateText, Files, Month, Name, NonNegative, Positive, Share, TimeZone } from "./plan-file-fields.js";

/** Commitment terms that a pool may price. */
export const CommitmentTerm = z.enum(["commit_1y", "commit_3y"]);
export type CommitmentTerm = z.infer<typeof CommitmentTerm>;

const Telemetry = z.strictObject({
  source: z.literal("telemetry"),
  files: Files,
  columns: z
    .strictObject({
      queue: Name,
      time: Name,
      running: Name,
      pending: Name.optional(),
      capacity: Name.optional(),
    })
    .optional()
    .describe("inferred by well-known names when left out"),
});

/** Layouts of job accounting. */
export const JOB_FORMATS = ["columns", "sacct", "kueue", "sagemaker", "wandb"] as const;

const Jobs = z.strictObject({
  source: z.literal("jobs"),
  files: Files,
  format: z.enum(JOB_FORMATS).default("columns"),
  columns: z
    .strictObject({
      id: Name,
      queue: Name,
      submit: Name,
      start: Name,
      end: Name,
      gpus: Name,
      state: Name.optional(),
      user: Name.optional(),
      team: Name.optional(),
      gpu_model: Name.optional(),
    })
    .optional(),
});

const Price = z.strictObject({
  on_demand: Positive,
  spot: Positive.optional(),
  commit_1y: Positive.optional(),
  commit_3y: Positive.optional(),
  unit: z.enum(["node_hour", "gpu_hour"]),
  currency: Currency,
});

const Pool = z.strictObject({
  name: Name,
  labels: z.record(Name, z.string()).default({}),
  taints: z.array(Name).default([]),
  gpu_model: Name.optional(),
  nodes: z.int().nonnegative(),
  gpus_per_node: z.int().positive(),
  zone: Name.optional(),
  price: Price.optional(),
  spot: z
    .strictObject({
      interruption_per_hour: NonNegative,
      checkpoint_minutes: NonNegative.describe("time between checkpoints"),
      restart_minutes: NonNegative,
    })
    .optional(),
  io: z.strictObject({ gbytes_per_s: Positive }).optional(),
});
export type Pool = z.infer<typeof Pool>;

const MappingEntry = z.strictObject({
  queue: Name.describe('a queue, or "*" for every queue that no other entry names'),
  pools: z.array(Name).min(1).describe("in order of preference"),
  shares: z.array(Share).optional().describe("fixed split over the pools (sums to 1) instead of filling by preference"),
  spot_share_max: Share.default(0),
  gbytes_per_s_per_gpu: NonNegative.optional(),
  team: Name.optional(),
  priority: z.number().default(0).describe("higher is placed first"),
  weight: Positive.optional().describe("fair-share weight, for the queue simulation"),
  slo: z.strictObject({ median_wait_minutes: Positive.optional(), p95_wait_minutes: Positive.optional() }).optional(),
});
export type MappingEntry = z.infer<typeof MappingEntry>;

const Commitments = z.strictObject({
  existing: z
    .array(z.strictObject({ pool: Name, nodes: z.int().positive(), until: DateText.optional(), kind: CommitmentTerm }))
    .default([]),
  terms: z.array(CommitmentTerm).default([]),
});
export type Commitments = z.infer<typeof Commitments>;

/** The plan file, `plan.yaml`. Every section but `version` may be missing; its part of the plan is then absent. */
export const PlanFileSchema = z.strictObject({
  version: z.literal(1),
  month: Month.optional().describe("names the output; default the month after the last observation"),
  horizon_weeks: z.int().min(1).max(8).default(4),
  time_zone: TimeZone.default("UTC"),
  seed: z.int().default(0),
  levels: z.array(z.number().gt(0).lt(100)).min(1).default([80, 95]).describe("interval levels in per cent"),
  demand: z.discriminatedUnion("source", [Telemetry, Jobs]).optional(),
  capacity: z.strictObject({ files: Files }).optional(),
  pools: z.array(Pool).min(1).optional(),
  mapping: z.array(MappingEntry).min(1).optional(),
  scenarios: z.array(ScenarioEntrySchema).optional(),
  commitments: Commitments.optional(),
  budget: z.strictObject({ month: Positive.describe("money for one calendar month"), currency: Currency }).optional(),
});

/** The plan file with its defaults filled in. */
export type PlanFile = z.infer<typeof PlanFileSchema>;
/** The plan file as written: defaults may be left out. */
export type PlanFileInput = z.input<typeof PlanFileSchema>;
