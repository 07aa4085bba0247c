import { instantSql } from "../clock-sql.js";
import { numberSql, refuseCell, textSql, wrongType } from "../column-sql.js";
import type { SqlTable, TableColumn } from "../sql-table.js";
import type { ReadOptions } from "../types.js";

/** Which columns of a table are compared, and by what its rows are told apart. */
export interface DriftColumnChoice {
  /** Columns to compare; default every column that can be. A column of times that is named is one of epoch ms. */
  features?: readonly string[];
  /** Columns whose values are looked at one by one. */
  slices?: readonly string[];
  /** Column of times. */
  time?: string;
  /** Columns of text whose values are levels, however many there are and whatever they look like. */
  texts?: readonly string[];
  /** Which of these need not be there. */
  optional?: readonly string[];
}

/**
 * The columns to load: undefined for all, also where some need not be there, since that shows only when all are loaded.
 */
export function columnsToLoad(choice: DriftColumnChoice): string[] | undefined {
  const named = namedColumns(choice);
  return choice.features && !named.some((name) => choice.optional?.includes(name)) ? named : undefined;
}

function namedColumns({ features = [], slices = [], texts = [], time }: DriftColumnChoice): string[] {
  return [...new Set([...features, ...slices, ...texts, ...(time === undefined ? [] : [time])])];
}

/** A column as SQL. */
export interface DriftColumnSql {
  name: string;
  kind: "numeric" | "categorical" | "time";
  /** DOUBLE of numbers and of times (epoch ms), VARCHAR of levels; NULL where the cell is empty. */
  sql: string;
}

export interface DriftColumnsFound {
  /** In the order of the file. */
  columns: DriftColumnSql[];
  /** What was left out and why. */
  warnings: string[];
}

type Kind = DriftColumnSql["kind"] | "other";

const BIG_TYPE = /^U?(BIG|HUGE)INT$/;
const DECIMAL = /^DECIMAL\((\d+),(\d+)\)$/;
/** Beyond it a double does not hold every whole number. */
const EXACT = "9007199254740992";
const WITHIN =
  "a whole number or whole part within ±2^53, so that nothing is rounded; leave the column out (--features names those to compare) or store it as text";

/**
 * How each column of a table enters a comparison: numbers, levels (text and booleans) or times.
 *
 * CSV and JSON files have no types. There a column is of numbers when every cell is one, is empty or says NA, N/A, NULL,
 * None or NaN, and of times when every cell is one; numbers with a leading zero, such as 007, are names. Lists, structures
 * and bytes are left out with a warning. Times are features only where they are named as such.
 *
 * @throws InputError for a column that is not there or cannot be compared although it was named, and for whole numbers
 *   beyond 2^53
 */
export async function driftColumns(
  table: SqlTable,
  choice: DriftColumnChoice,
  options: ReadOptions,
): Promise<DriftColumnsFound> {
  const { slices = [], texts = [], optional = [], time, features } = choice;
  const named = namedColumns(choice);
  for (const name of named) if (!optional.includes(name)) table.column(name);
  const levels = [...slices, ...texts];
  const wanted = table.columns.filter(({ name }) => !features || named.includes(name));
  const guessed = wanted.filter(({ name, kind }) => kind === "text" && name !== time && !levels.includes(name));
  const kinds = await textKinds(table, guessed, options);
  const columns: DriftColumnSql[] = [];
  const warnings: string[] = [];
  for (const column of wanted) {
    const { name, type } = column;
    const kind = name === time ? "time" : levels.includes(name) ? "categorical" : (kinds.get(column) ?? kindOf(column));
    if (kind === "numeric") columns.push({ name, kind, sql: numberSql(table, column).value });
    else if (kind === "categorical") columns.push({ name, kind, sql: `nullif(${textSql(table, column)}, '')` });
    else if (kind === "other") {
      if (features) throw wrongType(table, column, "numbers, text or booleans");
      const { name: file, format } = table.files[0];
      const why = format === "arrow" ? "its Arrow type is not read" : `its type is ${type}`;
      warnings.push(`${file}: column "${name}" is no feature, since ${why}`);
    } else if (name === time || features) {
      const sql = await instantSql(table, column, { empty: true });
      columns.push({ name, kind: name === time ? "time" : "numeric", sql });
    } else columns.push({ name, kind, sql: lenientInstantSql(column) });
  }
  await refuseBig(table, columns, options);
  return { columns, warnings };
}

/** Times that only tell what columns there are: a bad cell is no reason to stop. */
function lenientInstantSql({ sql }: TableColumn): string {
  const instant = `TRY_CAST(${sql} AS TIMESTAMPTZ)`;
  return `CAST(CASE WHEN isfinite(${instant}) THEN epoch_us(${instant}) / 1000 END AS DOUBLE)`;
}

function kindOf({ kind }: TableColumn): Kind {
  if (kind === "integer" || kind === "float") return "numeric";
  if (kind === "timestamp") return "time";
  return kind === "other" ? "other" : "categorical";
}

/** Kinds of columns whose file has no types, by what their cells look like. */
async function textKinds(
  table: SqlTable,
  columns: readonly TableColumn[],
  options: ReadOptions,
): Promise<Map<TableColumn, Kind>> {
  const kinds = new Map<TableColumn, Kind>();
  const { format } = table.files[0];
  if ((format !== "csv" && format !== "json") || columns.length === 0) return kinds;
  const counts = columns.map(({ sql }, i) => {
    const number = `TRY_CAST(${sql} AS DOUBLE)`;
    const blank = `upper(trim(${sql})) IN ('', 'NA', 'N/A', 'NULL', 'NONE')`;
    return [
      `count(${sql}) AS cells_${i}`,
      `count(${number}) AS numbers_${i}`,
      `count_if(CASE WHEN ${number} IS NULL THEN ${blank} END) AS blanks_${i}`,
      // DuckDB takes 1_000 for a number.
      `count_if(CASE WHEN (starts_with(${sql}, '0') AND NOT contains(${sql}, '.')) OR contains(${sql}, '_') THEN regexp_full_match(${sql}, '0\\d+|.*_.*') END) AS names_${i}`,
      `count(CASE WHEN ${number} IS NULL THEN TRY_CAST(${sql} AS TIMESTAMPTZ) END) AS times_${i}`,
      format === "json"
        ? `count_if(starts_with(${sql}, '[') OR starts_with(${sql}, '{')) AS nested_${i}`
        : `0 AS nested_${i}`,
    ].join(", ");
  });
  const [row] = await table.engine.rows({ sql: `SELECT ${counts.join(", ")} FROM ${table.relation}` }, options);
  for (const [i, column] of columns.entries()) {
    const [cells, numbers, blanks, names, times, nested] = [
      "cells",
      "numbers",
      "blanks",
      "names",
      "times",
      "nested",
    ].map((what) => Number(row[`${what}_${i}`]));
    const filled = cells - blanks;
    if (numbers === filled && names === 0) kinds.set(column, "numeric");
    else if (times === filled) kinds.set(column, "time");
    else kinds.set(column, format === "json" && nested === filled ? "other" : "categorical");
  }
  return kinds;
}

function isBig(type: string): boolean {
  const [, digits, scale] = DECIMAL.exec(type) ?? [];
  return BIG_TYPE.test(type) || Number(digits) - Number(scale) >= 16;
}

/**
 * Condition for a written number with 16 digits or more before the point or exponent that a double would round. Of whole
 * numbers that is any beyond 2^53, since their neighbours are; with a point or an exponent (as a program writes a double)
 * those that lose a digit. Scientific notation such as 1.2345678901234567e300 is a double's own.
 */
function writtenBig(sql: string): string {
  const digits = `regexp_extract(${sql}, '\\d+')`;
  const whole = `TRY_CAST(${digits} AS HUGEINT)`;
  const rounded = `TRY_CAST(TRY_CAST(${digits} AS DOUBLE) AS HUGEINT) <> ${whole} OR regexp_matches(${sql}, '\\.\\d*[1-9]')`;
  const isWhole = `regexp_full_match(${sql}, '\\s*[+-]?\\d+\\s*')`;
  const big = `coalesce(${whole} > ${EXACT} AND (${isWhole} OR ${rounded}), true)`;
  const long = `length(${sql}) > 15 AND (NOT contains(${sql}, '.') OR instr(${sql}, '.') > 16)`;
  const written = `regexp_full_match(${sql}, '\\s*[+-]?\\d{16,}(\\.\\d*)?([eE]\\+?\\d+)?\\s*')`;
  return `CASE WHEN ${long} AND ${written} THEN ${big} ELSE false END`;
}

/** Refuses numbers whose whole part a double would round. */
async function refuseBig(table: SqlTable, columns: readonly DriftColumnSql[], options: ReadOptions): Promise<void> {
  const rules = columns
    .filter(({ kind }) => kind === "numeric")
    .map(({ name }) => table.column(name))
    .flatMap((column) => {
      const { sql, type, kind } = column;
      const beyond = type.startsWith("U") ? `${sql} > ${EXACT}` : `${sql} > ${EXACT} OR ${sql} < -${EXACT}`;
      if (isBig(type)) return { column, refuse: `coalesce(${beyond}, false)` };
      if (kind !== "text") return [];
      return { column, refuse: writtenBig(sql) };
    });
  if (rules.length === 0) return;
  const counts = rules.map(({ refuse }, i) => `count_if(${refuse}) AS big_${i}`).join(", ");
  const [row] = await table.engine.rows({ sql: `SELECT ${counts} FROM ${table.relation}` }, options);
  for (const [i, { column, refuse }] of rules.entries()) {
    if (Number(row[`big_${i}`]) > 0) await refuseCell(table, refuse, column, WITHIN);
  }
}
