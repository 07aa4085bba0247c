import type { RegionKind } from "../../backtest/geo/types.js";
import type { ReplaySetting } from "../../ingest/backtest/replay-chunk.js";
import type { BacktestCommandOptions } from "./command-options.js";

/** What logs are replayed for, from the options and what was read for them. */
export function settingOf(
  { toleranceMs, maxGapMs, h3 }: BacktestCommandOptions,
  read: Omit<ReplaySetting, "toleranceMs" | "maxGapMs" | "regions"> & {
    regions: RegionKind | null;
    positions: boolean;
  },
): ReplaySetting {
  const { regions, positions, ...rest } = read;
  return {
    ...{ ...rest, toleranceMs, maxGapMs },
    regions: positions ? [{ kind: "h3", resolution: h3 }, ...(regions ? [regions] : [])] : [],
  };
}
