import { join } from "node:path";
import type { DuckDbEngine } from "../../../engine/duckdb.js";
import { sha256File } from "../../sha256-file.js";

/**
 * SHA-256 over rows as lines of id, action, phase and size: the `plan_digest` of candidates in the order of their ids.
 *
 * @param from what stands after FROM in SQL: rows in that order
 */
export async function planDigest(engine: DuckDbEngine, from: string, signal?: AbortSignal): Promise<string> {
  const lines = join(engine.scratch, "digest.txt");
  const sql = `SELECT concat(id, chr(9), action, chr(9), phase, chr(9), size_bytes) FROM ${from}`;
  // Without quotes a row is its line, whatever it holds.
  const format = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', USE_TMP_FILE false";
  await engine.run(`COPY (${sql}) TO ${engine.dialect.literal(lines)} (${format})`, { signal });
  return sha256File(lines);
}
