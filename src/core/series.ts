/**
 * One regular series of a panel.
 *
 * `y[i]` is the value of step i; NaN is a missing value, never 0. `t` (same length, strictly increasing) holds epoch
 * milliseconds or integer steps; without it the steps are 1, 2, ….
 */
export interface Series {
  id: string;
  y: Float64Array;
  t?: Float64Array;
  /** Steps from the common start of all seasons (a Monday's midnight, say) to `y[0]`; unknown without it. */
  clock?: number;
}

/** Values beyond this in size are refused: sums of their squares must stay far from overflow. */
export const LARGEST_VALUE = 1e100;
/** A series without any value of this size counts as zeros: squares below it would vanish. */
export const SMALLEST_VALUE = 1e-100;
