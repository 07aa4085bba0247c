import { createRandom } from "../core/random.js";
import { softplusInverse } from "./softplus.js";
import { NEURAL_PROBABILITIES, type NeuralShape } from "./types.js";
import { GAPS, weightShapes } from "./weight-shapes.js";

/** Layers that start at zero: what they add to the simple forecasts is learnt. */
const ADDS = /\.(forecast|backcast|mix|spread)$|^linear$/;

/** Distances between neighbouring quantiles of a Laplace distribution with mean absolute value 1. */
function firstGaps(): number[] {
  const quantile = (p: number): number => (p < 0.5 ? Math.log(2 * p) : -Math.log(2 * (1 - p)));
  return Array.from(
    { length: GAPS },
    (_, g) => quantile(NEURAL_PROBABILITIES[g + 1]) - quantile(NEURAL_PROBABILITIES[g]),
  );
}

/** Softplus of these are the first gaps; the mixture starts with equal shares, hidden layers without bias. */
function firstBias(name: string, size: number): Float32Array {
  const bias = new Float32Array(size);
  if (name === "spread.bias") {
    const knots = size / GAPS;
    firstGaps().forEach((gap, g) => {
      bias.fill(softplusInverse(gap), g * knots, (g + 1) * knots);
    });
  }
  return bias;
}

/**
 * Weights of an untrained network: the mean of the simple forecasts, with a spread of the size of the window's changes. Hidden layers are drawn as by
 * He et al. (2015), from a generator of the layer's own, so that no layer depends on the others' sizes.
 */
export function initialWeights(shape: NeuralShape, seed: number): Record<string, Float32Array> {
  const random = createRandom(seed).child("initial weights");
  const weights: Record<string, Float32Array> = {};
  for (const [name, [rows, columns]] of weightShapes(shape)) {
    if (name.endsWith(".bias")) weights[name] = firstBias(name, rows * columns);
    else if (ADDS.test(name)) weights[name] = new Float32Array(rows * columns);
    else {
      const own = random.child(name);
      const deviation = Math.sqrt(2 / rows);
      weights[name] = Float32Array.from({ length: rows * columns }, () => deviation * own.normal());
    }
  }
  return weights;
}
