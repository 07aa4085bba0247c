import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import type { ServiceRecord } from "../../experiment/index.js";
import { type CellRule, checkCells, numberRule, WHOLE } from "../check-cells.js";
import { instantSql } from "../clock-sql.js";
import { numberSql } from "../column-sql.js";
import { loadColumns } from "../load-columns.js";
import { optionalColumn, optionalRules } from "../optional-columns.js";
import { withTable } from "../read-table.js";
import type { SqlTable, TableColumn } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import { requireRows } from "./require-rows.js";

/** A part of a service's record, and the files that it is from. */
export interface ServicePart {
  record: ServiceRecord;
  inputs: InputFile[];
}

const AMOUNT = "an amount from 0";

/** Which of the columns of buckets there are; costs are for inferences, or else for all requests. */
function bucketColumns(table: SqlTable) {
  const here = (name: string) => optionalColumn(table, name) !== undefined;
  const counted = here("good") || here("total");
  const paid = here("cost");
  if (here("good")) table.column("total");
  if (here("total") && !paid) table.column("good");
  const inferences = paid ? table.column(here("inferences") ? "inferences" : "total") : null;
  if (!counted && !paid) {
    const file = table.files[0].name;
    throw new InputError(`${file}: neither columns good and total nor a column cost`, { file });
  }
  return { requests: here("good"), inferences };
}

/** Refuses a time that two rows have: both would count. `times` are ascending, whole ms of `sql`. */
async function refuseTimeTwice(table: SqlTable, column: TableColumn, sql: string, times: Float64Array): Promise<void> {
  const at = times.findIndex((time, i) => time === times[i - 1]);
  if (at < 0) return;
  const [first, second] = await table.find(`floor(${sql} + 0.5) = ${times[at]}`, [column], 2);
  const { file, row } = second;
  const value = second.values[column.name];
  const place = `${file} row ${row}: column "${column.name}": got ${JSON.stringify(value)}`;
  throw new InputError(
    `${place}, which ${first.file} row ${first.row} has too; give each time one row (sum what belongs together)`,
    { file, row, column: column.name, value },
  );
}

/**
 * Reads buckets of a service: column `time` with `good` and `total`, with `cost` and `inferences` (else `total`), or both.
 *
 * @throws InputError with file, row and column for a bad cell and a time that two rows have, and for a file without rows
 */
export async function readServiceBuckets(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<ServicePart> {
  return withTable(input, options, async (table) => {
    const { requests, inferences } = bucketColumns(table);
    const timeColumn = table.column("time");
    const inputs = await table.inputs();
    requireRows(inputs, "bucket");
    const time = await instantSql(table, timeColumn);
    const { rules, number } = optionalRules(table);
    for (const name of ["good", "total"]) number(name, "$ >= 0", "a count from 0");
    if (requests) {
      const [good, total] = ["good", "total"].map((name) => numberSql(table, table.column(name)).value);
      const refuse = `coalesce(${good} > ${total}, false)`;
      rules.push({ column: table.column("good"), refuse, expected: "at most total of the row" });
    }
    const paid = inferences ? [table.column("cost"), inferences] : [];
    rules.push(...paid.map((column) => numberRule(table, column, "$ >= 0", AMOUNT)));
    await checkCells(table, rules, options);
    const numbers = ["good", "total", "cost", "inferences"];
    const loaded = await loadColumns(table, numbers, [], options, { fleetlens_time: time });
    const unsorted = loaded.number("fleetlens_time") as Float64Array;
    const order = Uint32Array.from(unsorted, (_, i) => i).sort((a, b) => unsorted[a] - unsorted[b] || a - b);
    const column = (name: string) => Float64Array.from(order, (i) => (loaded.number(name) as Float64Array)[i]);
    // Whole ms, so that steps of buckets compare.
    const times = column("fleetlens_time").map(Math.round);
    await refuseTimeTwice(table, timeColumn, time, times);
    const record: ServiceRecord = {
      ...(requests ? { requests: { times, good: column("good"), total: column("total") } } : {}),
      ...(inferences ? { cost: { times, cost: column("cost"), inferences: column(inferences.name) } } : {}),
    };
    return { record, inputs };
  });
}

/**
 * Reads incidents: columns `started_at` and `mitigated_at`, or else `resolved_at`; empty is not known (yet). So a list for
 * `fleetlens incidents` will do.
 *
 * @throws InputError with file, row and column for a cell that is no time, or a mitigation before the start
 */
export async function readMitigations(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<ServicePart> {
  return withTable(input, options, async (table) => {
    const end = optionalColumn(table, "mitigated_at") ?? optionalColumn(table, "resolved_at");
    const columns = [table.column("started_at"), end ?? table.column("mitigated_at")];
    const started = await instantSql(table, columns[0], { empty: true });
    const mitigated = await instantSql(table, columns[1], { empty: true });
    const refuse = `coalesce(${mitigated} < ${started}, false)`;
    const rule: CellRule = { column: columns[1], refuse, expected: "a time not before started_at" };
    await checkCells(table, [rule], options);
    const loaded = await loadColumns(table, [], [], options, { started, mitigated });
    const times = (name: string) => loaded.number(name) as Float64Array;
    return {
      record: { incidents: { started: times("started"), mitigated: times("mitigated") } },
      inputs: await table.inputs(),
    };
  });
}

/**
 * Reads counts of defects by release or the like: columns `escaped` and `caught`.
 *
 * @throws InputError with file, row and column for a bad cell, and for a file without rows
 */
export async function readDefects(input: string | readonly string[], options: ReadOptions = {}): Promise<ServicePart> {
  return withTable(input, { ...options, columns: ["escaped", "caught"] }, async (table) => {
    const columns = ["escaped", "caught"].map((name) => table.column(name));
    const inputs = await table.inputs();
    requireRows(inputs, "release or the like");
    const rules = columns.map((column) => numberRule(table, column, `$ >= 0 AND ${WHOLE}`, "a whole number from 0"));
    await checkCells(table, rules, options);
    const loaded = await loadColumns(table, ["escaped", "caught"], [], options);
    const counts = (name: string) => loaded.number(name) as Float64Array;
    return {
      record: { defects: { escaped: counts("escaped"), caught: counts("caught") } },
      inputs,
    };
  });
}
