/** Sums of a two-sided CUSUM. Plain data, so that it can be stored as JSON. */
export interface Cusum {
  up: number;
  down: number;
}

export const newCusum = (): Cusum => ({ up: 0, down: 0 });

/** Half the shift, in standard deviations, that is found fastest. */
export const CUSUM_REFERENCE = 0.5;

/**
 * Two-sided CUSUM (Page 1954) of standardised observations; gives the larger sum, with the sign of its side.
 */
export function updateCusum(cusum: Cusum, z: number): number {
  cusum.up = Math.max(0, cusum.up + z - CUSUM_REFERENCE);
  cusum.down = Math.max(0, cusum.down - z - CUSUM_REFERENCE);
  return cusum.up >= cusum.down ? cusum.up : -cusum.down;
}
