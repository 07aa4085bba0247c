import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { type DriftProfile, type DriftProfileFile, parseProfile, profileFile } from "../../drift/index.js";
import type { AtomicFiles } from "../atomic.js";
import { readBytes } from "../read-document.js";
import { writePieces } from "../write-table.js";

/** A profile as read. */
export interface ProfileRead {
  profile: DriftProfile;
  /** The file itself, with the rows that the profile is of. */
  input: InputFile;
}

/**
 * Reads a saved profile.
 *
 * @throws InputError naming the file and what is wrong with it
 */
export async function readProfile(path: string): Promise<ProfileRead> {
  const bytes = await readBytes(path, "profile");
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    const why = (cause as Error).message.slice(0, 120);
    throw new InputError(`${path}: the profile is cut short or no JSON: ${why}`, { file: path }, { cause });
  }
  if (typeof (Object(value) as { schema?: unknown }).schema !== "string") {
    throw new InputError(
      `${path}: a JSON object is neither a table, whose rows are a list, nor a drift profile, which says "schema": "fleetlens.drift-profile/1"`,
      { file: path },
    );
  }
  const profile = parseProfile(value, path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { profile, input: { name: path, sha256, rows: profile.rows } };
}

/** A first line of JSON rows is sought in so many bytes. */
const HEAD = 1 << 20;

/** Whether a file is one JSON object, as a profile is, and no table of rows: neither a list nor an object on each line. */
export async function isProfile(path: string): Promise<boolean> {
  if (!/\.json$/i.test(path)) return false;
  const file = await open(path).catch(() => null);
  try {
    const read = await file?.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const head = (read?.buffer.toString("utf8", 0, read.bytesRead) ?? "").trimStart();
    const end = head.indexOf("\n");
    const hasMore = end >= 0 && head.slice(end).trim() !== "";
    return head.startsWith("{") && !(hasMore && isJson(head.slice(0, end)));
  } finally {
    await file?.close();
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a profile, a cell on each line; it appears with the other files of an atomic write.
 *
 * @param latencies features whose exact samples also get a sketch with a relative error
 */
export async function saveProfile(
  files: AtomicFiles,
  path: string,
  profile: DriftProfile,
  createdFrom: Omit<DriftProfileFile["createdFrom"], "seed">,
  latencies: readonly string[] = [],
): Promise<void> {
  await writePieces(await files.reserve(path), profileText(profileFile(profile, createdFrom, latencies)));
}

function* profileText({ cells, ...head }: DriftProfileFile): Generator<string> {
  const fields = Object.entries(head).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  yield `{\n${fields.join("")}"cells": [`;
  for (const [i, cell] of cells.entries()) yield `${i > 0 ? "," : ""}\n${JSON.stringify(cell)}`;
  yield "\n]\n}\n";
}
