import { InputError } from "../core/errors.js";
import { chooseWindow } from "./choose-window.js";
import { firstNotFinite } from "./first-not-finite.js";
import { NEURAL_BOUNDS } from "./neural-bounds.js";
import { DEFAULT_NEURAL_OPTIONS } from "./options.js";
import type { NeuralOptions, NeuralSeries, NeuralShape } from "./types.js";
import { weightCount } from "./weight-shapes.js";

/** What a training run goes by. */
export interface TrainingPlan {
  shape: NeuralShape;
  batch: number;
  steps: number;
  seed: number;
}

function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new InputError(`${name} must be a whole number from ${least} to ${most}, not ${value}`, { [name]: value });
  }
  return value;
}

function checkPanel(panel: readonly NeuralSeries[]): void {
  if (panel.length === 0) throw new InputError("the neural model needs at least one series");
  for (const { id, y, observed, clock = 0 } of panel) {
    const hole = firstNotFinite(y);
    if (hole >= 0) {
      throw new InputError(`series "${id}": value ${hole} is ${y[hole]}; fill gaps first and mark them in "observed"`, {
        id,
        index: hole,
      });
    }
    if (observed !== undefined && observed.length !== y.length) {
      throw new InputError(`series "${id}": "observed" has ${observed.length} entries for ${y.length} values`, { id });
    }
    if (!Number.isInteger(clock)) throw new InputError(`series "${id}": clock must be a whole number of steps`, { id });
  }
}

function checkSeasons(season: readonly number[]): readonly number[] {
  for (const length of season) whole("season", length, 2, NEURAL_BOUNDS.season);
  const seasons = [...new Set(season)].sort((a, b) => a - b);
  whole("number of seasons", seasons.length, 0, NEURAL_BOUNDS.seasons);
  return seasons;
}

function shapeFor(options: NeuralOptions, panel: readonly NeuralSeries[]): NeuralShape {
  const { blocks = DEFAULT_NEURAL_OPTIONS.blocks, width = DEFAULT_NEURAL_OPTIONS.width, window } = options;
  const horizon = whole("horizon", options.horizon, 1, NEURAL_BOUNDS.horizon);
  const seasons = checkSeasons(options.season ?? DEFAULT_NEURAL_OPTIONS.season);
  if (window !== undefined) whole("window", window, 2, NEURAL_BOUNDS.window);
  const shape = {
    window: chooseWindow(panel, horizon, seasons, 2 * horizon, window),
    horizon,
    seasons,
    blocks: whole("blocks", blocks, 1, NEURAL_BOUNDS.blocks),
    width: whole("width", width, 1, NEURAL_BOUNDS.width),
  };
  const weights = weightCount(shape);
  if (weights > NEURAL_BOUNDS.weights) {
    throw new InputError(
      `a network with window ${shape.window}, horizon ${horizon} and width ${shape.width} has ${weights} weights, over the bound of ${NEURAL_BOUNDS.weights}: choose a shorter window or horizon`,
      { weights },
    );
  }
  return shape;
}

/**
 * Checks options and panel, and fills in what was not asked.
 *
 * @throws InputError naming the option or the series
 */
export function resolveNeuralOptions(panel: readonly NeuralSeries[], options: NeuralOptions): TrainingPlan {
  checkPanel(panel);
  const { batch, steps, seed } = { ...DEFAULT_NEURAL_OPTIONS, ...options };
  const shape = shapeFor(options, panel);
  if (!Number.isSafeInteger(seed)) throw new InputError(`seed must be a whole number, not ${seed}`, { seed });
  return {
    shape,
    batch: whole("batch", batch, 1, NEURAL_BOUNDS.batch),
    steps: whole("steps", steps, 0, NEURAL_BOUNDS.steps),
    seed,
  };
}
