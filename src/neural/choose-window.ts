import { InputError } from "../core/errors.js";
import type { NeuralSeries } from "./types.js";

/** Rounds of the longest season, and horizons, that the window would hold. */
const ROUNDS = 2;
/** The share of the panel's series that must reach the window, so that the network is not one of the few longest. */
const REACH = 0.75;
/** The share of a history that the window may fill: what it leaves is how far windows differ. */
const FILLED = 2 / 3;
const LEAST = 8;

/** The shortest window that is trained: 8 steps and one of the shortest season. */
export const leastWindow = (seasons: readonly number[]): number => Math.max(LEAST, seasons[0] ?? 0);

/**
 * The window for a panel: two of the longest season and at least two horizons, or two thirds of what three quarters of the
 * series hold besides `after` steps (one horizon of targets, one held back); never below `leastWindow`.
 *
 * @param asked take this one
 * @param after steps that a series must have after the window
 * @throws InputError where no series is long enough
 */
export function chooseWindow(
  panel: readonly NeuralSeries[],
  horizon: number,
  seasons: readonly number[],
  after: number,
  asked?: number,
): number {
  const lengths = panel.map(({ y }) => y.length).sort((a, b) => b - a);
  const reached = Math.floor(FILLED * (lengths[Math.ceil(REACH * lengths.length) - 1] - after));
  const wanted = ROUNDS * Math.max(horizon, seasons.at(-1) ?? 0);
  const window = asked ?? Math.max(leastWindow(seasons), Math.min(wanted, reached));
  if (lengths[0] < window + after) {
    throw new InputError(
      `the neural model needs a series of ${window + after} steps (a window of ${window} and ${after} after it), but the longest has ${lengths[0]}: give longer histories or a shorter horizon`,
      { needed: window + after, longest: lengths[0], window, horizon },
    );
  }
  return window;
}
