import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Files that appear together: written under temporary names beside their targets, renamed by `commit`. */
export interface AtomicFiles {
  /** Writes content for a target that does not show under its name before `commit`. */
  write(target: string, content: string | Uint8Array): Promise<void>;
  /** A temporary path for a writer of its own (e.g. SQL `COPY`); it becomes `target` on `commit`. */
  reserve(target: string): Promise<string>;
}

/**
 * Runs `work` and lets all its files appear, or none: on failure every temporary file is removed and the error passes.
 *
 * @returns the targets in the order in which they were written
 */
export async function writeAtomically(work: (files: AtomicFiles) => Promise<void>): Promise<string[]> {
  const pending: { temporary: string; target: string }[] = [];
  const files: AtomicFiles = {
    async reserve(target) {
      await mkdir(dirname(target), { recursive: true });
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
    throw error;
  }
  return pending.map(({ target }) => target);
}
