import type { InputFile } from "../core/demand.js";
import { type DuckDbEngine, openDuckDb } from "../engine/duckdb.js";
import { type ResolvedFile, resolveInputs } from "./input-files.js";
import { linkAwkwardNames } from "./link-awkward-names.js";
import { isRangeResult } from "./prometheus/is-range-result.js";
import { sha256File } from "./sha256-file.js";
import {
  asText,
  columnKind,
  type FoundRow,
  missingColumn,
  type ReadTableOptions,
  requireColumns,
  type SqlTable,
  type TableColumn,
  withFileName,
} from "./sql-table.js";

/** What differs between a scan in place and a loaded table. */
interface Source extends Pick<SqlTable, "relation" | "find" | "sumByQueue"> {
  warnings?: readonly string[];
  rowCounts(): Promise<number[]>;
}

/**
 * Opens files (Parquet, CSV, JSON, Arrow IPC; plain or a directory or a glob of partitions) as one SQL relation.
 *
 * Parquet is scanned in place. The other formats are loaded into a table of the engine, which spills to disk beyond the
 * memory limit; CSV and JSON values stay the text of the file, so that ids like `007` survive. A JSON file may also be the
 * answer of a Prometheus range query.
 *
 * @throws InputError when a file or column is missing or a file is broken
 */
export async function readTable(input: string | readonly string[], options: ReadTableOptions = {}): Promise<SqlTable> {
  const files = await resolveInputs(input, options);
  const local = files.filter((file) => !file.remote).map((file) => file.path);
  const engine = await openDuckDb({ ...options, allowedFiles: [...local, ...(options.writes ?? [])] });
  try {
    const scan = files[0].format === "parquet";
    const source = await (scan ? parquetSource(engine, files, options) : loadedSource(engine, files, options));
    const columns = await describe(engine, source.relation);
    const names = columns.map((column) => column.name);
    requireColumns(options.columns ?? [], names, files[0].name);
    return {
      engine,
      files,
      columns,
      relation: source.relation,
      find: source.find,
      warnings: source.warnings ?? [],
      sumByQueue: source.sumByQueue,
      column(name) {
        const found = columns.find((column) => column.name === name);
        if (!found) throw missingColumn(name, names, files[0].name);
        return found;
      },
      inputs: async () => inputFiles(engine, files, await source.rowCounts(), options),
      close: () => engine.close(),
    };
  } catch (error) {
    await engine.close();
    throw withFileName(error, files);
  }
}

/** Runs `work` on a table, closes it, and gives errors of the engine the file's name. */
export async function withTable<T>(
  input: string | readonly string[],
  options: ReadTableOptions,
  work: (table: SqlTable) => Promise<T>,
): Promise<T> {
  const table = await readTable(input, options);
  try {
    return await work(table);
  } catch (error) {
    throw withFileName(error, table.files);
  } finally {
    await table.close();
  }
}

async function describe(engine: DuckDbEngine, relation: string): Promise<TableColumn[]> {
  const rows = await engine.rows({ sql: `SELECT column_name, column_type FROM (DESCRIBE FROM ${relation})` });
  return rows.map((row) => {
    const name = String(row["column_name"]);
    const type = String(row["column_type"]);
    return { name, type, kind: columnKind(type), sql: engine.dialect.ident(name) };
  });
}

async function inputFiles(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  counts: readonly number[],
  { signal }: ReadTableOptions,
): Promise<InputFile[]> {
  const all: InputFile[] = [];
  for (const [i, { name, path, remote }] of files.entries()) {
    signal?.throwIfAborted();
    all.push({ name, sha256: remote ? await remoteSha256(engine, path) : await sha256File(path), rows: counts[i] });
  }
  return all;
}

async function remoteSha256(engine: DuckDbEngine, url: string): Promise<string> {
  const [row] = await engine.rows({ sql: "SELECT sha256(content) AS hash FROM read_blob($1)", params: [url] });
  return String(row["hash"]);
}

/** `offset` rows of the relation come before the file. */
function foundRow(row: Record<string, unknown>, file: string, offset: number): FoundRow {
  const { fleetlens_row, ...values } = row;
  return { file, row: Number(fleetlens_row) - offset, values: values as Record<string, string | null> };
}

async function parquetSource(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  { unify, columns = [] }: ReadTableOptions,
): Promise<Source> {
  const paths = await linkAwkwardNames(engine, files);
  const literals = paths.map((path) => engine.dialect.literal(path));
  if (unify) await requireInEach(engine, files, paths, columns);
  const settings = `hive_types_autocast = false${unify ? ", union_by_name = true" : ""}`;
  const scan = (list: readonly string[]) => `read_parquet([${list.join(", ")}], ${settings})`;
  return {
    relation: scan(literals),
    async rowCounts() {
      const sql = `SELECT file_name, num_rows FROM parquet_file_metadata([${literals.join(", ")}])`;
      const byPath = new Map((await engine.rows({ sql })).map((row) => [row["file_name"], Number(row["num_rows"])]));
      return paths.map((path) => byPath.get(path) ?? 0);
    },
    async find(condition, show, limit = 1) {
      const found: FoundRow[] = [];
      for (let i = 0; i < files.length && found.length < limit; i++) {
        const numbered = `(SELECT *, row_number() OVER () AS fleetlens_row FROM ${scan([literals[i]])})`;
        const rows = await engine.rows({
          sql: `SELECT fleetlens_row${asText(show)} FROM ${numbered} WHERE ${condition} ORDER BY 1 LIMIT ${limit - found.length}`,
        });
        found.push(...rows.map((row) => foundRow(row, files[i].name, 0)));
      }
      return found;
    },
  };
}

/**
 * Where types are unified a file without a column reads as if it were empty there, so each must have those that are
 * needed. A column of no file at all may be one of the folders' names (`key=value`).
 */
async function requireInEach(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  paths: readonly string[],
  columns: readonly string[],
): Promise<void> {
  const list = paths.map((path) => engine.dialect.literal(path)).join(", ");
  const names = new Map(paths.map((path) => [path, [] as string[]]));
  for (const row of await engine.rows({ sql: `SELECT file_name, name FROM parquet_schema([${list}])` })) {
    names.get(String(row["file_name"]))?.push(String(row["name"]));
  }
  const inSome = columns.filter((column) => [...names.values()].some((present) => present.includes(column)));
  for (const [i, path] of paths.entries()) requireColumns(inSome, names.get(path)?.slice(1) ?? [], files[i].name);
}

/** Rows of such a table are of all files together. */
async function prometheusSource(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  relation: string,
  options: ReadTableOptions,
): Promise<Source> {
  const { loadPrometheus } = await import("./prometheus/load-prometheus.js");
  const { counts, warnings, sumByQueue } = await loadPrometheus(engine, files, relation, options);
  const file = files.map(({ name }) => name).join(", ");
  return {
    relation,
    warnings,
    sumByQueue,
    rowCounts: async () => counts,
    async find(condition, show, limit = 1) {
      const rows = await engine.rows({
        sql: `SELECT rowid AS fleetlens_row${asText(show)} FROM ${relation} WHERE ${condition} ORDER BY 1 LIMIT ${limit}`,
      });
      return rows.map((row) => foundRow(row, file, -1));
    },
  };
}

async function loadedSource(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  options: ReadTableOptions,
): Promise<Source> {
  const relation = "fleetlens_data";
  if (await isRangeResult(files[0])) return prometheusSource(engine, files, relation, options);
  // Most tables are Parquet and need neither.
  const load =
    files[0].format === "arrow"
      ? (await import("./load-arrow.js")).loadArrow
      : (await import("./load-text.js")).loadText;
  const counts = await load(engine, files, relation, options);
  const starts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
  return {
    relation,
    rowCounts: async () => counts,
    async find(condition, show, limit = 1) {
      const rows = await engine.rows({
        sql: `SELECT rowid AS fleetlens_row${asText(show)} FROM ${relation} WHERE ${condition} ORDER BY 1 LIMIT ${limit}`,
      });
      return rows.map((row) => {
        // The last file that starts at or before the row: an empty file starts where the next one does.
        const file = starts.findLastIndex((start, i) => start <= Number(row["fleetlens_row"]) && counts[i] > 0);
        return foundRow(row, files[file].name, starts[file] - 1);
      });
    },
  };
}
