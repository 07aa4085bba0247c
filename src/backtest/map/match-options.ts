import { InputError } from "../../core/errors.js";

/** Options of map matching. */
export interface MatchOptions {
  /** Standard deviation of a position, metres. */
  sigmaM: number;
  /** Scale of the difference between route and great circle, metres. */
  betaM: number;
  /** Roads farther from a position than this are no candidates, metres. */
  radiusM: number;
  /** A trace is cut where it has no position for longer than this, milliseconds. */
  maxGapMs: number;
}

/**
 * `sigmaM` 4.07 is the estimate of Newson & Krumm (2009), and `betaM` 4.1 theirs at one position every 10 s (they found
 * 0.5 at 1 s and 35 at 30 s; accuracy hardly differs between 1 and 10). They look 200 m around; 50 m is 12 sigma, finds the
 * same roads and is several times as fast: take more where positions are worse than 10 m.
 */
export const DEFAULT_MATCH_OPTIONS: Readonly<MatchOptions> = Object.freeze({
  sigmaM: 4.07,
  betaM: 4.1,
  radiusM: 50,
  maxGapMs: 60_000,
});

/** Options with defaults filled in. @throws InputError for one that is not a positive number */
export function matchOptions(options: Partial<MatchOptions> = {}): MatchOptions {
  const all = { ...DEFAULT_MATCH_OPTIONS, ...options };
  for (const name of ["sigmaM", "betaM", "radiusM", "maxGapMs"] as const) {
    const value = all[name];
    if (!(value > 0 && value < Number.POSITIVE_INFINITY))
      throw new InputError(`map matching: ${name} must be a positive number, got ${value}`, { option: name, value });
  }
  return all;
}
