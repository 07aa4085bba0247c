import { InputError } from "../core/errors.js";
import type { Forecast } from "./types.js";

/** Fewer common errors than these give no covariance. */
const LEAST = 2;

/**
 * Backtest errors of all series on the steps that all of them have: aligned at the end of the histories, steps missing
 * in any series left out.
 *
 * @param forecasts made with `keepErrors`
 * @throws InputError when a series has none, or they share fewer than two steps
 */
export function commonErrors(forecasts: readonly Forecast[]): Record<string, Float64Array> {
  const all = forecasts.map(({ errors }) => errors ?? new Float64Array(0));
  const length = all.reduce((least, errors) => Math.min(least, errors.length), Number.POSITIVE_INFINITY);
  const tails = all.map((errors) => errors.subarray(errors.length - length));
  const kept = Array.from({ length }, (_, i) => i).filter((i) => tails.every((tail) => !Number.isNaN(tail[i])));
  if (kept.length < LEAST) {
    const { id } = forecasts[all.findIndex((errors) => errors.length === length)];
    throw new InputError(
      `reconciliation "mint" needs backtest errors that all queues share, and there are ${kept.length} (queue "${id}" has ${length}); use "bu" or "td"`,
      { id },
    );
  }
  return Object.fromEntries(forecasts.map(({ id }, s) => [id, Float64Array.from(kept, (i) => tails[s][i])]));
}
