import { InputError } from "../core/errors.js";
import { openDuckDb } from "../engine/duckdb.js";
import { type AppendColumn, appendColumns } from "./append-columns.js";
import type { OutputColumn } from "./types.js";

/** Rows of columns that must all be as long. */
export function rowsOf(columns: readonly OutputColumn[]): number {
  const rows = columns[0]?.data.length ?? 0;
  const odd = columns.find((column) => column.data.length !== rows);
  if (odd) {
    throw new InputError(`column "${odd.name}" has ${odd.data.length} values, "${columns[0].name}" has ${rows}`, {
      column: odd.name,
    });
  }
  return rows;
}

/** Null for what is missing, which NaN is too. */
export function present<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined && !Number.isNaN(value);
}

function whole(value: unknown, column: OutputColumn, row: number): bigint {
  const number = typeof value === "bigint" || Number.isSafeInteger(value) ? BigInt(value as number) : null;
  const bits = column.type === "INTEGER" ? 32 : 64;
  if (number === null || BigInt.asIntN(bits, number) !== number) {
    throw new InputError(`column "${column.name}" row ${row}: ${String(value)} is not a whole number of ${bits} bits`, {
      column: column.name,
      row,
    });
  }
  return number;
}

function appendable(column: OutputColumn): AppendColumn {
  const { data, type } = column;
  const convert: Record<OutputColumn["type"], (value: unknown, row: number) => string | number | bigint | boolean> = {
    VARCHAR: (value) => String(value),
    DECIMAL: (value) => String(value),
    DOUBLE: (value) => Number(value),
    BOOLEAN: (value) => Boolean(value),
    BIGINT: (value, row) => whole(value, column, row),
    INTEGER: (value, row) => Number(whole(value, column, row)),
    TIMESTAMP: (value) => BigInt(Math.round(Number(value) * 1000)),
  };
  const own = convert[type];
  return { type: type === "DECIMAL" ? "VARCHAR" : type, at: (i) => (present(data[i]) ? own(data[i], i) : null) };
}

/** Rows wait within this memory, and beyond it on disk, until the file is written. */
const MEMORY = "256MB";

/** Adds rows: the columns that were announced, in their order, all of one length. */
export type RowAppender = (columns: readonly OutputColumn[]) => Promise<void>;

/**
 * Writes Parquet (Zstandard) to exactly `path`, whatever its name, from rows that `work` appends in any number of
 * pieces; the file appears when `work` is done. The same rows in the same pieces give the same bytes.
 */
export async function withParquetFile<T>(
  path: string,
  columns: readonly Pick<OutputColumn, "name" | "type">[],
  options: { signal?: AbortSignal },
  work: (append: RowAppender) => Promise<T>,
): Promise<T> {
  // One thread, so that row groups are always cut alike.
  const engine = await openDuckDb({ allowedFiles: [path], memory: MEMORY, threads: 1 });
  try {
    const { ident, literal } = engine.dialect;
    // Decimals arrive as text: the engine reads it exactly.
    const definitions = columns
      .map(({ name, type }) => `${ident(name)} ${type === "DECIMAL" ? "VARCHAR" : type}`)
      .join(", ");
    const written = columns.map(({ name, type }) =>
      type === "DECIMAL" ? `CAST(${ident(name)} AS DECIMAL(38, 18)) AS ${ident(name)}` : ident(name),
    );
    await engine.run(`CREATE TABLE fleetlens_out (${definitions})`);
    const result = await work(async (rows) => {
      const count = rowsOf(rows);
      await engine.append("fleetlens_out", (appender) =>
        appendColumns(appender, rows.map(appendable), count, options.signal),
      );
    });
    await engine.run(
      `COPY (SELECT ${written.join(", ")} FROM fleetlens_out) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
      options,
    );
    return result;
  } finally {
    await engine.close();
  }
}

/** Writes columns as Parquet (Zstandard) to exactly `path`, so a path from `AtomicFiles.reserve` will do. */
export async function writeParquet(
  path: string,
  columns: readonly OutputColumn[],
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  await withParquetFile(path, columns, options, (append) => append(columns));
}
