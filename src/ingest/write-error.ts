import { EngineError, InputError } from "../core/errors.js";

/** What the place of an output can have against it, by the system's code. */
const PLACE: Readonly<Record<string, string>> = Object.freeze({
  EACCES: "permission denied",
  EPERM: "it is not permitted",
  EROFS: "the file system is read-only",
  ENOENT: "there is no such folder, and none can be made",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links go round in a circle",
});

/** What a device can have against it. */
const DEVICE: Readonly<Record<string, string>> = Object.freeze({
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  EIO: "the device failed",
});

/**
 * The typed error of a failure to write: InputError for a place that cannot be written, EngineError for a device that is full.
 * Errors that are of something else are given back as they are.
 *
 * @param target the output as the user named it
 * @param ours paths that only the writing touches
 */
export function writeError(error: unknown, target: string, ours: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  const { code = "", path, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string };
  if (syscall === "write" && DEVICE[code]) {
    return new EngineError(`cannot write ${target}: ${DEVICE[code]}`, { target, code }, { cause: error });
  }
  const isOurs = [path, dest].some((one) => one !== undefined && ours.some((own) => one === own));
  if (!isOurs || !PLACE[code]) return error;
  const message = `cannot write ${target}: ${PLACE[code]}; give the output another name`;
  return new InputError(message, { target, code }, { cause: error });
}
