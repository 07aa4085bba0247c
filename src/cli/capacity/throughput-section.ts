import type { CapacityEconomics, RegressionOptions, ThroughputRegression } from "../../capacity/index.js";

/** The throughput of all pools as it stands in capacity.json. */
export function throughputSection(
  rows: readonly ThroughputRegression[],
  { alpha, drop }: Required<RegressionOptions>,
): NonNullable<CapacityEconomics["throughput"]> {
  return {
    ...{ method: "change_of_mean", alpha, drop },
    pools: new Set(rows.map(({ pool }) => pool)).size,
    regressions: [...new Set(rows.filter(({ regression }) => regression).map(({ pool }) => pool))],
    rows: rows.map((row) => ({
      pool: row.pool,
      hours: row.hours,
      status: row.status,
      change_hour: row.changeHour,
      hour_low: row.hourLow,
      hour_high: row.hourHigh,
      level_before: row.levelBefore,
      level_after: row.levelAfter,
      change: row.change,
      p_value: row.pValue,
      p_adjusted: row.pAdjusted,
      regression: row.regression,
    })),
  };
}
