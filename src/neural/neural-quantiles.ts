import { InputError } from "../core/errors.js";
import { firstNotFinite } from "./first-not-finite.js";
import { forwardRow } from "./forward-row.js";
import { emptyRows, readWindow } from "./read-window.js";
import { NEURAL_PROBABILITIES, type NeuralModel } from "./types.js";

export interface NeuralQuantilesOptions {
  /** Steps ahead, 1 … the model's horizon. */
  horizon: number;
  /** Steps from the common start of all seasons to `y[0]`; default 0. */
  clock?: number;
}

/**
 * Quantiles of the steps after `y`, by a forward pass in plain TypeScript: no tensor library, the same bytes everywhere.
 * The series may be one that the network never saw. Only the last `model.shape.window` values count.
 *
 * @returns [probability of NEURAL_PROBABILITIES][step], in units of `y`, ascending at every step; null where `y` has fewer
 * values than the window. After a flat window every quantile is its value.
 * @throws InputError where the horizon is not one of the model's, or a value of the window is not finite
 */
export function neuralQuantiles(
  model: NeuralModel,
  y: Float64Array,
  { horizon, clock = 0 }: NeuralQuantilesOptions,
): Float64Array[] | null {
  const { shape } = model;
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > shape.horizon) {
    throw new InputError(
      `horizon must be a whole number from 1 to ${shape.horizon}, the steps the network was trained for, not ${horizon}`,
      { horizon, trained: shape.horizon },
    );
  }
  if (y.length < shape.window) return null;
  const hole = firstNotFinite(y, y.length - shape.window);
  if (hole >= 0) throw new InputError(`value ${hole} of the series is ${y[hole]}: fill gaps first`, { index: hole });
  const input = emptyRows(1, shape);
  if (!readWindow(y, y.length, clock, shape, input, 0)) {
    return NEURAL_PROBABILITIES.map(() => new Float64Array(horizon).fill(input.centre[0]));
  }
  const [centre, scale] = [input.centre[0], input.scale[0]];
  return forwardRow(model, input).map((quantile) => quantile.subarray(0, horizon).map((v) => centre + scale * v));
}
