import { NumericalError } from "../core/errors.js";
import type { Random } from "../core/random.js";
import { type Batch, readExample, weighMean } from "./batch.js";
import type { TrainingWindows } from "./training-windows.js";
import type { NeuralShape } from "./types.js";

/** Draws in a row without a usable window after which a panel counts as flat. */
const MOST_DRAWS = 1000;

/** Fills a batch with windows drawn from the panel; those with nothing to learn are drawn again. */
export function drawBatch(windows: TrainingWindows, shape: NeuralShape, random: Random, batch: Batch): void {
  let targets = 0;
  for (let row = 0, draws = 0; row < batch.input.rows; draws++) {
    if (draws === MOST_DRAWS) {
      throw new NumericalError(
        `${MOST_DRAWS} windows drawn in a row are flat, without an observed step after them or followed by values over 20 deviations away: there is nothing to train on`,
      );
    }
    const { series, end } = windows.draw(random);
    const count = readExample(series, end, shape, batch, row);
    if (count === 0) continue;
    targets += count;
    row++;
    draws = 0;
  }
  weighMean(batch, targets);
}
