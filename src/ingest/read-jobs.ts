import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/time.js";
import { resolveInputs } from "./input-files.js";
import { integrateJobs, lastObservation } from "./integrate-jobs.js";
import { createJobSink, type Job } from "./job-sink.js";
import { type JobsRead, readJobColumns } from "./read-job-columns.js";
import { readKueue } from "./read-kueue.js";
import { type ForeignJobs, readSacct } from "./read-sacct.js";
import { readSagemaker } from "./read-sagemaker.js";
import { sha256File } from "./sha256-file.js";
import type { JobsOptions, JobsResult, RejectedRow } from "./types.js";

/** Share of rejected rows from which a foreign file is refused unless `lenient`. */
const MOST_REJECTED = 0.01;

/** Jobs of a format that names its fields itself. */
async function readForeign(options: JobsOptions): Promise<JobsRead & { rejected: RejectedRow[] }> {
  const files = await resolveInputs(options.files, { ...options, anyName: true });
  const sink = createJobSink();
  const known = new Map<string, string>();
  const inputs: InputFile[] = [];
  const rejected: RejectedRow[] = [];
  let rows = 0;
  for (const file of files) {
    options.signal?.throwIfAborted();
    const onJob = (job: Job, line: number): string | null => {
      if (options.asOf !== undefined && job.submit > options.asOf) {
        throw new InputError(
          `${file.name} line ${line}: job "${job.id}" was submitted at ${isoUtc(job.submit)}, after --as-of ${isoUtc(options.asOf)}`,
          { file: file.name, line },
        );
      }
      const before = known.get(job.id);
      if (before) return `job id "${job.id}" already came in ${before}`;
      known.set(job.id, `${file.name} line ${line}`);
      sink.add(job);
      return null;
    };
    let read: ForeignJobs;
    if (options.format === "kueue") read = await readKueue(file, onJob);
    else if (options.format === "sagemaker") read = await readSagemaker(file, onJob);
    else {
      if (!options.timeZone) {
        throw new InputError(
          `${file.name}: sacct prints local times without a zone; name it with --tz, e.g. --tz UTC`,
          {
            file: file.name,
          },
        );
      }
      read = await readSacct(file, options.timeZone, onJob, options.signal);
    }
    rows += read.rows;
    rejected.push(...read.rejected);
    inputs.push({ name: file.name, sha256: await sha256File(file.path), rows: read.rows });
  }
  if (rows === 0) throw new InputError(`${files[0].name}: the file has no jobs`, { file: files[0].name });
  if (rejected.length > rows * MOST_REJECTED && !options.lenient) {
    const told = rejected
      .slice(0, 3)
      .map(({ file, line, field, reason }) => `${file} line ${line}${field && ` ${field}`}: ${reason}`);
    throw new InputError(
      `${rejected.length} of ${rows} rows cannot be used (--lenient goes on without them): ${told.join("; ")}`,
      { rejected: rejected.slice(0, 100) },
    );
  }
  if (sink.size() === 0) throw new InputError(`${files[0].name}: the file has no usable job`, { file: files[0].name });
  const warnings = rejected.length > 0 ? [`${rejected.length} of ${rows} rows were left out`] : [];
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
