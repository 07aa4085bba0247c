import { binnedPoints } from "../binned-sample.js";
import type { NumericSide } from "../drift-cell.js";
import type { WeightedPoints } from "./weighted-points.js";

/** The finite values of one side of a numeric cell as points, from the values, from their sketch or from bins. */
export function numericPoints(side: NumericSide): WeightedPoints {
  if (side.kind === "numeric-sketch") return side.sketch.points();
  if (side.kind === "numeric-bins") return binnedPoints(side);
  const values = side.sorted ? side.values : side.values.slice().sort();
  return { values, weights: new Float64Array(values.length).fill(1), n: values.length, error: 0 };
}
