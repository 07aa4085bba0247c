import { type Cluster, createCluster } from "../cluster.js";
import type { NodeTable, PodTable } from "../types.js";
import { gatherKinds, type Kinds } from "./kinds.js";
import { solvePatternLp } from "./pattern-lp.js";

/** Upper bounds on the GPU milli that any placement of the pods takes; `lp <= cuttingStock`. */
export interface PackingBounds {
  /** CPU, memory, models, taints, labels and the fills of single GPUs all bind; resources are pooled by node kind. */
  lp: number;
  /** Only the fills of single GPUs bind (cutting stock): what the sizes of the requests alone admit. */
  cuttingStock: number;
}

/**
 * Upper bounds on the GPU milli placeable on empty nodes. Both are linear programmes over fills of one GPU, made safe
 * against rounding by weak duality. Gangs and topology are left out, which can only raise a bound.
 */
export function packingBounds(nodes: NodeTable, pods: PodTable): PackingBounds {
  return roomBounds(
    createCluster(nodes, pods),
    Array.from({ length: pods.n }, (_, p) => p),
  );
}

/** {@link packingBounds} of these pods upon what is left of a cluster. */
export function roomBounds(cluster: Cluster, pods: readonly number[]): PackingBounds {
  const asking = pods.filter((p) => cluster.pods.gpus[p] > 0);
  const kinds = gatherKinds(cluster, asking);
  const cuttingStock = boundOf(gpusAlone(kinds));
  return { lp: Math.min(boundOf(kinds), cuttingStock), cuttingStock };
}

/** GPU milli of one pod of each kind, in whole GPUs. */
export const gpuWorth = ({ pods, unit }: Kinds): Float64Array =>
  Float64Array.from(pods, (pod) => (pod.gpus * pod.size * unit) / 1000);

function boundOf(kinds: Kinds): number {
  const { bound } = solvePatternLp(kinds, gpuWorth(kinds));
  return Math.floor(((bound + 1e-9) * 1000) / kinds.unit + 1e-6) * kinds.unit;
}

/** The same requests and GPUs without CPU, memory and models. */
function gpusAlone({ unit, nodes, pods }: Kinds): Kinds {
  const holes = new Map<number, number>();
  for (const hole of nodes.flatMap((node) => node.holes))
    holes.set(hole.size, (holes.get(hole.size) ?? 0) + hole.count);
  const requests = new Map<string, Kinds["pods"][number]>();
  for (const pod of pods) {
    const key = `${pod.gpus} ${pod.size}`;
    const known = requests.get(key);
    if (known) known.pods = known.pods.concat(pod.pods);
    else requests.set(key, { ...pod, cpu: 0, memory: 0, allowed: Uint8Array.of(1) });
  }
  const sizes = [...holes].map(([size, count]) => ({ size, count })).sort((a, b) => a.size - b.size);
  return { unit, nodes: [{ nodes: [], cpu: 0, memory: 0, holes: sizes }], pods: [...requests.values()] };
}
