import type { Level } from "../binpack/types.js";
import type { InputFile } from "../core/demand.js";
import type { QueueJobs } from "../simulate/index.js";
import { checkCells } from "./check-cells.js";
import { loadColumns } from "./load-columns.js";
import { optionalColumn } from "./optional-columns.js";
import { parseLabels } from "./parse-labels.js";
import { booleanSql, NUMBER_COLUMNS, queueJobRules, REQUIRED, TEXT_COLUMNS, WHOLE_COLUMNS } from "./queue-job-rules.js";
import { withTable } from "./read-table.js";
import { refuseTwice } from "./refuse-twice.js";
import type { SqlTable } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

export interface QueueJobsTable {
  jobs: QueueJobs;
  inputs: InputFile[];
}

/**
 * Reads the job file of the queue simulator: columns `job_id, submit_s, duration_s, num_gpus` and any of the optional
 * ones; others are passed over. Seconds are whole numbers. A file without rows is an empty list of jobs.
 *
 * @throws InputError with file, row and column for a bad cell, and for a job that is there twice
 */
export async function readQueueJobs(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<QueueJobsTable> {
  return withTable(input, options, async (table) => {
    for (const name of REQUIRED) table.column(name);
    await checkCells(table, queueJobRules(table), options);
    await refuseTwice(table, table.column("job_id"), "job", options);
    return { jobs: await loadJobs(table, options), inputs: await table.inputs() };
  });
}

async function loadJobs(table: SqlTable, options: ReadOptions): Promise<QueueJobs> {
  const preemptible = optionalColumn(table, "preemptible");
  const { n, number, text } = await loadColumns(
    table,
    [...REQUIRED.slice(1), ...WHOLE_COLUMNS, ...NUMBER_COLUMNS],
    ["job_id", ...TEXT_COLUMNS],
    options,
    preemptible ? { preemptible: `CAST(coalesce(${booleanSql(table, preemptible)}, true) AS DOUBLE)` } : {},
  );
  const has = (name: string): boolean => optionalColumn(table, name) !== undefined;
  /** An optional column with what an empty cell means. */
  const filled = (name: string, empty: (job: number) => number): Float64Array | undefined =>
    has(name) ? number(name)?.map((value, job) => (Number.isNaN(value) ? empty(job) : value)) : undefined;
  const zero = (name: string): Float64Array | undefined => filled(name, () => 0);
  const whole = (name: string): Int32Array | undefined => {
    const values = zero(name);
    return values && Int32Array.from(values);
  };
  const column = (name: string): Float64Array => number(name) ?? new Float64Array(n);
  const duration = column("duration_s");
  return {
    n,
    id: text("job_id") ?? [],
    submit: column("submit_s"),
    duration,
    gpus: Int32Array.from(column("num_gpus")),
    estimate: filled("estimate_s", (job) => duration[job]),
    queue: text("queue")?.map((name) => name || "default"),
    user: text("user"),
    team: text("team"),
    priority: zero("priority"),
    gpuType: text("gpu_type"),
    cpu: zero("cpu_milli"),
    memory: zero("memory_mib"),
    pods: whole("pods"),
    requiredLevel: text("required_level") as (Level | "")[] | undefined,
    preferredLevel: text("preferred_level") as (Level | "")[] | undefined,
    preemptible: has("preemptible") ? Array.from(column("preemptible"), (value) => value === 1) : undefined,
    checkpointInterval: zero("checkpoint_interval_s"),
    checkpointCost: zero("checkpoint_cost_s"),
    restart: zero("restart_s"),
    budget: has("budget_usd") ? column("budget_usd") : undefined,
    labels: text("labels")?.map(parseLabels),
    dataset: zero("dataset_gb"),
    dataZone: text("data_zone"),
    deadline: has("deadline_s") ? column("deadline_s") : undefined,
  };
}
