import { InputError } from "../core/errors.js";
import { collectRows } from "../engine/collect-rows.js";
import type { Engine } from "../engine/engine.js";
import { openEngine } from "../engine/open-engine.js";
import type { ResolvedFile } from "./input-files.js";
import {
  type ColumnKind,
  isElsewhere,
  missingColumn,
  requireColumns,
  type SqlTable,
  type TableColumn,
} from "./sql-table.js";

/** A relation of any engine; a table of files in DuckDB is one too. */
export interface EngineTable extends Pick<SqlTable, "columns" | "relation" | "column"> {
  readonly engine: Engine;
  readonly files: readonly Pick<ResolvedFile, "name">[];
}

/** Kind of a type as Spark or Trino names it. */
function kindOf(type: string): ColumnKind {
  // Unsigned 64-bit integers of Parquet are decimals without fraction to Spark.
  if (/^(tinyint|smallint|int|integer|bigint|decimal\(\d+, ?0\))$/i.test(type)) return "integer";
  if (/^(float|real|double|decimal\(.*\))$/i.test(type)) return "float";
  if (/^(string|varchar(\(\d+\))?)$/i.test(type)) return "text";
  if (/^(timestamp(_ntz|_ltz|\(\d+\))?( with time zone)?|date)$/i.test(type)) return "timestamp";
  return /^boolean$/i.test(type) ? "boolean" : "other";
}

/** The columns of a relation, by the engine's own description. */
async function describe(engine: Engine, relation: string, signal?: AbortSignal): Promise<TableColumn[]> {
  const rows = await collectRows(engine, { sql: engine.dialect.describe(relation) }, { signal });
  return rows.map((row) => {
    const [name, type] = Object.values(row).map(String);
    return { name, type, kind: kindOf(type), sql: engine.dialect.ident(name) };
  });
}

/**
 * Runs `work` on one relation of a server: a path that the server reads, or a table of its catalog.
 *
 * @param url URL of `openEngine`
 * @param columns columns that must be there
 * @throws EngineError when the server cannot be reached, InputError when the relation or a column is not there
 */
export async function withEngineTable<T>(
  url: string,
  input: string | readonly string[],
  { columns: wanted, signal }: { columns: readonly string[]; signal?: AbortSignal },
  work: (table: EngineTable) => Promise<T>,
): Promise<T> {
  const [name, ...more] = typeof input === "string" ? [input] : input;
  if (name === undefined || more.length > 0) {
    throw new InputError("another engine than DuckDB takes one input: a folder, a glob, or a table", { inputs: input });
  }
  const engine = await openEngine(url);
  try {
    const relation = engine.dialect.table(name);
    const columns = await describe(engine, relation, signal);
    const names = columns.map((column) => column.name);
    requireColumns(wanted, names, name);
    return await work({
      engine,
      files: [{ name }],
      columns,
      relation,
      column(called) {
        const found = columns.find((column) => column.name === called);
        if (!found) throw missingColumn(called, names, name);
        return found;
      },
    });
  } catch (error) {
    throw withTableName(error, name);
  } finally {
    await engine.close();
  }
}

/** An error of the input names it. */
function withTableName(error: unknown, name: string): unknown {
  if (!(error instanceof InputError) || isElsewhere(error) || error.message.includes(name)) return error;
  return new InputError(`${name}: ${error.message}`, { ...error.details, file: name }, { cause: error });
}
