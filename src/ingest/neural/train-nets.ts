import { InputError } from "../../core/errors.js";
import type { ForecastOptions, Series } from "../../forecast/index.js";
import { type TensorBackend, trainNeural } from "../../neural/index.js";
import type { NeuralNets } from "./neural-forecaster.js";
import { type NeuralReach, neuralPanel } from "./neural-panel.js";

/** Networks, and up to where they have seen. */
export interface TrainedNets {
  nets: NeuralNets;
  reach: NeuralReach;
}

/**
 * Trains the networks of a panel's forecast. One learns from what lies before each series' earliest origin, so that it can be
 * judged at the origins without knowing what came; the other learns from everything and forecasts. Each stops by the last
 * horizon of what it is given. (To go on from the first over everything is cheaper, and on the M4 training parts it was less
 * accurate than a new start.)
 *
 * @param panel on its grid, with clocks (see `withClock`)
 * @param options of the forecast
 * @throws InputError where no series has enough history before its earliest origin
 */
export async function trainNets(
  panel: readonly Series[],
  options: ForecastOptions,
  backend: TensorBackend,
): Promise<TrainedNets> {
  const { horizon, season = [], seed = 0, signal, onProgress } = options;
  const { atOrigins, whole, reach } = neuralPanel(panel, { ...options, signal: undefined, onProgress: undefined });
  if (atOrigins.length === 0) {
    throw new InputError("every series is too short to train a neural model on: give longer histories");
  }
  const common = { horizon, season: season.filter((length) => length > 1), seed, signal, onProgress };
  const early = await trainNeural(atOrigins, common, backend).catch((cause: unknown) => {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError(`before the earliest origins inside the histories, ${cause.message}`, cause.details, {
      cause,
    });
  });
  // One shape for both: the window that the shorter histories have room for.
  const late = await trainNeural(whole, { ...common, window: early.shape.window }, backend);
  return { nets: { atOrigins: early, whole: late }, reach };
}
