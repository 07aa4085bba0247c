import { InputError } from "../core/errors.js";
import type { SliceTable } from "../incident/index.js";
import { textSql } from "./column-sql.js";
import { type LoadedColumns, loadColumns } from "./load-columns.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/** A column with more values than these tells rows apart rather than groups of them. */
const MOST_VALUES = 100_000;

/** The dictionary of a dimension, and SQL of type DOUBLE for a row's code in it. */
interface Dictionary {
  name: string;
  values: string[];
  code: string;
}

/** Sorted values of a dimension. They become an enumeration, so that a row crosses as a small number and not as text. */
async function dictionaryOf(
  table: SqlTable,
  column: TableColumn,
  d: number,
  options: ReadOptions,
): Promise<Dictionary> {
  const { engine, relation } = table;
  const cell = `nullif(${textSql(table, column)}, '')`;
  const values = `fleetlens_values_${d}`;
  await engine.run(
    `CREATE TABLE ${values} AS SELECT DISTINCT ${cell} AS value FROM ${relation} WHERE ${cell} IS NOT NULL`,
    options,
  );
  const rows = await engine.rows({ sql: `FROM ${values} ORDER BY value LIMIT ${MOST_VALUES + 1}` }, options);
  if (rows.length > MOST_VALUES) {
    const file = table.files[0].name;
    throw new InputError(
      `${file}: column "${column.name}" has more than ${MOST_VALUES} values: it names rows and not groups; leave it out`,
      { file, column: column.name },
    );
  }
  const type = `fleetlens_dimension_${d}`;
  if (rows.length > 0) await engine.run(`CREATE TYPE ${type} AS ENUM (SELECT value FROM ${values} ORDER BY value)`);
  return {
    name: column.name,
    values: rows.map((row) => String(row["value"])),
    code: rows.length > 0 ? `CAST(coalesce(enum_code(CAST(${cell} AS ${type})), -1) AS DOUBLE)` : "CAST(-1 AS DOUBLE)",
  };
}

/**
 * {@link loadColumns} with dimensions besides: codes of a dictionary, -1 where the cell is empty.
 *
 * @throws InputError for a column that has a value of its own for nearly every row
 */
export async function loadDimensions(
  table: SqlTable,
  dimensions: readonly TableColumn[],
  columns: { numbers: readonly string[]; texts: readonly string[]; more: Readonly<Record<string, string>> },
  options: ReadOptions,
): Promise<LoadedColumns & { dimensions: SliceTable["dimensions"] }> {
  const dictionaries: Dictionary[] = [];
  for (const [d, column] of dimensions.entries()) dictionaries.push(await dictionaryOf(table, column, d, options));
  const codes = dictionaries.map(({ code }, d) => [`fleetlens_code_${d}`, code]);
  const more = { ...columns.more, ...Object.fromEntries(codes) };
  const loaded = await loadColumns(table, columns.numbers, columns.texts, options, more);
  return {
    ...loaded,
    dimensions: dictionaries.map(({ name, values }, d) => ({
      name,
      values,
      codes: Int32Array.from(loaded.number(`fleetlens_code_${d}`) as Float64Array),
    })),
  };
}
