import type { Cluster } from "./cluster.js";
import { allowsModel } from "./gpu-spec.js";
import type { TypicalPods } from "./typical-pods.js";

/** What keeps a typical pod from the free GPUs of a node, in the order in which it is asked. */
export const FRAGMENT_CAUSES = Object.freeze(["model", "cpu", "pieces"] as const);
export type FragmentCause = (typeof FRAGMENT_CAUSES)[number];

/**
 * Fragmentation by cause, in thousandths of a GPU by node: what a typical pod that asks for GPUs, drawn by frequency,
 * cannot use because the node has another `model`, too little `cpu` left, or its GPUs lie in `pieces` too small or too
 * few. Pods that need no GPU are not asked: to a planner no GPU is lost because of them. Without any that asks for GPUs
 * nothing is lost.
 *
 * The sum of the causes is the fragmentation F of Weng et al. (USENIX ATC 2023) over those pods.
 */
export function fragmentCauses(state: Cluster, typical: TypicalPods): Record<FragmentCause, Float64Array> {
  const { nodes, cpuLeft, gpuStart, gpuLeft } = state;
  const lost = { model: new Float64Array(nodes.n), cpu: new Float64Array(nodes.n), pieces: new Float64Array(nodes.n) };
  const kinds = Array.from({ length: typical.n }, (_, kind) => kind).filter((kind) => typical.gpus[kind] > 0);
  const asking = kinds.reduce((sum, kind) => sum + typical.count[kind], 0);
  const accepts = new Map([...new Set(nodes.model)].map((m) => [m, typical.spec.map((spec) => allowsModel(spec, m))]));
  for (let node = 0; node < nodes.n; node++) {
    const lefts = gpuLeft.subarray(gpuStart[node], gpuStart[node + 1]);
    const free = lefts.reduce((sum, left) => sum + left, 0);
    if (free === 0) continue;
    for (const kind of kinds) {
      const cause = !accepts.get(nodes.model[node])?.[kind]
        ? "model"
        : cpuLeft[node] < typical.cpu[kind]
          ? "cpu"
          : "pieces";
      const unusable = cause === "pieces" ? piecesLeft(lefts, typical.gpus[kind], typical.milli[kind]) : free;
      lost[cause][node] += typical.count[kind] * unusable;
    }
    for (const cause of FRAGMENT_CAUSES) lost[cause][node] /= asking || 1;
  }
  return lost;
}

/** Of these GPUs, what lies in pieces smaller than `milli`; all of it when fewer than `gpus` are large enough. */
function piecesLeft(lefts: Int32Array, gpus: number, milli: number): number {
  let [enough, small, free] = [0, 0, 0];
  for (const left of lefts) {
    free += left;
    if (left >= milli) enough++;
    else small += left;
  }
  return enough < gpus ? free : small;
}
