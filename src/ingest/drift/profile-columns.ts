import { InputError } from "../../core/errors.js";
import { MOST_SLICES } from "../../drift/slice-rows.js";
import { columnDictionary } from "../column-dictionary.js";
import type { SqlTable } from "../sql-table.js";
import { MOST_VALUES, tooManyValues } from "../too-many-values.js";
import type { ReadOptions } from "../types.js";
import type { DriftColumnSql } from "./drift-columns.js";
import type { ProfileFeature, ProfileSlice } from "./profile-accumulator.js";

/** By how much an estimate of a number of values may be too large. */
const ESTIMATE = 1.2;

/** A feature, and where its values come from. */
export interface FeatureColumn extends ProfileFeature {
  /** DOUBLE: numbers, or codes of `levels`; VARCHAR where there is no dictionary. */
  sql: string;
  /** Null of numbers, and of text without a dictionary. */
  levels: readonly string[] | null;
}

export interface SliceColumn extends ProfileSlice {
  /** How many values have no cells. */
  left: number;
  /** DOUBLE: codes of the values of the column, −1 where the cell is empty. */
  sql: string;
  /** By code, the position in `values`; −1: no cells. */
  places: Int32Array;
}

/** How the columns of a profile cross from the engine. */
export interface ProfileColumns {
  features: FeatureColumn[];
  slices: SliceColumn[];
  /** Columns of text that are no features, as they have too many values and were not named as ones. */
  unfit: string[];
}

export interface ProfileColumnsChoice extends ReadOptions {
  features?: readonly string[];
  slices?: readonly string[];
  texts?: readonly string[];
  latencies?: readonly string[];
}

/** @throws InputError for a slice column of too many values, and for a latency that is no numeric feature */
export async function profileColumns(
  table: SqlTable,
  columns: readonly DriftColumnSql[],
  options: ProfileColumnsChoice,
): Promise<ProfileColumns> {
  const { features = [], texts = [], slices: sliced = [], latencies = [] } = options;
  const named = [...features, ...texts];
  const file = table.files[0].name;
  const crowded = await crowdedColumns(table, columns, options);
  const dictionary = async ({ name, sql }: DriftColumnSql) => {
    const key = String(columns.findIndex((one) => one.name === name));
    return crowded.has(name) ? null : columnDictionary(table, sql, { key, most: MOST_VALUES }, options);
  };
  const result: ProfileColumns = { features: [], slices: [], unfit: [] };
  for (const column of sliced) {
    const found = columns.find(({ name }) => name === column)!;
    const values = await dictionary(found);
    if (!values) throw new InputError(`${file}: ${tooManyValues(column)}; leave it out`, { file, column });
    result.slices.push(await sliceColumn(table, found, values, options));
  }
  for (const column of columns) {
    const { name, kind, sql } = column;
    if (kind === "time" || sliced.includes(name)) continue;
    const feature = { name, kind, latency: latencies.includes(name) };
    const levels = kind === "categorical" ? await dictionary(column) : null;
    if (levels) result.features.push({ ...feature, sql: levels.code, levels: levels.values });
    else if (kind === "numeric" || named.includes(name)) result.features.push({ ...feature, sql, levels: null });
    else result.unfit.push(name);
  }
  for (const column of latencies) {
    if (result.features.some(({ name, kind }) => name === column && kind === "numeric")) continue;
    table.column(column);
    throw new InputError(`${file}: column "${column}" is named as a latency, but is no feature of numbers`, {
      file,
      column,
    });
  }
  return result;
}

/** Columns with so many values that not even a list of them is to be made. */
async function crowdedColumns(
  table: SqlTable,
  columns: readonly DriftColumnSql[],
  options: ReadOptions,
): Promise<Set<string>> {
  const texts = columns.filter(({ kind }) => kind === "categorical");
  if (texts.length === 0) return new Set();
  const counts = texts.map(({ sql }, i) => `approx_count_distinct(${sql}) AS n_${i}`).join(", ");
  const [row] = await table.engine.rows({ sql: `SELECT ${counts} FROM ${table.relation}` }, options);
  const crowded = texts.filter((_, i) => Number(row[`n_${i}`]) > MOST_VALUES * ESTIMATE);
  return new Set(crowded.map(({ name }) => name));
}

/** The values with the most rows. */
async function sliceColumn(
  table: SqlTable,
  { name, sql }: DriftColumnSql,
  { values, code }: { values: readonly string[]; code: string },
  options: ReadOptions,
): Promise<SliceColumn> {
  const most = `SELECT value FROM (SELECT ${sql} AS value FROM ${table.relation}) WHERE value IS NOT NULL
    GROUP BY value ORDER BY count(*) DESC, value LIMIT ${MOST_SLICES}`;
  const kept = (await table.engine.rows({ sql: most }, options)).map((row) => String(row["value"]));
  const places = new Map(kept.map((value, i) => [value, i]));
  return {
    column: name,
    values: kept,
    left: values.length - kept.length,
    sql: code,
    places: Int32Array.from(values, (value) => places.get(value) ?? -1),
  };
}
