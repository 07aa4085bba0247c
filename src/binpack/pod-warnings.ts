import type { NodeTable, PodTable } from "./types.js";

/** What about the pods cannot be wrong for sure but probably is: GPU models that no node has, the first pod of each. */
export function podWarnings(nodes: NodeTable, pods: PodTable): string[] {
  const known = new Set(nodes.model);
  const unknown = new Map<string, string>();
  pods.spec.forEach((spec, pod) => {
    if (spec === "") return;
    for (const model of spec.split("|")) {
      if (!known.has(model) && !unknown.has(model)) unknown.set(model, pods.name[pod]);
    }
  });
  return [...unknown].map(
    ([model, pod]) => `column "gpu_spec": no node has the GPU model "${model}" that pod "${pod}" names`,
  );
}
