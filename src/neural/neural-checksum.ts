import { fnv1a32 } from "../core/random.js";
import type { NeuralFile } from "./neural-file.js";

/** Checksum of everything in the file but itself. It shows damage; it is no protection against somebody who means it. */
export function neuralChecksum({ checksum: _, ...rest }: NeuralFile): string {
  const { schema, version, probabilities, shape, training, weights } = rest;
  const { window, horizon, seasons, blocks, width } = shape;
  const text = JSON.stringify([
    schema,
    version,
    probabilities,
    [window, horizon, seasons, blocks, width],
    [training.backend, training.seed, training.series, training.windows, training.steps],
    [training.loss, training.naiveLoss],
    weights,
  ]);
  return fnv1a32(text).toString(16).padStart(8, "0");
}
