import { z } from "zod";
import type { Job } from "./job-sink.js";
import { eachItem, jsonItems } from "./read-kueue.js";
import type { ForeignJobs } from "./read-sacct.js";

/** GPUs of one instance by type, from AWS' instance type pages as of 2025-10. */
const GPUS: Readonly<Record<string, number>> = Object.freeze({
  "ml.p2.xlarge": 1,
  "ml.p2.8xlarge": 8,
  "ml.p2.16xlarge": 16,
  "ml.p3.2xlarge": 1,
  "ml.p3.8xlarge": 4,
  "ml.p3.16xlarge": 8,
  "ml.p3dn.24xlarge": 8,
  "ml.p4d.24xlarge": 8,
  "ml.p4de.24xlarge": 8,
  "ml.p5.4xlarge": 1,
  "ml.p5.48xlarge": 8,
  "ml.p5e.48xlarge": 8,
  "ml.p5en.48xlarge": 8,
  "ml.g4dn.xlarge": 1,
  "ml.g4dn.2xlarge": 1,
  "ml.g4dn.4xlarge": 1,
  "ml.g4dn.8xlarge": 1,
  "ml.g4dn.12xlarge": 4,
  "ml.g4dn.16xlarge": 1,
  "ml.g5.xlarge": 1,
  "ml.g5.2xlarge": 1,
  "ml.g5.4xlarge": 1,
  "ml.g5.8xlarge": 1,
  "ml.g5.12xlarge": 4,
  "ml.g5.16xlarge": 1,
  "ml.g5.24xlarge": 4,
  "ml.g5.48xlarge": 8,
  "ml.g6.xlarge": 1,
  "ml.g6.2xlarge": 1,
  "ml.g6.4xlarge": 1,
  "ml.g6.8xlarge": 1,
  "ml.g6.12xlarge": 4,
  "ml.g6.16xlarge": 1,
  "ml.g6.24xlarge": 4,
  "ml.g6.48xlarge": 8,
});

/** Families without a GPU. */
const CPU_ONLY = /^ml\.(c|m|r|t|x|i|z|trn|inf)\d/;

const Instant = z.union([z.number(), z.iso.datetime({ offset: true })]);
/** The fields of a DescribeTrainingJob answer that are read. */
const TrainingJob = z.object({
  TrainingJobName: z.string(),
  TrainingJobStatus: z.string(),
  CreationTime: Instant,
  TrainingStartTime: Instant.optional(),
  TrainingEndTime: Instant.optional(),
  ResourceConfig: z.object({ InstanceType: z.string(), InstanceCount: z.number() }),
});

/** Seconds since the epoch, or ISO 8601, as epoch ms. */
function instant(value: z.infer<typeof Instant> | undefined): number {
  if (value === undefined) return Number.NaN;
  return typeof value === "number" ? Math.floor(value * 1000) : Date.parse(value);
}

function jobOf(one: z.infer<typeof TrainingJob>): Job | string {
  const { InstanceType, InstanceCount } = one.ResourceConfig;
  const gpus = GPUS[InstanceType] ?? (CPU_ONLY.test(InstanceType) ? 0 : undefined);
  if (gpus === undefined) return `unknown GPUs of instance type ${InstanceType}`;
  return {
    id: one.TrainingJobName,
    queue: InstanceType,
    submit: instant(one.CreationTime),
    start: instant(one.TrainingStartTime),
    end: instant(one.TrainingEndTime),
    gpus: gpus * InstanceCount,
    state: one.TrainingJobStatus,
    gpuModel: InstanceType,
  };
}

/**
 * Reads a JSON array of `aws sagemaker describe-training-job` answers (the list call lacks ResourceConfig). The queue of
 * a job is its instance type.
 */
export async function readSagemaker(
  file: { name: string; path: string },
  onJob: (job: Job, line: number) => string | null,
): Promise<ForeignJobs> {
  return eachItem(await jsonItems(file), file.name, TrainingJob, jobOf, onJob);
}
