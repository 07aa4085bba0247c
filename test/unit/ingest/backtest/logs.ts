import type { ColumnarLog } from "../../../../src/backtest/types.js";
import { type LogCounts, type ReadLogsOptions, withLogs } from "../../../../src/ingest/backtest/read-logs.js";

/** A row as read: vehicle, time, latitude, longitude, and signals in the order of their names' list. */
export type Row = [string, number, number, number, ...number[]];

export interface LogsRead {
  rows: Row[];
  chunks: ColumnarLog[];
  counts: LogCounts;
  positions: boolean;
  inputs: { name: string; rows: number }[];
}

/** Reads logs whole. */
export function readRows(input: string | readonly string[], options: ReadLogsOptions): Promise<LogsRead> {
  return withLogs(input, options, async (logs) => {
    const chunks: ColumnarLog[] = [];
    for await (const chunk of logs.chunks()) chunks.push(chunk);
    const rows = chunks.flatMap((log) =>
      Array.from(log.ts, (t, i): Row => {
        const signals = options.signals.map((name) => log.signals[name][i]);
        return [log.vehicleIds[log.vehicle[i]], t, log.lat[i], log.lon[i], ...signals];
      }),
    );
    const { counts, positions, inputs } = logs;
    return { rows, chunks, counts, positions, inputs };
  });
}
