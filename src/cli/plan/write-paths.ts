import { openDuckDb } from "../../engine/duckdb.js";
import type { PathSet } from "../../forecast/index.js";
import { appendColumns } from "../../ingest/append-columns.js";

/**
 * Writes the baseline's sample paths (queue, time, path, demand) as Parquet, by queue, path, hour. Values are read as
 * they are written: there are queues × paths × hours of them, too many for a copy.
 */
export async function writePaths(path: string, set: PathSet, signal: AbortSignal): Promise<void> {
  const engine = await openDuckDb({ allowedFiles: [path] });
  try {
    await engine.run("CREATE TABLE fleetlens_paths (queue VARCHAR, time TIMESTAMP, path INTEGER, demand DOUBLE)");
    const { n, horizon, start, stepMs } = set;
    const times = BigInt64Array.from({ length: horizon }, (_, h) => BigInt(start + h * stepMs) * 1000n);
    await engine.append("fleetlens_paths", async (appender) => {
      for (const [q, queue] of set.ids.entries()) {
        const data = set.data[q];
        await appendColumns(
          appender,
          [
            { type: "VARCHAR", at: () => queue },
            { type: "TIMESTAMP", at: (row) => times[row % horizon] },
            { type: "INTEGER", at: (row) => Math.floor(row / horizon) },
            { type: "DOUBLE", at: (row) => data[row] },
          ],
          n * horizon,
          signal,
        );
      }
    });
    const { literal } = engine.dialect;
    await engine.run(`COPY fleetlens_paths TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`, { signal });
  } finally {
    await engine.close();
  }
}
