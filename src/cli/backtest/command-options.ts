import type { ShardOption } from "../shard-option.js";

/** Options of `fleetlens backtest` as commander gives them. */
export interface BacktestCommandOptions extends ShardOption {
  policy: string;
  logs: string[];
  labels?: string[];
  toleranceMs: number;
  maxGapMs: number;
  baseline?: string;
  sweep?: string;
  split?: "vehicle";
  missCost?: number;
  maxNuisance?: number;
  minRecall?: number;
  h3: number;
  regions?: string;
  minKm?: number;
  cohorts?: string[];
  roadGraph?: string;
  matchUrl?: string;
  sigmaM?: number;
  betaM?: number;
  radiusM?: number;
  strictOrder?: boolean;
  seed: number;
  threads?: number;
  asOf?: string;
  out: string;
}
