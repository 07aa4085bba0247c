import { quantileNotExceeded } from "./estimate.js";
import type { NodesAtLevel } from "./result-parts.js";

/** Slack for the rounding errors of sums, in nodes. */
const SLACK = 1e-9;

/** Whole nodes that a load in GPUs needs. */
export function nodesFor(gpus: number, gpusPerNode: number): number {
  return Math.max(0, Math.ceil(gpus / gpusPerNode - SLACK));
}

/** Highest load that a number of nodes carries: `load > limit` is the same as `nodesFor(load) > nodes`. */
export function loadLimit(nodes: number, gpusPerNode: number): number {
  return (nodes + SLACK) * gpusPerNode;
}

/** Levels of a need: 50 % beside the interval levels, ascending. */
export function needLevels(levels: readonly number[]): number[] {
  return [...new Set([50, ...levels])].sort((a, b) => a - b);
}

/**
 * Nodes by level: with a probability of `level` % a path's peak does not need more. A higher level never needs fewer.
 *
 * @param peaks highest hour of each path, GPUs
 */
export function nodesNeeded(peaks: Float64Array, gpusPerNode: number, levels: readonly number[]): NodesAtLevel[] {
  const sorted = peaks.map((gpus) => nodesFor(gpus, gpusPerNode)).sort();
  return needLevels(levels).map((level) => ({ level, nodes: quantileNotExceeded(sorted, level / 100) }));
}
