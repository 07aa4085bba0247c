import type { CapacityEconomics, RegressionOptions, ThroughputRegression } from "../../capacity/index.js";

/** The throughput of all pools as it stands in capacity.json. */
export function throughputSection(
  rows: readonly ThroughputRegression[],
  { windowHours, alpha, drop }: Required<RegressionOptions>,
): NonNullable<CapacityEconomics["throughput"]> {
  return {
    ...{ method: "shift_rank_test", window_hours: windowHours, alpha, drop },
    pools: rows.length,
    regressions: rows.filter(({ regression }) => regression).map(({ pool }) => pool),
    rows: rows.map((row) => ({
      pool: row.pool,
      window_start: row.windowStart,
      hours_before: row.hoursBefore,
      hours_after: row.hoursAfter,
      median_before: row.medianBefore,
      median_after: row.medianAfter,
      change: row.change,
      p_value: row.pValue,
      p_adjusted: row.pAdjusted,
      regression: row.regression,
    })),
  };
}
