import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { openDuckDb } from "../../../src/engine/index.js";

/** Shared data beside the repository; absent in a bare checkout. */
export const DATA = resolve(import.meta.dirname, "../../../../shared/data");

/** A temporary folder for the tests of a file; the function gives a path in it. */
export function temporaryFolder(): (name: string) => string {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

/** Writes the rows of a query to a file (`.parquet` unless a format is named). */
export async function copyTo(path: string, sql: string, format = "parquet"): Promise<string> {
  const engine = await openDuckDb({ allowedFiles: [path] });
  try {
    await engine.run(`COPY (${sql}) TO ${engine.dialect.literal(path)} (FORMAT ${format}, USE_TMP_FILE false)`);
  } finally {
    await engine.close();
  }
  return path;
}

/** All rows of a Parquet file, small ones. */
export async function readBack(path: string) {
  const engine = await openDuckDb({ allowedFiles: [path] });
  try {
    return await engine.rows({ sql: `FROM read_parquet(${engine.dialect.literal(path)})` });
  } finally {
    await engine.close();
  }
}
