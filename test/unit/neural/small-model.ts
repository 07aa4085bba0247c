import { createRandom } from "../../../src/core/random.js";
import type { NeuralModel, NeuralSeries, NeuralShape } from "../../../src/neural/index.js";
import { weightShapes } from "../../../src/neural/weight-shapes.js";

export const SMALL: NeuralShape = { window: 24, horizon: 10, seasons: [4, 12], blocks: 2, width: 8 };

/** A network whose every weight is drawn: no part of the forward pass is silent. */
export function randomModel(seed: number, shape: NeuralShape = SMALL): NeuralModel {
  const random = createRandom(seed);
  const weights = Object.fromEntries(
    Array.from(weightShapes(shape), ([name, [rows, columns]]) => [
      name,
      Float32Array.from({ length: rows * columns }, () => 0.4 * random.normal()),
    ]),
  );
  const training = { backend: "cpu", seed, series: 3, windows: 100, steps: 7, loss: 0.25, naiveLoss: 0.5 };
  return { shape, weights, training };
}

/** Noisy series of two seasons (4 and 12) at levels and sizes of their own. */
export function twoSeasons(seed: number, count: number, length: number): NeuralSeries[] {
  return Array.from({ length: count }, (_, i) => {
    const random = createRandom(seed).child(i);
    const [level, size, phase] = [100 * random.normal(), 10 ** (2 * random.uniform()), random.int(12)];
    const wave = (t: number, season: number) => Math.sin((2 * Math.PI * (t + phase)) / season);
    const y = Float64Array.from(
      { length },
      (_, t) => level + size * (wave(t, 4) + 2 * wave(t, 12) + 0.7 * random.normal()),
    );
    return { id: `s${i}`, y };
  });
}
