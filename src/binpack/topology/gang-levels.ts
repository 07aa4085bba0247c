import { LEVELS, type Level, type NodeTable, type PodTable } from "../types.js";

/** The narrowest level that any pod of the gang names as required, null when none does. */
export function requiredLevelOf(pods: PodTable, gang: readonly number[]): Level | null {
  return LEVELS[narrowest(pods.requiredLevel, gang)] ?? null;
}

/**
 * Places in {@link LEVELS} of the narrowest level to try for a gang and of the widest allowed; -1 is the whole cluster.
 * A gang that names no level prefers the narrowest one above the node that the nodes name.
 */
export function levelsToTry(nodes: NodeTable, pods: PodTable, gang: readonly number[]): { from: number; to: number } {
  const to = narrowest(pods.requiredLevel, gang);
  const preferred = narrowest(pods.preferredLevel, gang);
  if (to >= 0 || preferred >= 0) return { from: Math.max(to, preferred), to };
  const named = (["rack", "block", "zone"] as const).find((level) => nodes[level]?.some((name) => name !== ""));
  return { from: named ? LEVELS.indexOf(named) : -1, to };
}

function narrowest(levels: readonly (Level | "")[] | undefined, gang: readonly number[]): number {
  return gang.reduce((depth, pod) => Math.max(depth, LEVELS.indexOf(levels?.[pod] as Level)), -1);
}
