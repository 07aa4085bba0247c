import { InputError } from "../../core/errors.js";
import { collectRows, type Row } from "../../engine/collect-rows.js";
import type { Engine } from "../../engine/engine.js";
import { type EngineTable, withEngineTable } from "../engine-table.js";
import { withTable } from "../read-table.js";
import type { ReadOptions } from "../types.js";
import { doubleLiteral, mostDouble } from "./double-sql.js";

/** What a column may be pushed down as; `wide` numbers are decimals whose digits a double may not hold. */
export type PushedKind = "integer" | "float" | "decimal" | "wide" | "text" | "boolean" | "time" | "other";

export interface PushedColumn {
  name: string;
  kind: PushedKind;
  /** All values are whole numbers. */
  whole: boolean;
  /** A double may not hold the whole part. */
  large: boolean;
  /** The engine's type. */
  type: string;
  /** Quoted identifier. */
  sql: string;
}

/** A Parquet file, or a table of a catalog, that stays where it is. */
export interface PushedTable {
  engine: Engine;
  /** As the user named it. */
  name: string;
  /** Stands after FROM. */
  relation: string;
  columns: readonly PushedColumn[];
  /** @throws InputError listing the columns there are */
  column(name: string): PushedColumn;
  /** All rows of a small result. */
  rows(sql: string): Promise<Row[]>;
}

/**
 * Runs `work` on a table for statements whose results are small.
 *
 * @param engine URL of `openEngine`
 * @param name on DuckDB a Parquet file, a directory or a glob of them; elsewhere a path of the server's, or a table's name
 * @throws InputError where there is no such table; EngineError where the engine cannot be reached
 */
export async function withPushedTable<T>(
  engine: string,
  name: string,
  options: ReadOptions,
  work: (table: PushedTable) => Promise<T>,
): Promise<T> {
  if (engine !== "duckdb") {
    return withEngineTable(engine, name, { columns: [], signal: options.signal }, (table) =>
      work(pushedTable(table, name, options)),
    );
  }
  return withTable(name, { ...options, unify: true }, (table) => {
    if (table.files[0].format === "parquet") return work(pushedTable(table, name, options));
    throw new InputError(`${name}: --engine reads Parquet files; leave it out to read these`, { file: name });
  });
}

/** A relation of an engine with the kinds of its columns. */
export function pushedTable(table: EngineTable, name: string, { signal }: ReadOptions = {}): PushedTable {
  const { engine, relation } = table;
  const columns = table.columns.map(({ name: column, type, sql }): PushedColumn => {
    return { name: column, type, sql, ...pushedKind(type) };
  });
  return {
    ...{ engine, name, relation, columns },
    rows: (sql) => collectRows(engine, { sql }, { signal }),
    column: (wanted) => columns[table.columns.indexOf(table.column(wanted))],
  };
}

/** Digits of which a double holds every number. */
const EXACT_DIGITS = 15;

/** Kind of a type of DuckDB, Spark or Trino: the same for types that engines read from one type of Parquet. */
function pushedKind(type: string): Pick<PushedColumn, "kind" | "whole" | "large"> {
  const name = type.toLowerCase();
  const [, digits, scale] = /^decimal\((\d+), ?(\d+)\)$/.exec(name) ?? [];
  if (digits) {
    const large = Number(digits) - Number(scale) > EXACT_DIGITS;
    return { kind: Number(digits) > EXACT_DIGITS ? "wide" : "decimal", whole: scale === "0", large };
  }
  if (/^u?(tiny|small|big|huge)?int$|^u?integer$/.test(name))
    return { kind: "integer", whole: true, large: /big|huge/.test(name) };
  const kinds: [RegExp, PushedKind][] = [
    [/^(float|real|double)$/, "float"],
    [/^(string|varchar|char|uuid|json|enum)\b/, "text"],
    [/^boolean$/, "boolean"],
    [/^(timestamp|date)/, "time"],
  ];
  return { kind: kinds.find(([pattern]) => pattern.test(name))?.[1] ?? "other", whole: false, large: false };
}

/** A numeric column as DOUBLE: exact where the column's values are; those of wide decimals are rounded once, from their text. */
export function doubleSql({ engine: { dialect } }: PushedTable, { kind, sql }: PushedColumn): string {
  if (kind === "boolean") return `CAST(CASE WHEN ${sql} THEN 1 WHEN NOT ${sql} THEN 0 END AS DOUBLE)`;
  return `CAST(${kind === "wide" ? dialect.toText(sql) : sql} AS DOUBLE)`;
}

/** Whether a DOUBLE is neither null, NaN nor infinite, by comparisons alone. */
export function isFiniteSql(x: string): string {
  return `(${x} >= ${doubleLiteral(-mostDouble)} AND ${x} <= ${doubleLiteral(mostDouble)})`;
}
