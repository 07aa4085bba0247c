import type { AuditDifference } from "../../backtest/audit/types.js";
import type { OutputColumn } from "../types.js";
import { writeParquet } from "../write-parquet.js";

/** Writes the events that one side of an audit has alone as Parquet to exactly `path`; times are epoch ms. */
export async function writeDifferences(
  path: string,
  differences: readonly AuditDifference[],
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const text = (name: "side" | "cause" | "reason"): OutputColumn => ({
    name,
    type: "VARCHAR",
    data: differences.map((one) => one[name]),
  });
  const columns: OutputColumn[] = [
    text("side"),
    { name: "trigger_id", type: "VARCHAR", data: differences.map(({ trigger }) => trigger) },
    { name: "vehicle_id", type: "VARCHAR", data: differences.map(({ vehicle }) => vehicle) },
    { name: "onset_ts", type: "BIGINT", data: Float64Array.from(differences, ({ onset_ts }) => onset_ts) },
    { name: "end_ts", type: "BIGINT", data: Float64Array.from(differences, ({ end_ts }) => end_ts) },
    text("cause"),
    text("reason"),
  ];
  await writeParquet(path, columns, options);
}
