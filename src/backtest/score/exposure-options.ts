/** When two successive positions of a vehicle count as driven. */
export interface ExposureOptions {
  /** Most time between them, ms, inclusive. */
  maxGapMs: number;
  /** Greatest speed, m/s, inclusive: above it a position is taken to be wrong. */
  maxSpeed: number;
}

export const DEFAULT_EXPOSURE_OPTIONS: ExposureOptions = Object.freeze({ maxGapMs: 2000, maxSpeed: 70 });
