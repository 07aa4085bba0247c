import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, posix, relative, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import { InputError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";

const MISSING = "no such file; export it again and copy all of it";

/** The folder that an export lies in; nothing outside of it is read. */
export interface SourceRoot {
  /** As the user gave it. */
  name: string;
  /** Absolute, symlinks resolved. */
  path: string;
  /** The file that the user gave instead of a folder, relative to the folder. */
  file: string | null;
}

/** Most bytes of a metadata file, also when unpacked: it is read as a whole. */
export const MOST_BYTES = 256 << 20;

/** @throws InputError when nothing is there */
export async function sourceRoot(input: string): Promise<SourceRoot> {
  const found = await stat(input).catch(() => null);
  if (!found) throw new InputError(`no file or folder "${input}"`, { file: input });
  const path = await realpath(input);
  if (found.isDirectory()) return { name: input, path, file: null };
  return { name: dirname(input), path: dirname(path), file: relative(dirname(path), path) };
}

/** Name of a file of the export as the user knows it. */
export function shownName(root: SourceRoot, file: string): string {
  return posix.join(root.name.split(sep).join("/"), file);
}

/** An error about one file of an export. */
export function fileError(root: SourceRoot, file: string, what: string, cause?: unknown): InputError {
  const name = shownName(root, file);
  return new InputError(`${name}: ${what}`, { file: name }, { cause });
}

/**
 * Regular files below the folder, relative with `/`, in the order of their UTF-8 bytes. Links are not followed.
 *
 * @param wanted told each relative path
 */
export async function filesBelow(root: SourceRoot, wanted: (file: string) => boolean): Promise<string[]> {
  const entries = await readdir(root.path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root.path, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter(wanted)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Absolute path of a regular file below the folder; null when it is not there or a link leads out of the folder. */
export async function pathBelow(root: SourceRoot, file: string): Promise<string | null> {
  if (file.includes("\0")) return null;
  const path = await realpath(join(root.path, file)).catch(() => null);
  if (path === null || relative(root.path, path).split(sep)[0] === "..") return null;
  return (await stat(path)).isFile() ? path : null;
}

/** Time and size of a file of the export. */
export async function fileStat(root: SourceRoot, file: string): Promise<{ size: number; modifiedMs: number }> {
  const path = await pathBelow(root, file);
  if (path === null) throw fileError(root, file, MISSING);
  const { size, mtimeMs } = await stat(path);
  // Copies keep whole seconds at best.
  return { size, modifiedMs: Math.floor(mtimeMs / 1000) * 1000 };
}

/** Size in bytes of a file of the export. */
export async function fileSize(root: SourceRoot, file: string): Promise<number> {
  return (await fileStat(root, file)).size;
}

/** Bytes of a file of the export, unpacked when its name ends in `.gz`. */
export async function readBytes(root: SourceRoot, file: string): Promise<Uint8Array> {
  const path = await pathBelow(root, file);
  if (path === null) throw fileError(root, file, MISSING);
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw fileError(root, file, `${size} bytes are more than a metadata file may have`);
  const bytes = await readFile(path);
  if (!/\.gz(\.metadata\.json)?$/.test(file)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    throw fileError(root, file, `cannot be unpacked (${(cause as Error).message}); copy it again`, cause);
  }
}

/** UTF-8 text of a file of the export. */
export async function readText(root: SourceRoot, file: string): Promise<string> {
  return decodeText(root, file, await readBytes(root, file));
}

/** Bytes as UTF-8 text. */
export function decodeText(root: SourceRoot, file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fileError(root, file, "is not UTF-8 text", cause);
  }
}

/** A value if it is as the schema says. */
export function checked<T>(root: SourceRoot, file: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw fileError(root, file, problemText(schemaProblems(schema, value, parsed.error)));
}

/** Texts, also one without its end, and numbers: nothing that is tried twice, so that no file takes long. */
const TOKENS = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|-?\d[\d.eE+-]*/g;

/** Whole numbers that a double may not hold become text, as ids of 64 bits are. */
function withLongNumbersAsText(json: string): string {
  return json.replace(TOKENS, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token));
}

/** Value of JSON text; whole numbers of 16 digits and more arrive as text. */
export function parseJson<T>(root: SourceRoot, file: string, schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(withLongNumbersAsText(text));
  } catch (cause) {
    throw fileError(root, file, `broken JSON, perhaps cut short (${(cause as Error).message})`, cause);
  }
  return checked(root, file, schema, value);
}

/** A JSON file of the export, as {@link parseJson} takes it. */
export async function readJson<T>(root: SourceRoot, file: string, schema: z.ZodType<T>): Promise<T> {
  return parseJson(root, file, schema, await readText(root, file));
}

/** A file with one JSON value a line; empty lines are skipped. */
export async function readJsonLines<T>(root: SourceRoot, file: string, schema: z.ZodType<T>): Promise<T[]> {
  const lines = (await readText(root, file)).split("\n");
  return lines.flatMap((line, i) =>
    line.trim() === "" ? [] : [parseJson(root, `${file} line ${i + 1}`, schema, line)],
  );
}

/** A YAML file of the export, checked. Every scalar is text: an id such as `12e4` is no number, nor `no` a truth value. */
export async function readYaml<T>(root: SourceRoot, file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(root, file);
  let value: unknown;
  try {
    value = parseYaml(text, { schema: "failsafe", maxAliasCount: 100 });
  } catch (cause) {
    throw fileError(root, file, `broken YAML (${(cause as Error).message.split("\n")[0]})`, cause);
  }
  return checked(root, file, schema, value);
}
