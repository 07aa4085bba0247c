import { LEVELS, type Level } from "../binpack/types.js";
import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import type { QueueJobs } from "../simulate/index.js";
import { type CellRule, checkCells, nameRule, numberRule, WHOLE } from "./check-cells.js";
import { numberSql, textSql, wrongType } from "./column-sql.js";
import { parseLabels } from "./parse-labels.js";
import { withTable } from "./read-table.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/** Columns that must be there. */
const REQUIRED = ["job_id", "submit_s", "duration_s", "num_gpus"] as const;
/** Columns of whole numbers from 0, or of numbers of any kind. An empty cell says nothing. */
const WHOLE_COLUMNS = [
  ...["estimate_s", "cpu_milli", "memory_mib", "pods", "checkpoint_interval_s", "checkpoint_cost_s"],
  ...["restart_s", "deadline_s"],
] as const;
const NUMBER_COLUMNS = ["priority", "budget_usd", "dataset_gb"] as const;
const TEXT_COLUMNS = [
  ...["queue", "user", "team", "gpu_type", "required_level", "preferred_level", "labels", "data_zone"],
] as const;

const WHOLE_FROM_0 = `$ >= 0 AND ${WHOLE}`;
/** GPUs and pods are kept in 32 bits. */
const MOST_GPUS = 1_000_000;

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
    await checkCells(table, rulesOf(table), options);
    await refuseTwice(table, options);
    return { jobs: await loadJobs(table, options), inputs: await table.inputs() };
  });
}

function optional(table: SqlTable, name: string): TableColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

function rulesOf(table: SqlTable): CellRule[] {
  const rules = [nameRule(table, table.column("job_id"), "a job id")];
  for (const name of ["submit_s", "duration_s"]) {
    rules.push(numberRule(table, table.column(name), WHOLE_FROM_0, "whole seconds from 0"));
  }
  const gpus = table.column("num_gpus");
  rules.push(numberRule(table, gpus, `${WHOLE_FROM_0} AND $ <= ${MOST_GPUS}`, `whole GPUs from 0 to ${MOST_GPUS}`));
  const ifThere = (name: string, condition: string, expected: string): void => {
    const column = optional(table, name);
    if (!column) return;
    const rule = numberRule(table, column, condition, expected);
    rules.push({ ...rule, refuse: `(NOT ${emptySql(table, column)} AND ${rule.refuse})` });
  };
  for (const name of WHOLE_COLUMNS) ifThere(name, WHOLE_FROM_0, "a whole number from 0");
  for (const name of NUMBER_COLUMNS) ifThere(name, name === "priority" ? "true" : "$ >= 0", "a number from 0");
  const divisor = `$ = 0 OR ${numberSql(table, gpus).value} % $ = 0`;
  ifThere("pods", `$ <= ${MOST_GPUS} AND (${divisor})`, "a number of pods that divides num_gpus");
  for (const name of ["required_level", "preferred_level"]) {
    const column = optional(table, name);
    if (!column) continue;
    const known = LEVELS.map((level) => `'${level}'`).join(", ");
    const refuse = `(NOT ${emptySql(table, column)} AND ${textSql(table, column)} NOT IN (${known}))`;
    rules.push({ column, refuse, expected: `one of ${LEVELS.join(", ")}` });
  }
  const labels = optional(table, "labels");
  if (labels) {
    const pair = "[^=;]+(=[^;]*)?";
    const refuse = `(NOT ${emptySql(table, labels)} AND NOT regexp_full_match(${textSql(table, labels)}, '${pair}(;${pair})*;?'))`;
    rules.push({ column: labels, refuse, expected: "labels such as k=v;k2=v2" });
  }
  const preemptible = optional(table, "preemptible");
  if (preemptible) {
    const refuse = `(NOT ${emptySql(table, preemptible)} AND ${booleanSql(table, preemptible)} IS NULL)`;
    rules.push({ column: preemptible, refuse, expected: "true or false" });
  }
  return rules;
}

/** Condition of a cell that says nothing. */
function emptySql(table: SqlTable, column: TableColumn): string {
  return `(${column.sql} IS NULL OR trim(${textSql(table, column)}) = '')`;
}

function booleanSql(table: SqlTable, column: TableColumn): string {
  if (column.kind === "float" || column.kind === "timestamp" || column.kind === "other") {
    throw wrongType(table, column, "true or false");
  }
  return `TRY_CAST(${column.sql} AS BOOLEAN)`;
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
  const numbers = [...REQUIRED.slice(1), ...WHOLE_COLUMNS, ...NUMBER_COLUMNS].filter((name) => optional(table, name));
  const texts = ["job_id", ...TEXT_COLUMNS].filter((name) => optional(table, name));
  const preemptible = optional(table, "preemptible");
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
  const has = (name: string): boolean => optional(table, name) !== undefined;
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
