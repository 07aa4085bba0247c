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
    DOUBLE: (value) => Number(value),
    BOOLEAN: (value) => Boolean(value),
    BIGINT: (value, row) => whole(value, column, row),
    INTEGER: (value, row) => Number(whole(value, column, row)),
    TIMESTAMP: (value) => BigInt(Math.round(Number(value) * 1000)),
  };
  const own = convert[type];
  return { type, at: (i) => (present(data[i]) ? own(data[i], i) : null) };
}

/**
 * Writes columns as Parquet (Zstandard) to exactly `path`, whatever its name, so a path from `AtomicFiles.reserve`
 * will do. The same columns give the same bytes.
 */
export async function writeParquet(
  path: string,
  columns: readonly OutputColumn[],
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const rows = rowsOf(columns);
  const engine = await openDuckDb({ allowedFiles: [path] });
  try {
    const { ident, literal } = engine.dialect;
    const definitions = columns.map((column) => `${ident(column.name)} ${column.type}`).join(", ");
    await engine.run(`CREATE TABLE fleetlens_out (${definitions})`);
    await engine.append("fleetlens_out", (appender) =>
      appendColumns(appender, columns.map(appendable), rows, options.signal),
    );
    await engine.run(
      `COPY fleetlens_out TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
      options,
    );
  } finally {
    await engine.close();
  }
}
