import { open } from "node:fs/promises";
import { InputError } from "../../core/errors.js";
import { CHUNK_ROWS, type DuckDbEngine, openDuckDb } from "../../engine/duckdb.js";
import { type ResolvedFile, resolveInputs } from "../input-files.js";
import { linkAwkwardNames } from "../link-awkward-names.js";
import { textScan } from "../load-text.js";
import { sha256File } from "../sha256-file.js";
import { missingColumn, type SqlTable } from "../sql-table.js";
import { type ColumnTarget, columnTargets, filledColumns } from "./column-targets.js";
import { likelyDriftColumns } from "./drift-columns.js";
import type { DriftTableOptions, DriftTableRead } from "./drift-table-read.js";

/** From here on a number may be one that was rounded; what is no number comes as infinity. */
const UNSURE = 1e15;

/**
 * Reads a CSV file in one pass, without a table of its text, taking its columns for what the first rows say that they are.
 *
 * @returns null where that does not do: a cell further down says otherwise, times or vectors are named, or something is
 *   wrong with the file. Who loads it then gives the answer, or says what is wrong and where.
 */
export async function readCsvOnce(input: string, options: DriftTableOptions): Promise<DriftTableRead | null> {
  // Each statement that checks times would read the file again.
  if (options.time !== undefined || options.embedding !== undefined) return null;
  const files = await resolveInputs(input, options);
  if (files.length !== 1 || files[0].format !== "csv" || files[0].remote) return null;
  const engine = await openDuckDb({ ...options, allowedFiles: [files[0].path] });
  try {
    const table = await scannedTable(engine, files[0]);
    // The file is hashed while the engine works.
    const [sha256, read] = await Promise.all([sha256File(files[0].path), readOnce(table, options)]);
    if (!read) return null;
    const { rows, ...rest } = read;
    return { ...rest, inputs: [{ name: files[0].name, sha256, rows }] };
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  } finally {
    await engine.close();
  }
}

/** The file as a relation that each statement reads anew. Where a cell is cannot be asked. */
async function scannedTable(engine: DuckDbEngine, file: ResolvedFile): Promise<SqlTable> {
  const [path] = await linkAwkwardNames(engine, [file]);
  const { names, scan } = await textScan(engine, file, path);
  const columns = names.map((name) => ({
    name,
    type: "VARCHAR",
    kind: "text" as const,
    sql: engine.dialect.ident(name),
  }));
  return {
    engine,
    files: [file],
    columns,
    relation: scan,
    warnings: [],
    column(name) {
      const found = columns.find((column) => column.name === name);
      if (!found) throw missingColumn(name, names, file.name);
      return found;
    },
    find: async () => [],
    inputs: async () => [],
    close: () => engine.close(),
  };
}

interface RowsRead extends Omit<DriftTableRead, "inputs"> {
  rows: number;
}

async function readOnce(table: SqlTable, options: DriftTableOptions): Promise<RowsRead | null> {
  const { columns: found, warnings } = await likelyDriftColumns(table, options, options);
  if (found.length === 0) return null;
  const sql = `SELECT ${found.map((column) => column.sql).join(", ")} FROM ${table.relation}`;
  const chunk = columnTargets(found, CHUNK_ROWS, options);
  const likely = await likelyRows(table.files[0].path);
  const columns = columnTargets(found, likely, options).map(valuesOf);
  const { mostRows = Number.POSITIVE_INFINITY } = options;
  let rows = 0;
  for await (const count of table.engine.fillChunks({ sql }, chunk, options)) {
    if (rows + count > mostRows) return tooManyRows(table, options);
    for (const [i, target] of chunk.entries()) {
      const values = valuesOf(target).subarray(0, count);
      if (values instanceof Float64Array && !values.every(isSure)) return null;
      columns[i] = roomFor(columns[i], rows + count);
      columns[i].set(values, rows);
    }
    rows += count;
  }
  const targets = chunk.map((target, i): ColumnTarget => {
    const values = columns[i].subarray(0, rows);
    return target instanceof Float64Array ? (values as Float64Array) : { ...target, codes: values as Int32Array };
  });
  return { table: { rows, columns: filledColumns(table, found, targets, options, warnings) }, rows, warnings };
}

const FIRST_BYTES = 64 * 2 ** 10;
const NEWLINE = 10;
const MOST_LIKELY = 2 ** 21;

/** Rows of a file as long as the first ones, and a few more; of a compressed file it is as good a guess as any. */
async function likelyRows(path: string): Promise<number> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
    const lines = buffer.subarray(0, bytesRead).reduce((count, byte) => count + Number(byte === NEWLINE), 0);
    return Math.min(MOST_LIKELY, Math.ceil(((lines + 1) / bytesRead) * size * 1.02));
  } finally {
    await file.close();
  }
}

function valuesOf(target: ColumnTarget): Float64Array | Int32Array {
  return target instanceof Float64Array ? target : target.codes;
}

/** NaN is. */
function isSure(value: number): boolean {
  return !(Math.abs(value) >= UNSURE);
}

/** A column with room for so many rows: the same, or a copy of twice the length. */
function roomFor(column: Float64Array | Int32Array, rows: number): Float64Array | Int32Array {
  if (rows <= column.length) return column;
  const length = Math.max(rows, 2 * column.length);
  const larger = column instanceof Float64Array ? new Float64Array(length) : new Int32Array(length);
  larger.set(column);
  return larger;
}

async function tooManyRows(table: SqlTable, options: DriftTableOptions): Promise<RowsRead> {
  const [{ rows }] = await table.engine.rows({ sql: `SELECT count(*) AS rows FROM ${table.relation}` }, options);
  return { table: null, rows: Number(rows), warnings: [] };
}
