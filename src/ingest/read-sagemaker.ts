import { z } from "zod";
import type { Job } from "./job-sink.js";
import { eachItem, jsonItems, passOn } from "./read-kueue.js";
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
  "ml.g6e.xlarge": 1,
  "ml.g6e.2xlarge": 1,
  "ml.g6e.4xlarge": 1,
  "ml.g6e.8xlarge": 1,
  "ml.g6e.12xlarge": 4,
  "ml.g6e.16xlarge": 1,
  "ml.g6e.24xlarge": 4,
  "ml.g6e.48xlarge": 8,
  "ml.p6-b200.48xlarge": 8,
});

/** Families without a GPU. */
const CPU_ONLY = /^ml\.(c|m|r|t|x|i|z|trn|inf)\d/;

const Instant = z.union([z.number(), z.iso.datetime({ offset: true })]);
const Instances = z.object({ InstanceType: z.string(), InstanceCount: z.int().nonnegative() });
/** The fields of a DescribeTrainingJob answer that are read (SageMaker API reference). */
const TrainingJob = z.object({
  TrainingJobName: z.string(),
  TrainingJobStatus: z.string(),
  CreationTime: Instant,
  TrainingStartTime: Instant.optional(),
  TrainingEndTime: Instant.optional(),
  TrainingTimeInSeconds: z.number().nonnegative().optional(),
  BillableTimeInSeconds: z.number().nonnegative().optional(),
  /** One type of instance, or groups of several. */
  ResourceConfig: z.union([Instances, z.object({ InstanceGroups: z.array(Instances).min(1) })], {
    error: "names no instances; summaries of list-training-jobs do not, answers of describe-training-job do",
  }),
});
type TrainingJob = z.infer<typeof TrainingJob>;

/** Seconds since the epoch, or ISO 8601, as epoch ms. */
function instant(value: z.infer<typeof Instant> | undefined): number {
  if (value === undefined) return Number.NaN;
  return typeof value === "number" ? Math.floor(value * 1000) : Date.parse(value);
}

/** The end by which the time trained has passed: a spot job waits between its interruptions. */
function endOf({ TrainingStartTime, TrainingEndTime, TrainingTimeInSeconds }: TrainingJob): number {
  const end = instant(TrainingEndTime);
  if (Number.isNaN(end) || TrainingTimeInSeconds === undefined) return end;
  return instant(TrainingStartTime) + 1000 * TrainingTimeInSeconds;
}

function jobOf(one: TrainingJob): Job | string {
  const { ResourceConfig: config } = one;
  const groups = "InstanceGroups" in config ? config.InstanceGroups : [config];
  let gpus = 0;
  for (const { InstanceType, InstanceCount } of groups) {
    const each = GPUS[InstanceType] ?? (CPU_ONLY.test(InstanceType) ? 0 : undefined);
    if (each === undefined) return `unknown GPUs of instance type ${InstanceType}`;
    gpus += each * InstanceCount;
  }
  const [{ InstanceType }] = groups;
  return {
    id: one.TrainingJobName,
    queue: InstanceType,
    submit: instant(one.CreationTime),
    start: instant(one.TrainingStartTime),
    end: endOf(one),
    gpus,
    state: one.TrainingJobStatus,
    gpuModel: InstanceType,
  };
}

/**
 * Reads a JSON array of `aws sagemaker describe-training-job` answers (the list call lacks ResourceConfig). The queue of
 * a job is its (first) instance type. GPU-hours are of the time trained; what is billed differs for managed spot, and a
 * warning tells by how much.
 */
export async function readSagemaker(
  file: { name: string; path: string },
  onJob: (job: Job, line: number) => string | null,
): Promise<ForeignJobs> {
  const hours = { used: 0, billed: 0 };
  const read = eachItem(await jsonItems(file), file.name, TrainingJob, (one, line) => {
    const job = jobOf(one);
    const fault = passOn(job, line, onJob);
    const { TrainingTimeInSeconds: used, BillableTimeInSeconds: billed } = one;
    if (!fault && typeof job !== "string" && used !== undefined && billed !== undefined) {
      hours.used += (used * job.gpus) / 3600;
      hours.billed += (billed * job.gpus) / 3600;
    }
    return fault;
  });
  const warnings =
    hours.used === hours.billed
      ? []
      : [
          `${file.name}: ${hours.billed.toFixed(2)} GPU-hours were billed of ${hours.used.toFixed(2)} used (managed spot training)`,
        ];
  return { ...read, warnings };
}
