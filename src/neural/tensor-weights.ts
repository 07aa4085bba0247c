import type * as Tf from "@tensorflow/tfjs";
import type { NeuralShape } from "./types.js";
import { weightShapes } from "./weight-shapes.js";

/** All weights end to end, in the order of `weightShapes`. */
export function joinWeights(shape: NeuralShape, weights: Readonly<Record<string, Float32Array>>): Float32Array {
  const parts = [...weightShapes(shape).keys()].map((name) => weights[name]);
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The inverse of `joinWeights`; copies. */
export function splitWeights(shape: NeuralShape, joined: Float32Array): Record<string, Float32Array> {
  let at = 0;
  return Object.fromEntries(
    Array.from(weightShapes(shape), ([name, [rows, columns]]) => {
      const part = joined.slice(at, at + rows * columns);
      at += part.length;
      return [name, part];
    }),
  );
}

/** Joined weights on a backend, one matrix for each name of `weightShapes` in its order. */
export function weightTensors(tf: typeof Tf, shape: NeuralShape, joined: Float32Array): Tf.Tensor2D[] {
  const weights = splitWeights(shape, joined);
  return Array.from(weightShapes(shape), ([name, size]) => tf.tensor2d(weights[name], [...size]));
}

/** Tensors in the order of `weightShapes` by name. */
export const namedTensors = (shape: NeuralShape, tensors: readonly Tf.Tensor2D[]): ReadonlyMap<string, Tf.Tensor2D> =>
  new Map(Array.from(weightShapes(shape).keys(), (name, i) => [name, tensors[i]]));
