import { open } from "node:fs/promises";
import type { ResolvedFile } from "../input-files.js";

/** An answer shows what it is within so many bytes. */
const HEAD = 1 << 16;

/** Whether a JSON file is an answer of Prometheus' query API rather than a table of rows. */
export async function isRangeResult({ path, format, remote, name }: ResolvedFile): Promise<boolean> {
  if (format !== "json" || remote || !/\.json$/i.test(name)) return false;
  const file = await open(path).catch(() => null);
  try {
    const read = await file?.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const head = read?.buffer.toString("utf8", 0, read.bytesRead) ?? "";
    if (/^\s*\{\s*"data"\s*:\s*\{\s*"result(Type)?"\s*:/.test(head)) return true;
    return /^\s*\{\s*"status"\s*:\s*"(success|error)"/.test(head) && /"(resultType|errorType)"\s*:/.test(head);
  } finally {
    await file?.close();
  }
}
