import { InputError } from "../../core/errors.js";
import type { SweepTarget } from "../types.js";

/** Most thresholds of one sweep. */
export const MAX_SWEEP_POINTS = 10_000;

/** Digits after the point of a swept threshold. */
const DIGITS = 12;

/**
 * The nearest number of 12 decimal places, ties to the even digit: what Python's `round(x, 12)` gives. `toFixed` works on
 * the exact binary value too, but rounds ties away from zero; a double ties only as an odd multiple of 2⁻¹³.
 */
export function roundThreshold(x: number): number {
  const tie = Math.abs(x * 8192) % 2 === 1;
  const down = tie ? x.toFixed(DIGITS + 1).slice(0, -1) : "";
  const even = tie && Number(down.at(-1)) % 2 === 0;
  return Number(even ? down : x.toFixed(DIGITS)) + 0;
}

/**
 * The thresholds of a sweep, ascending: value i is `low + i · step` rounded to 12 digits, `high` included where a step
 * comes within a millionth of it.
 *
 * @throws InputError if a number is not finite, step ≤ 0, low > high, values fall together when rounded, or there are more
 * than {@link MAX_SWEEP_POINTS}
 * @example
 * sweepValues({ trigger: "brake", condition: "g", low: -0.4, high: -0.1, step: 0.1 }); // [-0.4, -0.3, -0.2, -0.1]
 */
export function sweepValues({ low, high, step }: SweepTarget): Float64Array {
  const range = `${low}:${high}:${step}`;
  const fail = (what: string): never => {
    throw new InputError(`sweep ${range}: ${what}`, { low, high, step });
  };
  if (![low, high, step].every(Number.isFinite)) fail("lo, hi and step must be finite numbers, as in -0.4:-0.1:0.05");
  if (!(step > 0)) fail("the step must be above 0, as in -0.4:-0.1:0.05");
  if (low > high) fail("lo must not be above hi; thresholds are swept upwards, as in -0.4:-0.1:0.05");
  const steps = (high - low) / step;
  const nearest = Math.round(steps);
  const count = 1 + (Math.abs(steps - nearest) <= 1e-6 ? nearest : Math.floor(steps));
  if (count > MAX_SWEEP_POINTS) {
    fail(`that is ${count} thresholds, at most ${MAX_SWEEP_POINTS} are swept at once; take a larger step`);
  }
  const values = Float64Array.from({ length: count }, (_, i) => roundThreshold(low + i * step));
  if (values.some((value, i) => i > 0 && value === values[i - 1])) {
    fail(`two thresholds are the same when rounded to ${DIGITS} digits; take a larger step`);
  }
  return values;
}
