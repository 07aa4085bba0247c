import type { Overlay, PathSet, Scenario } from "./types.js";

/** Paths of a scenario, and what its `capacity` overlays change. */
export interface ScenarioPaths {
  paths: PathSet;
  /** Capacity in GPUs that an overlay sets for a queue, per step; NaN where nothing is set. */
  capacity: Record<string, Float64Array>;
  /** Overlays outside the horizon were clipped: one sentence each. */
  warnings: string[];
}

/**
 * Lays scenarios (one, or several for "all together") over baseline paths. Pure: `base` is not changed; queues that no
 * overlay touches share their array with `base`.
 *
 * @throws InputError for an unknown queue
 */
export declare function applyScenarios(base: PathSet, scenarios: readonly Scenario[], seed: number): ScenarioPaths;
export type { Overlay };
