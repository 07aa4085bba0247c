import { randomUUID } from "node:crypto";
import { mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../core/errors.js";
import { writeError } from "./write-error.js";

/**
 * Where a folder is to be written: the real path, and whether something is there that would be replaced.
 *
 * @throws InputError when it is a file, or holds a file that is not one of `ours`
 */
export async function folderPlace(
  target: string,
  ours: readonly string[],
): Promise<{ path: string; replaces: boolean }> {
  const path = await realpath(target).catch(() => null);
  if (path === null) return { path: resolve(target), replaces: false };
  const there = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTDIR") throw error;
    throw new InputError(`cannot write ${target}: it is a file; give the output another name`, { target });
  });
  const foreign = there.find((name) => !ours.includes(name));
  if (foreign !== undefined) {
    throw new InputError(
      `cannot write ${target}: it holds ${JSON.stringify(foreign)}, which is not of an earlier run; name a new or an empty folder`,
      { target, file: foreign },
    );
  }
  return { path, replaces: true };
}

/**
 * Writes a folder whole or not at all: `work` fills one of another name beside it, which then takes its place. One that is
 * there is replaced if it is empty or holds only files called as one of `ours`.
 *
 * @throws InputError for a target that must not be replaced, or that cannot be a folder
 */
export async function writeFolder(
  target: string,
  ours: readonly string[],
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const { path, replaces } = await folderPlace(target, ours);
  // The names are random only to keep two runs apart; they never reach the content.
  const [made, old] = ["tmp", "old"].map((end) => join(dirname(path), `.fleetlens-${randomUUID()}.${end}`));
  await mkdir(made, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST" && error.code !== "ENOTDIR") throw writeError(error, target, [error.path ?? made]);
    throw new InputError(`cannot write ${target}: ${dirname(path)} is not a folder; give the output another name`, {
      target,
    });
  });
  try {
    await work(made);
    if (replaces) await rename(path, old);
    await rename(made, path).catch(async (error: unknown) => {
      if (replaces) await rename(old, path);
      throw error;
    });
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw writeError(error, target, [made, path]);
  }
  await rm(old, { recursive: true, force: true });
}
