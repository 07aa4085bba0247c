import { InputError } from "../core/errors.js";
import type { SliceTable } from "../incident/index.js";
import { type ColumnDictionary, columnDictionary } from "./column-dictionary.js";
import { textSql } from "./column-sql.js";
import { type LoadedColumns, loadColumns } from "./load-columns.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import { MOST_VALUES, tooManyValues } from "./too-many-values.js";
import type { ReadOptions } from "./types.js";

/** The dictionary of a dimension. */
async function dictionaryOf(
  table: SqlTable,
  column: TableColumn,
  d: number,
  options: ReadOptions,
): Promise<ColumnDictionary & { name: string }> {
  const cell = `nullif(${textSql(table, column)}, '')`;
  const found = await columnDictionary(table, cell, { key: String(d), most: MOST_VALUES }, options);
  if (found) return { name: column.name, ...found };
  const file = table.files[0].name;
  throw new InputError(`${file}: ${tooManyValues(column.name)}; leave it out`, { file, column: column.name });
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
  const dictionaries: Awaited<ReturnType<typeof dictionaryOf>>[] = [];
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
