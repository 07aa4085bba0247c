import type { NodeState } from "../../src/binpack/index.js";
import { figure } from "../capacity-plan/words.js";

/** A figure in % at two digits behind the point at most, with its sign: `95.5\u00a0%`. */
export function ratioWords(percent: number): string {
  return `${figure(Math.round(percent * 100) / 100)}\u00a0%`;
}

/** GPU milli free on a node. */
export function freeMilli({ gpus, allocated_gpu_milli }: NodeState): number {
  return 1000 * gpus - allocated_gpu_milli;
}

/** GPU milli that are free on a node but of no use for a typical pod. */
export function unusableMilli({ unusable_model, unusable_cpu, unusable_pieces }: NodeState): number {
  return unusable_model + unusable_cpu + unusable_pieces;
}

/** Sum over nodes. */
export function total(nodes: readonly NodeState[], of: (node: NodeState) => number): number {
  return nodes.reduce((sum, node) => sum + of(node), 0);
}
