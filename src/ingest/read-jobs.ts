import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/time.js";
import { resolveInputs } from "./input-files.js";
import { integrateJobs, lastObservation } from "./integrate-jobs.js";
import { createJobSink, type Job } from "./job-sink.js";
import { type JobsRead, readJobColumns } from "./read-job-columns.js";
import { kueueReader } from "./read-kueue.js";
import { type ForeignJobs, readSacct } from "./read-sacct.js";
import { readSagemaker } from "./read-sagemaker.js";
import { readWandbRuns } from "./read-wandb-runs.js";
import { warnRejected } from "./reject-rows.js";
import { sha256File } from "./sha256-file.js";
import type { JobsOptions, JobsResult, RejectedRow } from "./types.js";

function zoneOfSacct({ timeZone }: JobsOptions, file: string): string {
  if (timeZone) return timeZone;
  throw new InputError(`${file}: sacct prints local times without a zone; name it with --tz, e.g. --tz UTC`, { file });
}

/** Jobs of a format that names its fields itself. */
async function readForeign(options: JobsOptions): Promise<JobsRead & { rejected: RejectedRow[] }> {
  const files = await resolveInputs(options.files, { ...options, anyName: true });
  const sink = createJobSink();
  const known = new Map<string, string>();
  const inputs: InputFile[] = [];
  const rejected: RejectedRow[] = [];
  let rows = 0;
  const warnings: string[] = [];
  const take = (job: Job, line: number, file: string): string | null => {
    if (options.asOf !== undefined && job.submit > options.asOf) {
      throw new InputError(
        `${file} line ${line}: job "${job.id}" was submitted at ${isoUtc(job.submit)}, after --as-of ${isoUtc(options.asOf)}`,
        { file, line },
      );
    }
    const before = known.get(job.id);
    if (before) return `job id "${job.id}" already came in ${before}`;
    known.set(job.id, `${file} line ${line}`);
    sink.add(job);
    return null;
  };
  const kueue = kueueReader();
  for (const file of files) {
    options.signal?.throwIfAborted();
    const onJob = (job: Job, line: number) => take(job, line, file.name);
    let read: ForeignJobs;
    if (options.format === "kueue") read = await kueue.read(file);
    else if (options.format === "sagemaker") read = await readSagemaker(file, onJob);
    else if (options.format === "wandb") read = await readWandbRuns(file, onJob, options);
    else read = await readSacct(file, zoneOfSacct(options, file.name), onJob, options.signal);
    rows += read.rows;
    rejected.push(...read.rejected);
    warnings.push(...(read.warnings ?? []));
    inputs.push({ name: file.name, sha256: await sha256File(file.path), rows: read.rows });
  }
  const { rejected: spans, warnings: unseen = [] } = kueue.finish(take);
  rejected.push(...spans);
  warnings.push(...unseen);
  if (rows === 0) throw new InputError(`${files[0].name}: the file has no jobs`, { file: files[0].name });
  warnings.push(...warnRejected(rejected, rows, "rows", options.lenient));
  if (sink.size() === 0) throw new InputError(`${files[0].name}: the file has no usable job`, { file: files[0].name });
  return { jobs: sink.table(), inputs, warnings, rejected };
}

/**
 * Reads job accounting and integrates it to hourly demand (submit to end) and usage (start to end), exactly.
 *
 * Jobs without an end are cut at the last time that the data tell of; jobs that ended without a start (cancelled while
 * waiting) count as demand until their end.
 *
 * @throws InputError naming file and row: end before submit, negative GPUs, a job id that comes twice, a missing column
 */
export async function readJobs(options: JobsOptions): Promise<JobsResult> {
  const { columns, format = "columns" } = options;
  if (format === "columns" && !columns) {
    throw new InputError("format columns needs the names of the columns id, queue, submit, start, end and gpus");
  }
  const read: JobsRead & { rejected?: RejectedRow[] } =
    format === "columns" && columns
      ? await readJobColumns({ ...options, columns })
      : await readForeign({ ...options, format });
  const { jobs, inputs, warnings, rejected = [] } = read;
  const until = lastObservation(jobs);
  const running = jobs.end.reduce((sum, end) => sum + Number(Number.isNaN(end)), 0);
  const neverStarted = jobs.start.reduce(
    (sum, start, i) => sum + Number(Number.isNaN(start) && !Number.isNaN(jobs.end[i])),
    0,
  );
  return {
    hourly: integrateJobs(jobs, until),
    jobs,
    inputs,
    quality: {
      rows: inputs.reduce((sum, file) => sum + file.rows, 0),
      running,
      neverStarted,
      lastObservation: until,
      rejected,
    },
    warnings,
  };
}
