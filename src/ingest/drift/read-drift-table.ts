import type { DriftColumn } from "../../drift/index.js";
import { withTable } from "../read-table.js";
import type { SqlTable } from "../sql-table.js";
import { columnTargets, filledColumns } from "./column-targets.js";
import { columnsToLoad, type DriftColumnSql, driftColumns } from "./drift-columns.js";
import type { DriftTableOptions, DriftTableRead } from "./drift-table-read.js";

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
  if (typeof input === "string" && /\.[ct]sv(\.gz)?$/i.test(input)) {
    const { readCsvOnce } = await import("./read-csv-once.js");
    const once = await readCsvOnce(input, options);
    if (once) return once;
  }
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
  found: readonly DriftColumnSql[],
  rows: number,
  options: DriftTableOptions,
  warnings: string[],
): Promise<Map<string, DriftColumn>> {
  const targets = columnTargets(found, rows, options);
  const sql = `SELECT ${found.map((column) => column.sql).join(", ")} FROM ${table.relation}`;
  await table.engine.fill({ sql }, targets, options);
  return filledColumns(table, found, targets, options, warnings);
}
