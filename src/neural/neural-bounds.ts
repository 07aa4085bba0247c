/** Bounds of sizes and options: beyond them a slip is likelier than a wish. */
export const NEURAL_BOUNDS = Object.freeze({
  horizon: 2_000,
  window: 20_000,
  /** Length of a season. */
  season: 100_000,
  seasons: 8,
  blocks: 8,
  width: 1_024,
  batch: 4_096,
  steps: 100_000,
  weights: 8_000_000,
});
