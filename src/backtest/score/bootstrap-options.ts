import { InputError } from "../../core/errors.js";

/** How intervals are made. */
export interface BootstrapOptions {
  seed: number;
  /** Resamples of the clusters. */
  resamples: number;
  /** Share of the resamples between the two bounds. */
  confidence: number;
}

export const DEFAULT_BOOTSTRAP_OPTIONS: BootstrapOptions = Object.freeze({
  seed: 1,
  resamples: 2000,
  confidence: 0.95,
});

/** @throws InputError for a seed or a number of resamples that is not whole, or a confidence outside of (0, 1) */
export function checkBootstrapOptions(options: BootstrapOptions): BootstrapOptions {
  const { seed, resamples, confidence } = options;
  if (!Number.isSafeInteger(seed)) throw new InputError(`seed must be a whole number, got ${seed}`, { option: "seed" });
  if (!(Number.isInteger(resamples) && resamples >= 100))
    throw new InputError(`resamples must be a whole number from 100, got ${resamples}`, { option: "resamples" });
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`confidence must lie above 0 and below 1, got ${confidence}`, { option: "confidence" });
  return options;
}
