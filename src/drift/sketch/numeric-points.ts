import type { NumericSample } from "../types.js";
import type { SketchSample } from "./sketch-sample.js";
import type { WeightedPoints } from "./weighted-points.js";

/** The finite values of one side of a numeric cell as points, from the values or from their sketch. */
export function numericPoints(side: NumericSample | SketchSample): WeightedPoints {
  if (side.kind === "numeric-sketch") return side.sketch.points();
  const values = side.sorted ? side.values : side.values.slice().sort();
  return { values, weights: new Float64Array(values.length).fill(1), n: values.length, error: 0 };
}
