import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InputError } from "../core/errors.js";
import { writeError } from "./write-error.js";

/** Files that appear together: written under temporary names beside their targets, renamed by `commit`. */
export interface AtomicFiles {
  /** Writes content for a target that does not show under its name before `commit`. */
  write(target: string, content: string | Uint8Array): Promise<void>;
  /** A temporary path for a writer of its own (e.g. SQL `COPY`); it becomes `target` on `commit`. */
  reserve(target: string): Promise<string>;
}

/** Makes the folder of a target; InputError where a file stands in the way of the folder, or a folder in that of the file. */
async function makePlace(target: string): Promise<void> {
  const folder = dirname(target);
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST" && error.code !== "ENOTDIR") throw writeError(error, target, [error.path ?? folder]);
    throw new InputError(`cannot write ${target}: ${folder} is not a folder; give the output another name`, { target });
  });
  const there = await stat(target).catch(() => null);
  if (there?.isDirectory()) {
    throw new InputError(`cannot write ${target}: it is a folder; give the output a file name`, { target });
  }
}

/**
 * Runs `work` and lets all its files appear, or none: on failure every temporary file is removed and the error passes.
 *
 * @returns the targets in the order in which they were written
 * @throws InputError for a target that cannot be a file
 */
export async function writeAtomically(work: (files: AtomicFiles) => Promise<void>): Promise<string[]> {
  const pending: { temporary: string; target: string }[] = [];
  const files: AtomicFiles = {
    async reserve(target) {
      await makePlace(target);
      // The name is random only to keep two runs apart; it never reaches the content.
      const temporary = join(dirname(target), `.fleetlens-${randomUUID()}.tmp`);
      pending.push({ temporary, target });
      return temporary;
    },
    async write(target, content) {
      await writeFile(await files.reserve(target), content);
    },
  };
  try {
    await work(files);
    for (const { temporary, target } of pending) await rename(temporary, target);
  } catch (error) {
    await Promise.all(pending.map(({ temporary }) => rm(temporary, { force: true })));
    const at = pending.find(({ temporary }) => (error as NodeJS.ErrnoException)?.path === temporary) ?? pending.at(-1);
    throw at ? writeError(error, at.target, [at.temporary]) : error;
  }
  return pending.map(({ target }) => target);
}
