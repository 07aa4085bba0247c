import type * as Tf from "@tensorflow/tfjs";
import { type Batch, emptyBatch, readExample } from "./batch.js";
import { pinballSum } from "./pinball.js";
import { inputTensors, type TensorNetwork } from "./tensor-forward.js";
import { namedTensors, weightTensors } from "./tensor-weights.js";
import { NEURAL_PROBABILITIES, type NeuralSeries, type NeuralShape } from "./types.js";
import { heldSeasons } from "./weight-shapes.js";

/** The last horizon of each series, which no training window has as target. */
export interface HeldOut {
  /** Windows by batch; weights are 1 / unit. */
  batches: Batch[];
  targets: number;
  /** Mean loss of the seasonal naive (the last value without a season) as every quantile. */
  naiveLoss: number;
}

/** More series than this are thinned evenly: the check must stay cheap beside the steps. */
const MOST_SERIES = 1024;
/** Rows of a batch: bounds the memory of a forward pass. */
const ROWS = 128;

/** Mean over the probabilities of the pinball loss of `y` about `q`. */
function meanPinball(y: number, q: number): number {
  return (
    NEURAL_PROBABILITIES.reduce((sum, p) => sum + Math.max(p * (y - q), (p - 1) * (y - q)), 0) /
    NEURAL_PROBABILITIES.length
  );
}

/** Weighted sum of the losses of the seasonal naive. */
function naiveSum({ input, targets, weights }: Batch, shape: NeuralShape): number {
  const candidates = input.candidates.length / targets.length;
  const leader = heldSeasons(shape).length ? candidates - 2 : 1;
  let sum = 0;
  for (let i = 0; i < targets.length; i++) {
    if (weights[i] === 0) continue;
    const [row, h] = [Math.floor(i / shape.horizon), i % shape.horizon];
    sum += weights[i] * meanPinball(targets[i], input.candidates[(row * candidates + leader) * shape.horizon + h]);
  }
  return sum;
}

/** Evenly spaced members of a list, at most `most`. */
const thin = <T>(list: readonly T[], most: number): readonly T[] =>
  list.length <= most ? list : Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]);

export function holdOut(panel: readonly NeuralSeries[], shape: NeuralShape): HeldOut {
  const long = panel.filter(({ y }) => y.length >= shape.window + shape.horizon);
  const usable = long.filter(
    (series) => readExample(series, series.y.length - shape.horizon, shape, emptyBatch(1, shape), 0) > 0,
  );
  const chosen = thin(usable, MOST_SERIES);
  const batches: Batch[] = [];
  let targets = 0;
  for (let from = 0; from < chosen.length; from += ROWS) {
    const part = chosen.slice(from, from + ROWS);
    const batch = emptyBatch(part.length, shape);
    part.forEach((series, row) => {
      targets += readExample(series, series.y.length - shape.horizon, shape, batch, row);
    });
    batches.push(batch);
  }
  return { batches, targets, naiveLoss: batches.reduce((sum, batch) => sum + naiveSum(batch, shape), 0) / targets };
}

/** Mean loss of joined weights on what was held out. */
export async function heldOutLoss(
  tf: typeof Tf,
  network: TensorNetwork,
  shape: NeuralShape,
  weights: Float32Array,
  { batches, targets }: HeldOut,
): Promise<number> {
  const sums: Tf.Scalar[] = batches.map((batch) =>
    tf.tidy(() => {
      const named = namedTensors(shape, weightTensors(tf, shape, weights));
      return batchLoss(tf, network, shape, named, batch);
    }),
  );
  try {
    const values = await Promise.all(sums.map((sum) => sum.data()));
    return values.reduce((total, [value]) => total + value, 0) / targets;
  } finally {
    tf.dispose(sums);
  }
}

/** Weighted loss of a batch, the mean over the probabilities. Call it inside `tf.tidy`. */
export function batchLoss(
  tf: typeof Tf,
  network: TensorNetwork,
  shape: NeuralShape,
  weights: ReturnType<typeof namedTensors>,
  batch: Batch,
): Tf.Scalar {
  const each = [batch.input.rows, 1, shape.horizon] as [number, number, number];
  const quantiles = network.forward(weights, inputTensors(tf, shape, batch.input));
  const sum = pinballSum(tf, quantiles, tf.tensor3d(batch.targets, each), tf.tensor3d(batch.weights, each));
  return tf.div(sum, NEURAL_PROBABILITIES.length);
}
