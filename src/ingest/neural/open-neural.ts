import { InputError, UnavailableError } from "../../core/errors.js";
import { DAY_MS, HOUR_MS } from "../../core/time.js";
import { type ForecastOptions, type Frequency, type Series, stepLength } from "../../forecast/index.js";
import { openTensorBackend, type TensorBackend, type TensorBackendName } from "../../neural/index.js";
import { readNets, type SavedNets } from "./neural-weights-file.js";
import { type TrainedNets, trainNets } from "./train-nets.js";

/** How a forecast comes by its neural networks. */
export interface NeuralRequest {
  /** "on" fails where there can be none, "auto" goes on without. */
  mode: "auto" | "on";
  /** Tensor backend to train on; default "auto". One that is named must be there in either mode. */
  backend?: "auto" | TensorBackendName;
  /** File of networks to be used as they are. */
  weights?: string;
}

/** Networks of a file, or a backend to train some on. */
export type NeuralSource = { saved: SavedNets; backend?: never } | { backend: TensorBackend; saved?: never };

/** Why there are no networks. */
export interface NeuralMissing {
  reason: string;
}

/**
 * Reads the file of networks, or opens the tensor backend to train some on.
 *
 * @throws InputError for a file that is none of networks; UnavailableError where a backend is needed and missing
 */
export async function openNeural({
  mode,
  backend = "auto",
  weights,
}: NeuralRequest): Promise<NeuralSource | NeuralMissing> {
  if (weights !== undefined) return { saved: await readNets(weights) };
  try {
    return { backend: await openTensorBackend(backend) };
  } catch (error) {
    if (mode === "on" || backend !== "auto" || !(error instanceof UnavailableError)) throw error;
    return { reason: error.message };
  }
}

/** A clock that goes forward makes steps reach farther on the grid, by so much at most. */
const LARGEST_CHANGE_MS = 2 * HOUR_MS;

/** Steps ahead on the grid that a network must give for `horizon` steps asked for. */
export function netHorizon(horizon: number, grid: Frequency, zone: string | undefined): number {
  const step = stepLength(grid);
  const shifts = zone !== undefined && grid !== "int" && step !== null && step < DAY_MS;
  return shifts ? horizon + Math.ceil(LARGEST_CHANGE_MS / step) : horizon;
}

/**
 * The networks for a panel: those of the file, if they fit, else new ones.
 *
 * @param panel what networks are trained on; a file's are not asked for it
 * @param options of the forecast, with the horizon by {@link netHorizon}
 * @throws InputError for a file's networks of another step or a shorter horizon; in mode "on" for a panel too short to
 *   train on
 */
export async function netsFor(
  source: NeuralSource,
  panel: () => Promise<readonly Series[]> | readonly Series[],
  grid: Frequency,
  options: ForecastOptions,
  mode: NeuralRequest["mode"],
): Promise<TrainedNets | NeuralMissing> {
  if (source.saved) return fitting(source.saved, grid, options.horizon);
  try {
    return await trainNets(await panel(), options, source.backend);
  } catch (error) {
    if (mode === "on" || !(error instanceof InputError)) throw error;
    return { reason: error.message };
  }
}

function fitting(saved: SavedNets, grid: Frequency, horizon: number): TrainedNets {
  const trained = saved.nets.whole.shape.horizon;
  if (saved.frequency !== grid) {
    throw new InputError(
      `--weights: the networks were trained on steps of "${saved.frequency}", the series have "${grid}": train others`,
      { option: "weights" },
    );
  }
  if (trained < horizon) {
    throw new InputError(
      `--weights: the networks forecast ${trained} steps, ${horizon} are needed here: train them for a longer --horizon`,
      { option: "weights" },
    );
  }
  return saved;
}
