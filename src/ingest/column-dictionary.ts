import type { SqlTable } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/** The values of a column, and how a row's value becomes its number among them. */
export interface ColumnDictionary {
  /** Sorted by the engine's binary order. */
  values: string[];
  /** DOUBLE: position in `values`, −1 where the cell is empty. */
  code: string;
}

/**
 * The dictionary of a text expression. The values become an enumeration of the engine, so that a row crosses as a small
 * number and not as text.
 *
 * @param sql VARCHAR; NULL where the cell is empty
 * @param key tells this dictionary from others of the same table: letters, digits and `_`
 * @returns null for more than `most` values
 */
export async function columnDictionary(
  table: SqlTable,
  sql: string,
  { key, most }: { key: string; most: number },
  options: ReadOptions,
): Promise<ColumnDictionary | null> {
  const { engine, relation } = table;
  const values = `fleetlens_values_${key}`;
  await engine.run(
    `CREATE TABLE ${values} AS SELECT value FROM (SELECT DISTINCT ${sql} AS value FROM ${relation}) WHERE value IS NOT NULL`,
    options,
  );
  const rows = await engine.rows({ sql: `FROM ${values} ORDER BY value LIMIT ${most + 1}` }, options);
  if (rows.length > most) return null;
  const type = `fleetlens_dimension_${key}`;
  if (rows.length === 0) return { values: [], code: "CAST(-1 AS DOUBLE)" };
  await engine.run(`CREATE TYPE ${type} AS ENUM (SELECT value FROM ${values} ORDER BY value)`);
  return {
    values: rows.map((row) => String(row["value"])),
    code: `CAST(coalesce(enum_code(CAST(${sql} AS ${type})), -1) AS DOUBLE)`,
  };
}
