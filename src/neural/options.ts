import type { NeuralOptions } from "./types.js";

/** One configuration for every panel, chosen by `bench/neural-choices.ts` on origins inside training data. */
export const DEFAULT_NEURAL_OPTIONS = Object.freeze({
  season: Object.freeze([]) as readonly number[],
  blocks: 2,
  width: 128,
  batch: 128,
  steps: 600,
  seed: 0,
}) satisfies Partial<NeuralOptions>;
