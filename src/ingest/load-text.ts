import { InputError } from "../core/errors.js";
import type { DuckDbEngine } from "../engine/duckdb.js";
import { csvHeader } from "./csv-header.js";
import { refuseEndlessLine } from "./endless-line.js";
import type { ResolvedFile } from "./input-files.js";
import { linkAwkwardNames } from "./link-awkward-names.js";
import { type ReadTableOptions, requireColumns, wantedColumns, withFileName } from "./sql-table.js";

/** A scan of one text file, all columns as text, and their names. */
export async function textScan(
  engine: DuckDbEngine,
  file: ResolvedFile,
  path: string,
): Promise<{ names: string[]; scan: string }> {
  const { literal } = engine.dialect;
  const varchars = (names: readonly string[]) => `{${names.map((name) => `${literal(name)}: 'VARCHAR'`).join(", ")}}`;
  if (file.format === "csv") {
    const { delimiter, names } = await csvHeader(path, file.name);
    const packed = /\.gz$/i.test(file.name);
    if (!file.remote) await refuseEndlessLine(path, file.name, packed);
    const options = [
      "auto_detect = false, header = true, null_padding = false",
      `delim = ${literal(delimiter)}, quote = '"', escape = '"'`,
      `columns = ${varchars(names)}`,
      ...(packed ? ["compression = 'gzip'"] : []),
    ];
    return { names, scan: `read_csv(${literal(path)}, ${options.join(", ")})` };
  }
  const described = await engine.rows({ sql: `SELECT column_name FROM (DESCRIBE FROM read_json(${literal(path)}))` });
  const names = described.map((row) => String(row["column_name"]));
  return { names, scan: `read_json(${literal(path)}, columns = ${varchars(names)})` };
}

const CSV_FAULTS: readonly (readonly [RegExp, string])[] = [
  [/Invalid unicode/, "is not UTF-8 text"],
  [/unterminated quote/, "a quoted field is not closed"],
  [/Maximum line size/, "the line is longer than 2 MB"],
];

/** `file line n: what` instead of DuckDB's page of advice. */
function readable(error: unknown, file: ResolvedFile): unknown {
  if (!(error instanceof InputError)) return error;
  const raw = String(error.details["engineMessage"] ?? "");
  const at = /CSV Error on Line: (\d+)/.exec(raw);
  if (!at) return withFileName(error, [file]);
  const fields = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(raw);
  const fault = CSV_FAULTS.find(([pattern]) => pattern.test(raw))?.[1] ?? "not a well-formed record";
  const what = fields ? `expected ${fields[1]} fields as in the header, got ${fields[2]}` : fault;
  const line = Number(at[1]);
  return new InputError(`${file.name} line ${line}: ${what}`, { file: file.name, line }, { cause: error });
}

/** Loads CSV or JSON files into a table of text columns; returns the rows of each file. */
export async function loadText(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  target: string,
  options: ReadTableOptions,
): Promise<number[]> {
  const paths = await linkAwkwardNames(engine, files);
  const counts: number[] = [];
  let wanted: readonly string[] | null = null;
  for (const [i, file] of files.entries()) {
    try {
      const { names, scan } = await textScan(engine, file, paths[i]);
      wanted ??= wantedColumns(names, options);
      requireColumns(wanted, names, file.name);
      const list = wanted.map((name) => engine.dialect.ident(name));
      if (i === 0) await engine.run(`CREATE TABLE ${target} (${list.map((name) => `${name} VARCHAR`).join(", ")})`);
      const sql = `INSERT INTO ${target} SELECT ${list.join(", ")} FROM ${scan}`;
      const [{ Count }] = await engine.rows({ sql }, { signal: options.signal });
      counts.push(Number(Count));
    } catch (error) {
      throw readable(error, file);
    }
  }
  return counts;
}
