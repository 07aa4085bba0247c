import type { DdSketch } from "./dd-sketch.js";
import type { KllSketch } from "./kll-sketch.js";
import type { LevelCounts } from "./level-counts.js";

/** One side of a numeric cell as a sketch of its finite values: a `NumericSample` of bounded size. */
export interface SketchSample {
  kind: "numeric-sketch";
  /** Rows, with missing and invalid ones; the sketch's own `n` counts the finite values. */
  n: number;
  missing: number;
  sketch: KllSketch;
  /** Only of columns that were named as latencies: quantiles within 1 % of their value. */
  latency?: DdSketch;
}

/** One side of a categorical cell whose levels may have been too many to count: a `LevelSample` of bounded size. */
export interface LevelSketchSample {
  kind: "level-sketch";
  n: number;
  missing: number;
  levels: LevelCounts;
}
