import { finiteOrNull } from "../core/finite-or-null.js";
import { VERSION } from "../core/version.js";
import { float32ToBase64 } from "./float32-base64.js";
import { neuralChecksum } from "./neural-checksum.js";
import type { NeuralFile } from "./neural-file.js";
import { joinWeights } from "./tensor-weights.js";
import { NEURAL_PROBABILITIES, type NeuralModel, type TensorBackendName } from "./types.js";

/** A trained network as the value of its file (`NeuralFileSchema`). */
export function modelToFile({ shape, weights, training }: NeuralModel): NeuralFile {
  const { window, horizon, seasons, blocks, width } = shape;
  const file: NeuralFile = {
    schema: "fleetlens.neural/1",
    version: VERSION,
    probabilities: [...NEURAL_PROBABILITIES],
    shape: { window, horizon, seasons: [...seasons], blocks, width },
    training: {
      backend: training.backend as TensorBackendName,
      seed: training.seed,
      series: training.series,
      windows: training.windows,
      steps: training.steps,
      loss: finiteOrNull(training.loss),
      naiveLoss: finiteOrNull(training.naiveLoss),
    },
    weights: float32ToBase64(joinWeights(shape, weights)),
    checksum: "",
  };
  return { ...file, checksum: neuralChecksum(file) };
}

/** A trained network as the text of its file: JSON on one line, the same bytes for the same model. */
export function encodeModel(model: NeuralModel): string {
  return `${JSON.stringify(modelToFile(model))}\n`;
}
