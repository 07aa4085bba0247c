import type * as Tf from "@tensorflow/tfjs";
import { lineMatrix } from "./line-matrix.js";
import { poolMatrix } from "./pool-matrix.js";
import type { WindowRows } from "./read-window.js";
import { type TensorProduct, tensorProduct } from "./tensor-product.js";
import type { NeuralShape } from "./types.js";
import { blockSizes, candidateCount, featureCount, GAPS, MEDIAN, spreadKnots } from "./weight-shapes.js";

/** `WindowRows` on a backend. */
export interface InputTensors {
  rows: number;
  z: Tf.Tensor2D;
  features: Tf.Tensor2D;
  candidates: Tf.Tensor3D;
  /** [rows, 1] */
  unit: Tf.Tensor2D;
}

type Weights = ReadonlyMap<string, Tf.Tensor2D>;

/** The network on a backend: its constant matrices, held until `dispose`, and the forward pass. */
export interface TensorNetwork {
  /** [rows, probabilities, horizon], in units of each window's deviation. Call it inside `tf.tidy`. */
  forward(weights: Weights, input: InputTensors): Tf.Tensor3D;
  dispose(): void;
}

/** Uploads rows; call it inside `tf.tidy`, or dispose of the tensors. */
export function inputTensors(tf: typeof Tf, shape: NeuralShape, input: WindowRows): InputTensors {
  const { rows } = input;
  return {
    rows,
    z: tf.tensor2d(input.z, [rows, shape.window]),
    features: tf.tensor2d(input.features, [rows, featureCount(shape)]),
    candidates: tf.tensor3d(input.candidates, [rows, candidateCount(shape), shape.horizon]),
    unit: tf.tensor2d(input.unit, [rows, 1]),
  };
}

/**
 * Matrix [gaps · knots, probabilities · knots] that adds up distances between neighbouring quantiles, outwards from the
 * median, knot by knot.
 */
function outwardSums(knots: number): Float32Array {
  const columns = (GAPS + 1) * knots;
  const matrix = new Float32Array(GAPS * knots * columns);
  for (let gap = 0; gap < GAPS; gap++) {
    const above = gap >= MEDIAN;
    const [first, last] = above ? [gap + 1, GAPS] : [0, gap];
    for (let q = first; q <= last; q++) {
      for (let k = 0; k < knots; k++) matrix[(gap * knots + k) * columns + q * knots + k] = above ? 1 : -1;
    }
  }
  return matrix;
}

interface Constants {
  /** By block: window → means seen, knots seen → window, knots → horizon; null where they would change nothing. */
  blocks: { pool: Tf.Tensor2D | null; back: Tf.Tensor2D | null; ahead: Tf.Tensor2D | null }[];
  sums: Tf.Tensor2D;
  spread: Tf.Tensor2D | null;
}

function buildConstants(tf: typeof Tf, shape: NeuralShape): Constants {
  const { window, horizon } = shape;
  const lines = (knots: number, steps: number): Tf.Tensor2D | null =>
    knots === steps ? null : tf.tensor2d(lineMatrix(knots, steps), [knots, steps]);
  const knots = spreadKnots(shape);
  return {
    blocks: blockSizes(shape).map((size) => ({
      pool: size.seen === window ? null : tf.tensor2d(poolMatrix(window, size.seen), [window, size.seen]),
      back: lines(size.seen, window),
      ahead: lines(size.knots, horizon),
    })),
    sums: tf.tensor2d(outwardSums(knots), [GAPS * knots, (GAPS + 1) * knots]),
    spread: lines(knots, horizon),
  };
}

/** What the network of `shape` needs on the backend of `tf`. */
export function tensorNetwork(tf: typeof Tf, shape: NeuralShape): TensorNetwork {
  const product: TensorProduct = tensorProduct(tf);
  const constants = buildConstants(tf, shape);
  const through = (x: Tf.Tensor2D, matrix: Tf.Tensor2D | null): Tf.Tensor2D =>
    matrix ? product.byInput(x, matrix) : x;

  const dense = (weights: Weights, name: string, x: Tf.Tensor2D): Tf.Tensor2D => product.both(x, weights.get(name)!);

  /** What the blocks give together: knots ahead turned into steps, logits of the mixture, and gaps. */
  const runBlocks = (weights: Weights, { z, features }: InputTensors) => {
    let residual = z;
    const sum: Record<"forecast" | "mix" | "spread", Tf.Tensor2D[]> = { forecast: [], mix: [], spread: [] };
    constants.blocks.forEach(({ pool, back, ahead }, block) => {
      const layer = (name: string): string => `block${block}.${name}`;
      const x = through(residual, pool);
      // Before the first block there is nothing to derive by.
      const seen = (block === 0 ? product.byWeights : product.both)(x, weights.get(layer("in"))!);
      const told = tf.add(product.byWeights(features, weights.get(layer("features"))!), weights.get(layer("in.bias"))!);
      const first: Tf.Tensor2D = tf.relu(tf.add(seen, told));
      const hidden: Tf.Tensor2D = tf.relu(
        tf.add(dense(weights, layer("hidden"), first), weights.get(layer("hidden.bias"))!),
      );
      sum.forecast.push(through(dense(weights, layer("forecast"), hidden), ahead));
      sum.mix.push(dense(weights, layer("mix"), hidden));
      sum.spread.push(dense(weights, layer("spread"), hidden));
      if (block < shape.blocks - 1) {
        residual = tf.sub(residual, through(dense(weights, layer("backcast"), hidden), back));
      }
    });
    return { forecast: tf.addN(sum.forecast), mix: tf.addN(sum.mix), spread: tf.addN(sum.spread) };
  };

  /** exp(x − largest x along axis 1). Only ratios of them are used, so the largest is a constant to the derivative. */
  const powers = (x: Tf.Tensor3D): Tf.Tensor3D =>
    tf.customGrad((...inputs) => {
      const [logits, save] = inputs as unknown as [Tf.Tensor3D, (tensors: Tf.Tensor[]) => void];
      const value = tf.exp(tf.sub(logits, tf.max(logits, 1, true)));
      save([value]);
      return { value, gradFunc: (dy, [saved]) => [tf.mul(dy, saved)] };
    })(x) as Tf.Tensor3D;

  const mixture = (weights: Weights, { rows, candidates }: InputTensors, mix: Tf.Tensor): Tf.Tensor2D => {
    const count = candidateCount(shape);
    const bias = tf.reshape(weights.get("mix.bias")!, [1, count, shape.horizon]);
    const shares = powers(tf.add(tf.reshape(mix, [rows, count, 1]), bias));
    return tf.div(tf.sum(tf.mul(shares, candidates), 1), tf.sum(shares, 1));
  };

  return {
    forward(weights, input) {
      const { rows, z, unit } = input;
      const { forecast, mix, spread } = runBlocks(weights, input);
      const added = tf.add(product.byWeights(z, weights.get("linear")!), forecast);
      const median = tf.add(tf.mul(added, unit), mixture(weights, input, mix));
      const gaps = tf.softplus(tf.add(spread, weights.get("spread.bias")!));
      const atKnots = product.byInput(tf.mul(gaps, unit), constants.sums);
      const probabilities = GAPS + 1;
      const around = through(tf.reshape(atKnots, [rows * probabilities, spreadKnots(shape)]), constants.spread);
      return tf.add(
        tf.reshape(median, [rows, 1, shape.horizon]),
        tf.reshape(around, [rows, probabilities, shape.horizon]),
      );
    },
    dispose() {
      const { blocks, sums, spread } = constants;
      const held = [sums, spread, ...blocks.flatMap(({ pool, back, ahead }) => [pool, back, ahead])];
      tf.dispose(held.filter((tensor) => tensor !== null));
    },
  };
}
