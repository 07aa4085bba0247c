import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import type { CategoricalColumn, DriftColumn, DriftTable } from "../../drift/index.js";
import type { LevelTarget } from "../../engine/fill-columns.js";
import { withTable } from "../read-table.js";
import type { SqlTable } from "../sql-table.js";
import { MOST_VALUES, tooManyValues } from "../too-many-values.js";
import type { ReadOptions } from "../types.js";
import { columnsToLoad, type DriftColumnChoice, type DriftColumnSql, driftColumns } from "./drift-columns.js";

/** Options of {@link readDriftTable}. */
export interface DriftTableOptions extends ReadOptions, DriftColumnChoice {
  /** Rows up to which a table is read whole; default no limit. */
  mostRows?: number;
}

/** A table as read. */
export interface DriftTableRead {
  /** Null where it has more rows than `mostRows`. */
  table: DriftTable | null;
  inputs: InputFile[];
  warnings: string[];
}

/**
 * Reads the columns of a file (Parquet, CSV, JSON, Arrow IPC; also a directory or a glob) that a comparison needs, and no
 * others. {@link driftColumns} tells which they are. Levels are by code unit, whatever the order of the rows.
 *
 * @throws InputError naming file and column for what cannot be compared
 */
export async function readDriftTable(
  input: string | readonly string[],
  options: DriftTableOptions = {},
): Promise<DriftTableRead> {
  return withTable(input, { ...options, columns: columnsToLoad(options) }, async (table) => {
    // Files are hashed while the engine works.
    const [inputs, read] = await Promise.all([table.inputs(), load(table, options)]);
    return { ...read, inputs };
  });
}

async function load(table: SqlTable, options: DriftTableOptions): Promise<Omit<DriftTableRead, "inputs">> {
  const [counted] = await table.engine.rows({ sql: `SELECT count(*) AS rows FROM ${table.relation}` }, options);
  const rows = Number(counted["rows"]);
  if (rows > (options.mostRows ?? Number.POSITIVE_INFINITY)) return { table: null, warnings: [] };
  const { columns: found, warnings } = await driftColumns(table, options, options);
  const columns = await readColumns(table, found, rows, options, warnings);
  return { table: { rows, columns }, warnings };
}

async function readColumns(
  table: SqlTable,
  group: readonly DriftColumnSql[],
  rows: number,
  options: DriftTableOptions,
  warnings: string[],
): Promise<Map<string, DriftColumn>> {
  const most = (name: string): number => (options.texts?.includes(name) ? rows : MOST_VALUES);
  const targets = group.map(({ name, kind }): Float64Array | LevelTarget =>
    kind === "categorical"
      ? { codes: new Int32Array(rows), levels: new Map(), most: most(name) }
      : new Float64Array(rows),
  );
  const sql = `SELECT ${group.map((column) => column.sql).join(", ")} FROM ${table.relation}`;
  await table.engine.fill({ sql }, targets, options);
  const columns = new Map<string, DriftColumn>();
  for (const [i, { name, kind }] of group.entries()) {
    const target = targets[i];
    if (target instanceof Float64Array) columns.set(name, { kind: kind as "numeric" | "time", values: target });
    else if (target.levels.size <= most(name)) columns.set(name, sortedLevels(target));
    else warnings.push(manyLevels(table, name, options));
  }
  return columns;
}

/** Levels by code unit, so that they do not depend on the order of the rows. */
function sortedLevels({ codes, levels: met }: LevelTarget): CategoricalColumn {
  const levels = [...met.keys()].sort();
  const sorted = new Int32Array(levels.length);
  for (const [code, level] of levels.entries()) sorted[met.get(level) as number] = code;
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) codes[i] = sorted[codes[i]];
  return { kind: "categorical", codes, levels };
}

/** @throws InputError where the column was named */
function manyLevels(table: SqlTable, column: string, { features, slices }: DriftTableOptions): string {
  const file = table.files[0].name;
  const what = `${file}: ${tooManyValues(column)}`;
  if (!features && !slices?.includes(column)) return `${what}, and is no feature`;
  throw new InputError(`${what}; leave it out`, { file, column });
}
