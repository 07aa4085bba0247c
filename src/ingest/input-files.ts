import { readdir, realpath, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { compareUtf8 } from "../core/compare-utf8.js";
import { InputError } from "../core/errors.js";
import { openDuckDb } from "../engine/duckdb.js";

/** File formats that can be read as a table. */
export type InputFormat = "parquet" | "csv" | "json" | "arrow";

/** A file to read. */
export interface ResolvedFile {
  /** As the user gave it (or the expansion of what was given), with `/` separators. */
  name: string;
  /** Absolute, symlinks resolved; for a remote file its URL. */
  path: string;
  format: InputFormat;
  remote: boolean;
}

const REMOTE = /^[a-z][a-z0-9+.-]+:\/\//i;
const GLOB = /[*?[]/;

/** Format by file name, or null when the extension says nothing. */
export function inputFormat(name: string): InputFormat | null {
  const match = /\.(parquet|pq|csv|tsv|arrow|feather|ipc|json|jsonl|ndjson)(\.gz)?$/i.exec(name);
  if (!match) return null;
  const extension = match[1].toLowerCase();
  if (extension === "parquet" || extension === "pq") return match[2] ? null : "parquet";
  if (extension === "arrow" || extension === "feather" || extension === "ipc") return match[2] ? null : "arrow";
  return extension === "csv" || extension === "tsv" ? "csv" : "json";
}

const READABLE = ".parquet, .csv, .csv.gz, .arrow, .feather, .json or .jsonl";

async function expandGlob(pattern: string, baseDir: string): Promise<string[]> {
  const parts = pattern.split("/");
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => GLOB.test(part)),
  );
  const root = resolve(baseDir, fixed.join("/") || (pattern.startsWith("/") ? "/" : "."));
  const rest = parts.slice(fixed.length).join("/");
  const rootReal = await realpath(root).catch(() => root);
  if (GLOB.test(rootReal)) {
    throw new InputError(`the folder of the glob "${pattern}" has a glob character in its own name; rename it`, {
      pattern,
    });
  }
  const engine = await openDuckDb({ allowedDirectories: [rootReal] });
  try {
    const rows = await engine.rows({ sql: "SELECT file FROM glob($1)", params: [join(rootReal, rest)] });
    const head = fixed.length ? `${fixed.join("/")}/` : "";
    return rows
      .map((row) => head + String(row["file"]).slice(rootReal.length).split(sep).join("/").replace(/^\/+/, ""))
      .filter((name) => !unasked(name.slice(head.length)));
  } finally {
    await engine.close();
  }
}

/** Spark and others leave `_SUCCESS`, `_delta_log/` and dot files beside their partitions. */
function hidden(name: string): boolean {
  return name.split("/").some((part) => part.startsWith(".") || part.startsWith("_"));
}

/** A glob that asks for files means `_a.csv` among them, as in a shell; but nothing below such a folder, and no dot file. */
function unasked(name: string): boolean {
  const at = name.lastIndexOf("/") + 1;
  return name.startsWith(".", at) || hidden(name.slice(0, at));
}

async function expandDirectory(name: string, path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(path.length + 1)
        .split(sep)
        .join("/"),
    )
    .filter((file) => !hidden(file) && inputFormat(file) !== null)
    .map((file) => `${name.replace(/\/+$/, "")}/${file}`);
  if (found.length === 0) throw new InputError(`"${name}" holds no ${READABLE} file`, { file: name });
  return found;
}

/**
 * The files that paths, directories and globs stand for, each list sorted by the bytes of its names.
 *
 * @throws InputError when nothing is there, an extension is unknown, formats are mixed, or a path is remote and remote
 *   reading was not allowed
 * @param options.anyName the format is known from elsewhere, whatever the extension
 */
export async function resolveInputs(
  inputs: string | readonly string[],
  options: { baseDir?: string; allowRemote?: boolean; anyName?: boolean } = {},
): Promise<ResolvedFile[]> {
  const baseDir = options.baseDir ?? process.cwd();
  const given = typeof inputs === "string" ? [inputs] : inputs;
  if (given.length === 0) throw new InputError("no input file was given");
  const files: ResolvedFile[] = [];
  for (const input of given) {
    if (REMOTE.test(input)) {
      if (!options.allowRemote) {
        throw new InputError(
          `"${input}" is remote: pass --allow-remote (allowRemote in the library) to read it, which makes DuckDB download its httpfs extension on first use; or fetch the file and name the copy`,
          { file: input },
        );
      }
      files.push({ name: input, path: input, format: formatOf(input), remote: true });
      continue;
    }
    for (const name of await expand(input.split(sep).join("/"), baseDir)) {
      const path = await realpath(resolve(baseDir, name));
      files.push({ name, path, format: options.anyName ? "csv" : formatOf(name), remote: false });
    }
  }
  const mixed = files.find((file) => file.format !== files[0].format);
  if (mixed) {
    throw new InputError(
      `"${files[0].name}" is ${files[0].format} and "${mixed.name}" is ${mixed.format}: read one format at a time`,
      { files: [files[0].name, mixed.name] },
    );
  }
  return files;
}

function formatOf(name: string): InputFormat {
  const format = inputFormat(name);
  if (format) return format;
  throw new InputError(`cannot tell the format of "${name}": name it ${READABLE}`, { file: name });
}

async function expand(name: string, baseDir: string): Promise<string[]> {
  if (name === "") throw new InputError("the name of an input is empty");
  const path = resolve(baseDir, name);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return (await expandDirectory(name, path)).sort(compareUtf8);
  if (found && !found.isFile())
    throw new InputError(`"${name}" is no regular file; write it to one first`, { file: name });
  if (found) return [name];
  if (!GLOB.test(name)) throw new InputError(`no file "${name}"`, { file: name });
  const matches = (await expandGlob(name, baseDir)).sort(compareUtf8);
  if (matches.length === 0) throw new InputError(`no file matches "${name}"`, { file: name });
  return matches;
}
