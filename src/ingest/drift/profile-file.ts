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
  const profile = parseProfile(value, path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { profile, input: { name: path, sha256, rows: profile.rows } };
}

/** Whether a file begins as results of fleetlens do, with a schema, and so is a profile and no table of JSON rows. */
export async function isProfile(path: string): Promise<boolean> {
  if (!/\.json$/i.test(path)) return false;
  const file = await open(path).catch(() => null);
  try {
    const { buffer } = (await file?.read(Buffer.alloc(200), 0, 200, 0)) ?? { buffer: Buffer.alloc(0) };
    return /^\s*\{\s*"schema"\s*:\s*"fleetlens\./.test(buffer.toString("utf8"));
  } finally {
    await file?.close();
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
