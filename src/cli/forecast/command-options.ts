import type { ShardOption } from "../shard-option.js";
import type { HierarchyOptions } from "./hierarchy-options.js";
import type { NeuralOptions } from "./neural-options.js";
import type { SeriesCommandOptions } from "./series-options.js";

/** Options of `fleetlens forecast` as commander gives them. */
export interface ForecastCommandOptions extends SeriesCommandOptions, NeuralOptions, HierarchyOptions, ShardOption {
  level: number[];
  quantiles: number[];
  model: string[];
  tz?: string;
  paths?: string;
  meta?: boolean;
  out: string;
}
