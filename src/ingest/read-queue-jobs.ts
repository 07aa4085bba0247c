import type { Level } from "../binpack/types.js";
import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import type { QueueJobs } from "../simulate/index.js";
import { checkCells } from "./check-cells.js";
import { numberSql, textSql } from "./column-sql.js";
import { parseLabels } from "./parse-labels.js";
import {
  booleanSql,
  NUMBER_COLUMNS,
  optionalColumn,
  queueJobRules,
  REQUIRED,
  TEXT_COLUMNS,
  WHOLE_COLUMNS,
} from "./queue-job-rules.js";
import { withTable } from "./read-table.js";
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
    await refuseTwice(table, options);
    return { jobs: await loadJobs(table, options), inputs: await table.inputs() };
  });
}

async function refuseTwice(table: SqlTable, options: ReadOptions): Promise<void> {
  const column = table.column("job_id");
  const id = textSql(table, column);
  const sql = `SELECT ${id} AS id FROM ${table.relation} GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1`;
  const [twice] = await table.engine.rows({ sql }, options);
  if (!twice) return;
  const name = String(twice["id"]);
  const rows = await table.find(`${id} = ${table.engine.dialect.literal(name)}`, [column], 2);
  const where = rows.map(({ file, row }) => `${file} row ${row}`).join(" and ");
  throw new InputError(`${where}: column "job_id": job "${name}" is there twice; keep one`, { id: name });
}

async function loadJobs(table: SqlTable, options: ReadOptions): Promise<QueueJobs> {
  const numbers = [...REQUIRED.slice(1), ...WHOLE_COLUMNS, ...NUMBER_COLUMNS].filter((name) =>
    optionalColumn(table, name),
  );
  const texts = ["job_id", ...TEXT_COLUMNS].filter((name) => optionalColumn(table, name));
  const preemptible = optionalColumn(table, "preemptible");
  const select = [
    ...numbers.map((name) => `${numberSql(table, table.column(name)).value} AS ${name}`),
    ...texts.map((name) => `coalesce(${textSql(table, table.column(name))}, '') AS ${name}`),
    ...(preemptible ? [`CAST(coalesce(${booleanSql(table, preemptible)}, true) AS DOUBLE) AS preemptible`] : []),
  ];
  const [count] = await table.engine.rows({ sql: `SELECT count(*) AS n FROM ${table.relation}` }, options);
  const n = Number(count["n"]);
  const number = new Map([...numbers, "preemptible"].map((name) => [name, new Float64Array(n)]));
  const text = new Map(texts.map((name) => [name, new Array<string>(n)]));
  let done = 0;
  const sql = `SELECT ${select.join(", ")} FROM ${table.relation}`;
  for await (const { rows, columns } of table.engine.query({ sql }, options)) {
    for (const [name, { data }] of Object.entries(columns)) {
      const to = number.get(name) ?? text.get(name);
      for (let i = 0; i < rows && to; i++) to[done + i] = data[i] as never;
    }
    done += rows;
  }
  const has = (name: string): boolean => optionalColumn(table, name) !== undefined;
  /** An optional column with what an empty cell means. */
  const filled = (name: string, empty: (job: number) => number): Float64Array | undefined =>
    has(name) ? number.get(name)?.map((value, job) => (Number.isNaN(value) ? empty(job) : value)) : undefined;
  const zero = (name: string): Float64Array | undefined => filled(name, () => 0);
  const whole = (name: string): Int32Array | undefined => {
    const values = zero(name);
    return values && Int32Array.from(values);
  };
  const column = (name: string): Float64Array => number.get(name) ?? new Float64Array(n);
  const duration = column("duration_s");
  return {
    n,
    id: text.get("job_id") ?? [],
    submit: column("submit_s"),
    duration,
    gpus: Int32Array.from(column("num_gpus")),
    estimate: filled("estimate_s", (job) => duration[job]),
    queue: text.get("queue")?.map((name) => name || "default"),
    user: text.get("user"),
    team: text.get("team"),
    priority: zero("priority"),
    gpuType: text.get("gpu_type"),
    cpu: zero("cpu_milli"),
    memory: zero("memory_mib"),
    pods: whole("pods"),
    requiredLevel: text.get("required_level") as (Level | "")[] | undefined,
    preferredLevel: text.get("preferred_level") as (Level | "")[] | undefined,
    preemptible: has("preemptible") ? Array.from(column("preemptible"), (value) => value === 1) : undefined,
    checkpointInterval: zero("checkpoint_interval_s"),
    checkpointCost: zero("checkpoint_cost_s"),
    restart: zero("restart_s"),
    budget: has("budget_usd") ? column("budget_usd") : undefined,
    labels: text.get("labels")?.map(parseLabels),
    dataset: zero("dataset_gb"),
    dataZone: text.get("data_zone"),
    deadline: has("deadline_s") ? column("deadline_s") : undefined,
  };
}
