import type * as Tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.js";
import { firstNotFinite } from "./first-not-finite.js";
import { emptyRows, readWindow, type WindowRows } from "./read-window.js";
import { inputTensors, tensorNetwork } from "./tensor-forward.js";
import { joinWeights, namedTensors, weightTensors } from "./tensor-weights.js";
import {
  NEURAL_PROBABILITIES,
  type NeuralModel,
  type NeuralSeries,
  type NeuralShape,
  type TensorBackend,
} from "./types.js";

function readRows(series: readonly NeuralSeries[], shape: NeuralShape): WindowRows {
  const input = emptyRows(series.length, shape);
  series.forEach(({ id, y, clock = 0 }, row) => {
    const hole = firstNotFinite(y, Math.max(0, y.length - shape.window));
    if (y.length < shape.window || hole >= 0) {
      throw new InputError(
        `series "${id}" has no ${shape.window} finite values at its end, the window of the network`,
        { id },
      );
    }
    readWindow(y, y.length, clock, shape, input, row);
  });
  return input;
}

/**
 * The forward pass of `neuralQuantiles` on a tensor backend, all series at once: [series][probability][step of the model's
 * horizon]. The two agree within 1e-4 of each window's deviation.
 *
 * @throws InputError where a series is shorter than the window or not finite
 */
export async function forecastOnBackend(
  model: NeuralModel,
  series: readonly NeuralSeries[],
  backend: TensorBackend,
): Promise<Float64Array[][]> {
  if (series.length === 0) return [];
  const tf = backend.tf as typeof Tf;
  const { shape } = model;
  const input = readRows(series, shape);
  const network = tensorNetwork(tf, shape);
  const quantiles = tf.tidy(() => {
    const weights = weightTensors(tf, shape, joinWeights(shape, model.weights));
    return network.forward(namedTensors(shape, weights), inputTensors(tf, shape, input));
  });
  const values = await quantiles.data();
  quantiles.dispose();
  network.dispose();
  const { horizon } = shape;
  return series.map((_, row) => {
    const [centre, scale] = [input.centre[row], input.scale[row]];
    return NEURAL_PROBABILITIES.map((_, q) => {
      const at = (row * NEURAL_PROBABILITIES.length + q) * horizon;
      return Float64Array.from(values.subarray(at, at + horizon), (v) => centre + scale * v);
    });
  });
}
