import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/time.js";
import { type NumberSql, numberSql, refuseCell, textSql } from "./column-sql.js";
import type { FoundRow, SqlTable, TableColumn } from "./sql-table.js";
import { CONFLICTS, type TelemetrySource } from "./telemetry-sql.js";
import { timeSql } from "./time-sql.js";
import type { TelemetryColumns, TelemetryOptions } from "./types.js";

/** Telemetry whose cells have all been looked at. */
export interface CheckedTelemetry {
  source: TelemetrySource;
  rows: number;
  missing: number;
  warnings: string[];
}

/**
 * Looks at every cell in one pass and refuses the first bad one by file and row.
 *
 * @returns the statement pieces of the columns, and counts
 */
export async function checkTelemetry(
  table: SqlTable,
  columns: TelemetryColumns,
  options: TelemetryOptions,
): Promise<CheckedTelemetry> {
  const queueColumn = table.column(columns.queue);
  const timeColumn = table.column(columns.time);
  const values: { column: TableColumn; sql: NumberSql }[] = [columns.running, columns.pending, columns.capacity]
    .filter((name) => name !== undefined)
    .map((name) => table.column(name))
    .map((column) => ({ column, sql: numberSql(table, column) }));
  const sqlOf = (name: string | undefined) => values.find(({ column }) => column.name === name)?.sql.value ?? null;
  const queue = textSql(table, queueColumn);
  const time = await timeSql(table, timeColumn, { steps: false });
  const running = sqlOf(columns.running) as string;
  let pending = sqlOf(columns.pending);
  const late = options.asOf === undefined ? "false" : `${time.value} > ${Math.round(options.asOf * 1000)}`;
  const odd = values.map(({ sql }) => ({
    bad: sql.bad,
    // NaN sorts above every number in DuckDB.
    negative: `${sql.value} < 0`,
    infinite: `isinf(${sql.value})`,
  }));
  const counts = odd.flatMap(({ bad, negative, infinite }, i) => [
    `count_if(${bad}) AS bad${i}`,
    `count_if(${negative}) AS negative${i}`,
    `count_if(${infinite}) AS infinite${i}`,
  ]);
  const [row] = await table.engine.rows(
    {
      sql: `SELECT count(*) AS n, count(${queue}) AS queues, count(${time.value}) AS times, count_if(${late}) AS late,
        count(${known(running)}) AS ran${pending ? `, count(${known(pending)}) AS waited` : ""}, ${counts.join(", ")}
        FROM ${table.relation}`,
    },
    options,
  );
  const count = (name: string) => Number(row[name]);
  const rows = count("n");
  const names = table.files.map((file) => file.name).join(", ");
  if (rows === 0) throw new InputError(`${names}: the file has no rows`, { file: table.files[0].name });
  if (count("queues") < rows) await refuseCell(table, `${queueColumn.sql} IS NULL`, queueColumn, "a queue name");
  if (count("times") < rows) {
    await refuseCell(table, `(${time.value}) IS NULL`, timeColumn, "a time such as 2020-05-01T00:00:00Z");
  }
  if (count("late") > 0) {
    await refuseCell(table, late, timeColumn, `a time not after --as-of ${isoUtc(options.asOf as number)}`);
  }
  for (const [i, { column }] of values.entries()) {
    if (count(`bad${i}`) > 0) await refuseCell(table, odd[i].bad, column, "a number of GPUs");
    if (count(`negative${i}`) > 0) await refuseCell(table, odd[i].negative, column, "GPUs not below 0");
    if (count(`infinite${i}`) > 0) await refuseCell(table, odd[i].infinite, column, "a finite number of GPUs");
  }
  if (count("ran") === 0) {
    throw new InputError(`${names}: column "${columns.running}" has no value in any row`, { column: columns.running });
  }
  const warnings = [...time.warnings];
  if (pending && count("waited") === 0) {
    warnings.push(`column "${columns.pending}" is empty: demand is what ran`);
    pending = null;
  }
  const capacity = sqlOf(columns.capacity);
  const source = {
    relation: table.relation,
    queue,
    time: time.value,
    running: known(running),
    pending: pending && known(pending),
    capacity: capacity && known(capacity),
  };
  const both = `${source.running} IS NULL${source.pending ? ` OR ${source.pending} IS NULL` : ""}`;
  const [{ missing }] = await table.engine.rows({ sql: `SELECT count_if(${both}) AS missing FROM ${table.relation}` });
  return { source, rows, missing: Number(missing), warnings };
}

/** NaN in a file means the same as an empty cell. */
function known(value: string): string {
  return `CASE WHEN NOT isnan(${value}) THEN ${value} END`;
}

/** Refuses samples of one queue and time that differ, showing the first three. */
export async function refuseConflicts(
  table: SqlTable,
  names: readonly string[],
  columns: TelemetryColumns,
  source: TelemetrySource,
): Promise<void> {
  const rows = await table.engine.rows({
    sql: `SELECT *, count(*) OVER () AS n FROM (SELECT DISTINCT * FROM (${CONFLICTS})) ORDER BY q, t LIMIT 3`,
  });
  if (rows.length === 0) return;
  const shown = [columns.running, columns.pending, columns.capacity]
    .filter((name) => name !== undefined)
    .map((name) => table.column(name));
  const told: string[] = [];
  for (const { q, t } of rows) {
    const queue = names[Number(q)];
    const condition = `${source.queue} = ${table.engine.dialect.literal(queue)} AND ${source.time} = ${t}
      AND (${source.running}) IS NOT NULL${source.pending ? ` AND (${source.pending}) IS NOT NULL` : ""}`;
    const found = await table.find(condition, shown, 10);
    const cells = (values: FoundRow["values"]) => shown.map(({ name }) => `${name}=${values[name]}`).join(", ");
    const other = found.find(({ values }) => cells(values) !== cells(found[0].values)) ?? found[0];
    const pair = [found[0], other].map(({ file, row, values }) => `${file} row ${row} (${cells(values)})`);
    told.push(`queue "${queue}" at ${isoUtc(Number(t) / 1000)}: ${pair.join(" and ")}`);
  }
  const total = Number(rows[0]["n"]);
  throw new InputError(
    `${total} (queue, time) pair${total === 1 ? "" : "s"} with conflicting values; ${told.join("; ")}${total > 3 ? "; …" : ""}; keep one row of each`,
    { conflicts: total, first: told },
  );
}
