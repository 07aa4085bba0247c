import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
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
  { unify, columns, optional = [] }: ReadTableOptions,
): Promise<Source> {
  const paths = await linkAwkwardNames(engine, files);
  const literals = paths.map((path) => engine.dialect.literal(path));
  const needed = columns ?? (unify ? [] : undefined);
  const wanted = { needed, optional: unify ? [] : optional };
  const differ = (paths.length > 1 || unify) && (await columnsDiffer(engine, files, paths, wanted));
  const settings = `hive_types_autocast = false${unify || differ ? ", union_by_name = true" : ""}`;
  const scan = (list: readonly string[]) => `read_parquet([${list.join(", ")}], ${settings})`;
  // In a part by itself a column may have a type that the conditions are not made for.
  const typed = differ ? `FROM (FROM ${scan(literals)} LIMIT 0) UNION ALL BY NAME ` : "";
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
        const numbered = `(${typed}SELECT *, row_number() OVER () AS fleetlens_row FROM ${scan([literals[i]])})`;
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
 * Whether columns that are needed differ in their types from file to file: read by the types of the first file, 1.5 would
 * become 2 where that one has integers. A file without one of them is refused, since it would read as if it were empty
 * there. A column of no file at all may be one of the folders' names (`key=value`).
 *
 * @param wanted needed by default all of the first file; optional are needed where the first file has them
 */
async function columnsDiffer(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  paths: readonly string[],
  wanted: { needed: readonly string[] | undefined; optional: readonly string[] },
): Promise<boolean> {
  const types = await topLevelTypes(engine, paths);
  const needed = (wanted.needed ?? [...types[0].keys()]).filter((column) => types.some((of) => of.has(column)));
  needed.push(...wanted.optional.filter((column) => types[0].has(column)));
  for (const [i, of] of types.entries()) requireColumns(needed, [...of.keys()], files[i].name);
  for (const column of needed) refuseLossyMix(column, types, files);
  return needed.some((column) => types.some((of) => of.get(column) !== types[0].get(column)));
}

/** Refuses a column in whose common type the engine would round what one of the files holds. */
function refuseLossyMix(column: string, types: readonly Map<string, string>[], files: readonly ResolvedFile[]): void {
  const [first] = types;
  for (const [i, of] of types.entries()) {
    const [a, b] = [first.get(column) ?? "", of.get(column) ?? ""];
    if (!losesDigits(a, b) && !losesDigits(b, a)) continue;
    throw new InputError(
      `column "${column}" has type ${a} in ${files[0].name} and ${b} in ${files[i].name}, which have no type in common that keeps all digits; write both alike`,
      { file: files[i].name, column },
    );
  }
}

/** Whether single precision meets numbers of more digits, or decimals have more than 38 between them. */
function losesDigits(a: string, b: string): boolean {
  if (a === "FLOAT") return /^(U?(INTEGER|BIGINT|HUGEINT)|DECIMAL.*)$/.test(b);
  const [, widthA, scaleA] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(a) ?? [];
  const [, widthB, scaleB] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(b) ?? [];
  if (widthA === undefined || widthB === undefined) return false;
  const digits = Math.max(Number(widthA) - Number(scaleA), Number(widthB) - Number(scaleB));
  return digits + Math.max(Number(scaleA), Number(scaleB)) > 38;
}

/** Types of the columns of each Parquet file, by name; not of what is nested in them. */
async function topLevelTypes(engine: DuckDbEngine, paths: readonly string[]): Promise<Map<string, string>[]> {
  const list = paths.map((path) => engine.dialect.literal(path)).join(", ");
  const types = new Map(paths.map((path) => [path, new Map<string, string>()]));
  const sql = `SELECT file_name, name, duckdb_type, num_children, column_id FROM parquet_schema([${list}])`;
  let nested = 0;
  for (const row of await engine.rows({ sql: `${sql} ORDER BY file_name, column_id` })) {
    const children = Number(row["num_children"]);
    if (row["column_id"] === 0n) nested = 0;
    else if (nested > 0) nested += children - 1;
    else {
      types.get(String(row["file_name"]))?.set(String(row["name"]), String(row["duckdb_type"]));
      nested = children;
    }
  }
  return paths.map((path) => types.get(path) as Map<string, string>);
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
