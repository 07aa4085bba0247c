import type { PooledSteps } from "../pooled-steps.js";
import type { WeightedPoints } from "./weighted-points.js";

/** Both distribution functions in one pass over points: `pooledSteps` where a point stands for any number of values. */
export function weightedSteps(a: WeightedPoints, b: WeightedPoints): PooledSteps {
  const most = a.values.length + b.values.length;
  const [values, upToA, upToB] = [new Float64Array(most), new Float64Array(most), new Float64Array(most)];
  let [i, j, sumA, sumB, count] = [0, 0, 0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const x = j === b.values.length || (i < a.values.length && a.values[i] < b.values[j]) ? a.values[i] : b.values[j];
    while (i < a.values.length && a.values[i] === x) sumA += a.weights[i++];
    while (j < b.values.length && b.values[j] === x) sumB += b.weights[j++];
    values[count] = x;
    upToA[count] = sumA;
    upToB[count++] = sumB;
  }
  const filled = (all: Float64Array) => all.subarray(0, count);
  return { n: a.n, m: b.n, values: filled(values), a: filled(upToA), b: filled(upToB) };
}
