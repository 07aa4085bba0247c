import type { BacktestFile, SweepFile } from "../../src/backtest/index.js";
import type { BaseMap, GeoCell } from "../../src/report/index.js";

/** Cells of a map, ready to be drawn. */
export interface ImpactMap {
  /** H3 resolution, geohash precision or zoom, in words. */
  grid: string;
  /** What the colours tell: the number of alerts where too little was driven in every cell for rates. */
  measure: "rate" | "count";
  cells: GeoCell[];
  /** Of the policy before, in the same measure; null without a baseline. */
  before: GeoCell[] | null;
  /** By how much that changed; null without a baseline. */
  changes: GeoCell[] | null;
  land: BaseMap | null;
}

/** All that the report tells. */
export interface Impact {
  result: BacktestFile;
  sweep: SweepFile | null;
  map: ImpactMap | null;
}
