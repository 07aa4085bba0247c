import type { InputFile } from "../core/demand.js";
import type { InputError } from "../core/errors.js";
import { LARGEST_VALUE } from "../core/series.js";
import { isoUtc } from "../core/time.js";
import { type CellRule, checkCells, nameRule } from "./check-cells.js";
import { type ClockKind, type ClockSql, clockSql } from "./clock-sql.js";
import { cellError, numberSql, textSql } from "./column-sql.js";
import { optionalColumn } from "./optional-columns.js";
import { placeOf } from "./place-of.js";
import { withTable } from "./read-table.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/** Columns and options of {@link readTimedValues}. */
export interface TimedValuesOptions extends ReadOptions {
  /** Column of the time: timestamps, ISO 8601 text (without a zone: UTC), Unix time in s, ms or µs, or plain numbers. */
  time: string;
  /** Numeric columns that must be there. */
  value: readonly string[];
  /** Numeric columns that may be missing; default none. */
  optional?: readonly string[];
  /** Column of the series' name; default one series with the id `""`. */
  id?: string;
}

/** The rows of one id, by time; rows with the same time stand in the order of the file. */
export interface TimedValues {
  id: string;
  /** Epoch ms, or the plain numbers of the file; ascending, not always strictly. */
  t: Float64Array;
  /** The times as the file has them: numbers, epoch ms of timestamps, or text. */
  time: Float64Array | string[];
  /** One array for each name of `value`; NaN where the cell is empty. */
  values: Float64Array[];
  /** The same for `optional`; null where there is no such column. */
  optional: (Float64Array | null)[];
  /** Positions in the input, from 0: see {@link timedValueError}. */
  row: Float64Array;
  /** Rows whose time is that of the row before. */
  duplicates: number;
}

/** Series as read. */
export interface TimedValuesTable {
  /** By the UTF-8 bytes of the id. Without an id column there is one block, be it empty. */
  blocks: TimedValues[];
  /** What the time column holds. `plain` numbers are no instants: they have no days and weeks. */
  clock: ClockKind;
  inputs: InputFile[];
  warnings: string[];
}

const NUMBER = `a finite number within ±${LARGEST_VALUE}, or nothing`;

/** The ids, their numbers of rows, and SQL for the position of a row's id among them. */
async function groupsOf(table: SqlTable, id: TableColumn | null, options: ReadOptions) {
  const { engine, relation } = table;
  if (!id) {
    const [{ n }] = await engine.rows({ sql: `SELECT count(*) AS n FROM ${relation}` }, options);
    return { ids: [""], sizes: [Number(n)], code: "0" };
  }
  const text = textSql(table, id);
  const groups = `SELECT ${text} AS id, count(*) AS n FROM ${relation} GROUP BY 1 ORDER BY 1`;
  await engine.run(`CREATE TABLE fleetlens_groups AS ${groups}`, options);
  const rows = await engine.rows({ sql: "FROM fleetlens_groups ORDER BY id" }, options);
  // An enumeration crosses as a small number: no text per row.
  if (rows.length > 0)
    await engine.run("CREATE TYPE fleetlens_id AS ENUM (SELECT id FROM fleetlens_groups ORDER BY id)");
  const code = rows.length > 0 ? `enum_code(CAST(${text} AS fleetlens_id))` : "0";
  return { ids: rows.map((row) => String(row["id"])), sizes: rows.map((row) => Number(row["n"])), code };
}

/** Rows in the order of the file, each put to its id. */
async function load(table: SqlTable, clock: ClockSql, options: TimedValuesOptions): Promise<TimedValues[]> {
  const { ids, sizes, code } = await groupsOf(
    table,
    options.id === undefined ? null : table.column(options.id),
    options,
  );
  const names = [...options.value, ...(options.optional ?? [])];
  const own = clock.number !== null && clock.number !== clock.t;
  const blocks = ids.map((id, k): TimedValues => {
    const array = () => new Float64Array(sizes[k]);
    const t = array();
    return {
      id,
      t,
      time: clock.number === null ? new Array<string>(sizes[k]) : own ? array() : t,
      values: options.value.map(array),
      optional: (options.optional ?? []).map((name) => (optionalColumn(table, name) ? array() : null)),
      row: array(),
      duplicates: 0,
    };
  });
  const columnsOf = blocks.map((block) => [...block.values, ...block.optional]);
  const cells = names.map((name, c) => {
    const column = optionalColumn(table, name);
    return column ? `, ${numberSql(table, column).value} AS v${c}` : "";
  });
  const raw = clock.number === null ? textSql(table, table.column(options.time)) : clock.number;
  const sql = `SELECT CAST(${code} AS DOUBLE) AS code, CAST(${clock.t} AS DOUBLE) AS t, ${raw} AS time${cells.join("")} FROM ${table.relation}`;
  const filled = new Float64Array(ids.length);
  let position = 0;
  for await (const { rows, columns } of table.engine.query({ sql }, options)) {
    const codes = columns["code"].data as Float64Array;
    const t = columns["t"].data as Float64Array;
    const time = columns["time"].data as ArrayLike<number | string>;
    const values = names.map((_, c) => columns[`v${c}`]?.data as Float64Array | undefined);
    for (let i = 0; i < rows; i++) {
      const block = blocks[codes[i]];
      const at = filled[codes[i]]++;
      block.t[at] = t[i];
      block.time[at] = time[i] as number & string;
      block.row[at] = position++;
      const to = columnsOf[codes[i]];
      for (let c = 0; c < to.length; c++) {
        const from = values[c];
        if (from) (to[c] as Float64Array)[at] = from[i];
      }
    }
  }
  return blocks;
}

/** The values of an array in another order. */
const permuted = (values: Float64Array, order: Uint32Array): Float64Array =>
  Float64Array.from(order, (from) => values[from]);

function byTime(block: TimedValues): TimedValues {
  const { t, time } = block;
  let sorted = true;
  for (let i = 1; i < t.length && sorted; i++) sorted = t[i] >= t[i - 1];
  if (!sorted) {
    const order = Uint32Array.from(t, (_, i) => i).sort((a, b) => t[a] - t[b] || a - b);
    block.t = permuted(t, order);
    if (time === t) block.time = block.t;
    else block.time = Array.isArray(time) ? Array.from(order, (from) => time[from]) : permuted(time, order);
    block.values = block.values.map((values) => permuted(values, order));
    block.optional = block.optional.map((values) => values && permuted(values, order));
    block.row = permuted(block.row, order);
  }
  for (let i = 1; i < block.t.length; i++) if (block.t[i] === block.t[i - 1]) block.duplicates++;
  return block;
}

function duplicateWarning(blocks: readonly TimedValues[], time: string): string[] {
  const total = blocks.reduce((sum, block) => sum + block.duplicates, 0);
  if (total === 0) return [];
  const first = blocks.find((block) => block.duplicates > 0) as TimedValues;
  const of = first.id === "" ? "" : ` of id "${first.id}"`;
  const rows = total === 1 ? "1 row has" : `${total} rows have`;
  return [
    `column "${time}": ${rows} the time of the row before${of ? `, first${of}` : ""}; kept in the order of the file`,
  ];
}

/**
 * The error for a value that was read but cannot be meant, in the words of the readers: file, row, column, what is
 * expected. For checks that need more than one cell, e.g. good ≤ total.
 *
 * @param i row within the block
 */
export function timedValueError(
  table: Pick<TimedValuesTable, "inputs">,
  block: Pick<TimedValues, "row">,
  i: number,
  column: string,
  value: number,
  expected: string,
): InputError {
  const place = placeOf(table.inputs, block.row[i]);
  return cellError({ ...place, values: { [column]: String(value) } }, { name: column }, expected);
}

/** The time of a row as JSON shows it: the number or text of the file, timestamps as ISO 8601. */
export function timeAsRead(
  { time }: Pick<TimedValues, "time">,
  i: number,
  clock: TimedValuesTable["clock"],
): string | number {
  const value = time[i];
  return clock === "timestamp" ? isoUtc(value as number) : value;
}

/**
 * Reads numeric columns of a table with a time, in long form, into typed arrays by id and time.
 *
 * Unix times are told from plain numbers by their size (1973 to 2286). Rows with the same time are kept, with a warning.
 *
 * @param input Parquet, CSV, JSON or Arrow IPC: a file, files, a directory or a glob
 * @returns blocks sorted by the UTF-8 bytes of the id; a table without rows and without an id column is one empty block
 * @throws InputError naming file, column and row: a missing column, a cell that is no time, an empty id, a value that is
 *   no number or infinite, times with and without a zone in one column
 */
export async function readTimedValues(
  input: string | readonly string[],
  options: TimedValuesOptions,
): Promise<TimedValuesTable> {
  const { time, value, id, optional = [] } = options;
  const needed = [time, ...value, ...(id === undefined ? [] : [id])];
  return withTable(input, { ...options, columns: optional.length > 0 ? undefined : needed }, async (table) => {
    const columns = needed.map((name) => table.column(name));
    const clock = await clockSql(table, columns[0]);
    const numbers = [...value, ...optional].flatMap((name) => optionalColumn(table, name) ?? []);
    const rules = numbers.map((column): CellRule => {
      const { value: cell, bad } = numberSql(table, column);
      return {
        column,
        refuse: `(${bad} OR (abs(${cell}) > ${LARGEST_VALUE} AND NOT isnan(${cell})))`,
        expected: NUMBER,
      };
    });
    if (id !== undefined) rules.push(nameRule(table, table.column(id), "an id"));
    await checkCells(table, rules, options);
    const blocks = (await load(table, clock, options)).map(byTime);
    return {
      blocks,
      clock: clock.kind,
      inputs: await table.inputs(),
      warnings: [...table.warnings, ...duplicateWarning(blocks, time)],
    };
  });
}
