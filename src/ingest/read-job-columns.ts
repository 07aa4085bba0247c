import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/time.js";
import { numberSql, refuseCell, textSql } from "./column-sql.js";
import { createJobSink } from "./job-sink.js";
import { withTable } from "./read-table.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import { timeSql } from "./time-sql.js";
import type { JobColumnNames, JobsOptions, JobTable } from "./types.js";

/** Jobs as a reader of one format hands them on. */
export interface JobsRead {
  jobs: JobTable;
  inputs: InputFile[];
  warnings: string[];
}

/** A condition that no row may satisfy, the column to show, and what was expected there. */
interface Rule {
  condition: string;
  column: TableColumn;
  expected: string;
}

async function refuseRules(table: SqlTable, rules: readonly Rule[], options: JobsOptions): Promise<number> {
  const counts = rules.map(({ condition }, i) => `count_if(${condition}) AS c${i}`);
  const [row] = await table.engine.rows(
    { sql: `SELECT count(*) AS n, ${counts.join(", ")} FROM ${table.relation}` },
    options,
  );
  for (const [i, { condition, column, expected }] of rules.entries()) {
    if (Number(row[`c${i}`]) > 0) await refuseCell(table, condition, column, expected);
  }
  return Number(row["n"]);
}

async function refuseDuplicateIds(table: SqlTable, id: string, column: TableColumn): Promise<void> {
  const [twice] = await table.engine.rows({
    sql: `SELECT ${id} AS id FROM ${table.relation} GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1`,
  });
  if (!twice) return;
  const name = String(twice["id"]);
  const rows = await table.find(`${id} = ${table.engine.dialect.literal(name)}`, [column], 2);
  const where = rows.map(({ file, row }) => `${file} row ${row}`).join(" and ");
  throw new InputError(`${where}: job id "${name}" comes twice; keep one row of each job`, { id: name });
}

/** Reads jobs from named columns of any tabular format. */
export async function readJobColumns(options: JobsOptions & { columns: JobColumnNames }): Promise<JobsRead> {
  const names = options.columns;
  return withTable(
    options.files,
    { ...options, columns: Object.values(names).filter((name) => name) },
    async (table) => {
      const columns = Object.fromEntries(
        Object.entries(names).map(([key, name]) => [key, table.column(name)]),
      ) as Record<keyof JobColumnNames, TableColumn>;
      const id = textSql(table, columns.id);
      const queue = textSql(table, columns.queue);
      const gpus = numberSql(table, columns.gpus);
      const submit = await timeSql(table, columns.submit, { steps: false });
      const start = await timeSql(table, columns.start, { steps: false });
      const end = await timeSql(table, columns.end, { steps: false });
      const unreadable = (value: string, column: TableColumn) => `(${column.sql} IS NOT NULL AND (${value}) IS NULL)`;
      const rules: Rule[] = [
        { condition: `${id} IS NULL`, column: columns.id, expected: "a job id" },
        { condition: `${queue} IS NULL`, column: columns.queue, expected: "a queue name" },
        { condition: `(${submit.value}) IS NULL`, column: columns.submit, expected: "a submit time" },
        { condition: unreadable(start.value, columns.start), column: columns.start, expected: "a time" },
        { condition: unreadable(end.value, columns.end), column: columns.end, expected: "a time" },
        { condition: `${gpus.bad} OR (${gpus.value}) IS NULL`, column: columns.gpus, expected: "a number of GPUs" },
        { condition: `${gpus.value} < 0`, column: columns.gpus, expected: "GPUs not below 0" },
        { condition: `NOT isfinite(${gpus.value})`, column: columns.gpus, expected: "a finite number of GPUs" },
        {
          condition: `${start.value} < ${submit.value}`,
          column: columns.start,
          expected: "a start not before the submit",
        },
        { condition: `${end.value} < ${submit.value}`, column: columns.end, expected: "an end not before the submit" },
        { condition: `${end.value} < ${start.value}`, column: columns.end, expected: "an end not before the start" },
      ];
      if (options.asOf !== undefined) {
        rules.push({
          condition: `${submit.value} > ${Math.round(options.asOf * 1000)}`,
          column: columns.submit,
          expected: `a time not after --as-of ${isoUtc(options.asOf)}`,
        });
      }
      const rows = await refuseRules(table, rules, options);
      if (rows === 0)
        throw new InputError(`${table.files[0].name}: the file has no rows`, { file: table.files[0].name });
      await refuseDuplicateIds(table, id, columns.id);

      const extra = (["state", "user", "team", "gpu_model"] as const).filter((key) => names[key]);
      const select = [
        `${id} AS id, ${queue} AS queue, ${gpus.value} AS gpus`,
        `CAST(${submit.value} AS DOUBLE) AS submit, CAST(${start.value} AS DOUBLE) AS started, CAST(${end.value} AS DOUBLE) AS ended`,
        ...extra.map((key) => `${textSql(table, columns[key])} AS ${key}`),
      ];
      const sink = createJobSink();
      for await (const batch of table.engine.query(
        { sql: `SELECT ${select.join(", ")} FROM ${table.relation}` },
        options,
      )) {
        const { columns: data } = batch;
        const ms = (name: string, i: number) => Math.floor((data[name].data as Float64Array)[i] / 1000);
        const text = (name: string, i: number) =>
          data[name] ? (data[name].valid?.[i] === 0 ? null : (data[name].data[i] as string)) : undefined;
        for (let i = 0; i < batch.rows; i++) {
          sink.add({
            id: data["id"].data[i] as string,
            queue: data["queue"].data[i] as string,
            submit: ms("submit", i),
            start: ms("started", i),
            end: ms("ended", i),
            gpus: data["gpus"].data[i] as number,
            state: text("state", i),
            user: text("user", i),
            team: text("team", i),
            gpuModel: text("gpu_model", i),
          });
        }
      }
      const warnings = [...new Set([submit, start, end].flatMap((time) => time.warnings))];
      return { jobs: sink.table(), inputs: await table.inputs(), warnings };
    },
  );
}
