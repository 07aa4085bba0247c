import type { NodeState } from "../../src/binpack/index.js";

/** Nodes of one GPU model, or of all small models together. */
export interface ModelNodes {
  model: string;
  nodes: readonly NodeState[];
}

/** Most models told one by one; a cluster with more has a long tail of odd nodes. */
const MOST_MODELS = 20;

/** Nodes by GPU model, the model with most GPUs first; the smallest models become one group when there are many. */
export function byModel(nodes: readonly NodeState[]): ModelNodes[] {
  const groups = new Map<string, NodeState[]>();
  for (const node of nodes) {
    const group = groups.get(node.model);
    if (group) group.push(node);
    else groups.set(node.model, [node]);
  }
  const gpus = (group: readonly NodeState[]) => group.reduce((sum, node) => sum + node.gpus, 0);
  const sorted = [...groups]
    .map(([model, group]) => ({ model: model || "no model", nodes: group as readonly NodeState[] }))
    .sort((a, b) => gpus(b.nodes) - gpus(a.nodes) || (a.model < b.model ? -1 : 1));
  if (sorted.length <= MOST_MODELS) return sorted;
  const rest = sorted.slice(MOST_MODELS - 1);
  return [
    ...sorted.slice(0, MOST_MODELS - 1),
    { model: `${rest.length} other models`, nodes: rest.flatMap((group) => group.nodes) },
  ];
}
