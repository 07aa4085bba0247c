import { join } from "node:path";
import type { CapacityEconomics, ChargebackRow, ThroughputRegression } from "../../capacity/index.js";
import { type OutputColumn, writeAtomically, writeParquet } from "../../ingest/index.js";

/** Writes capacity.json and the tables beside it into a folder; all files appear together, or none. */
export async function writeEconomics(
  folder: string,
  capacity: CapacityEconomics,
  chargeback: readonly ChargebackRow[],
  regressions: readonly ThroughputRegression[] | null,
  signal: AbortSignal,
): Promise<string[]> {
  return writeAtomically(async (files) => {
    const table = async (name: string, columns: OutputColumn[]) =>
      writeParquet(await files.reserve(join(folder, name)), columns, { signal });
    await table("commitments.parquet", commitmentColumns(capacity.commitments));
    await files.write(join(folder, "capacity.json"), `${JSON.stringify(capacity, null, 2)}\n`);
    await table("chargeback.parquet", chargebackColumns(chargeback));
    if (regressions) await table("throughput_regressions.parquet", regressionColumns(regressions));
  });
}

function commitmentColumns(rows: CapacityEconomics["commitments"]): OutputColumn[] {
  return [
    { name: "family", type: "VARCHAR", data: rows.map((row) => row.family) },
    { name: "term", type: "VARCHAR", data: rows.map((row) => row.term) },
    { name: "gpus", type: "DOUBLE", data: rows.map((row) => row.gpus) },
    { name: "hourly_usd", type: "DOUBLE", data: rows.map((row) => row.hourly_usd) },
    { name: "coverage", type: "DOUBLE", data: rows.map((row) => row.coverage) },
    { name: "utilisation", type: "DOUBLE", data: rows.map((row) => row.utilisation) },
  ];
}

function chargebackColumns(rows: readonly ChargebackRow[]): OutputColumn[] {
  return [
    { name: "team", type: "VARCHAR", data: rows.map((row) => row.team) },
    { name: "family", type: "VARCHAR", data: rows.map((row) => row.family) },
    { name: "gpu_hours", type: "DOUBLE", data: rows.map((row) => row.gpuHours) },
    { name: "share_cost", type: "DOUBLE", data: rows.map((row) => row.shareCost) },
    { name: "idle_cost", type: "DOUBLE", data: rows.map((row) => row.idleCost) },
    { name: "total", type: "DOUBLE", data: rows.map((row) => row.total) },
  ];
}

function regressionColumns(rows: readonly ThroughputRegression[]): OutputColumn[] {
  return [
    { name: "pool", type: "VARCHAR", data: rows.map((row) => row.pool) },
    { name: "hours", type: "INTEGER", data: rows.map((row) => row.hours) },
    { name: "status", type: "VARCHAR", data: rows.map((row) => row.status) },
    { name: "change_hour", type: "BIGINT", data: rows.map((row) => row.changeHour) },
    { name: "hour_low", type: "BIGINT", data: rows.map((row) => row.hourLow) },
    { name: "hour_high", type: "BIGINT", data: rows.map((row) => row.hourHigh) },
    { name: "level_before", type: "DOUBLE", data: rows.map((row) => row.levelBefore) },
    { name: "level_after", type: "DOUBLE", data: rows.map((row) => row.levelAfter) },
    { name: "change", type: "DOUBLE", data: rows.map((row) => row.change) },
    { name: "p_value", type: "DOUBLE", data: rows.map((row) => row.pValue) },
    { name: "p_adjusted", type: "DOUBLE", data: rows.map((row) => row.pAdjusted) },
    { name: "regression", type: "BOOLEAN", data: rows.map((row) => row.regression) },
  ];
}
