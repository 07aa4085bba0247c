import type { Cluster } from "../cluster.js";
import { barredBy, ELIGIBLE, type Eligibility } from "../constraints/eligibility.js";
import type { GangShape } from "./gang-shape.js";

/** How many pods like this one the node has room for now, at most `most`; 0 when it is not allowed there. */
export function copiesOn(cluster: Cluster, eligibility: Eligibility, pod: number, node: number, most: number): number {
  if (barredBy(eligibility, pod, node) !== ELIGIBLE) return 0;
  const { pods, gpuStart, gpuLeft } = cluster;
  const copies = Math.min(
    most,
    times(cluster.cpuLeft[node], pods.cpu[pod]),
    times(cluster.memoryLeft[node], pods.memory[pod]),
    times(cluster.nicsLeft?.[node] ?? 0, pods.nics?.[pod] ?? 0),
  );
  const [gpus, milli] = [pods.gpus[pod], pods.milli[pod]];
  if (gpus === 0 || copies === 0) return copies;
  let places = 0;
  for (let g = gpuStart[node]; g < gpuStart[node + 1]; g++) places += Math.floor(gpuLeft[g] / milli);
  return Math.min(copies, Math.floor(places / gpus));
}

/** How often `size` goes into `left`; a size of 0 always does. */
function times(left: number, size: number): number {
  return size === 0 ? Number.POSITIVE_INFINITY : Math.floor(left / size);
}

/** Copies of each kind of the gang that each node has room for by itself, `[kind][node]`. */
export type Capacities = readonly Int32Array[];

export function gangCapacities(cluster: Cluster, eligibility: Eligibility, shape: GangShape): Capacities {
  return shape.pods.map((pods) => {
    const copies = new Int32Array(cluster.nodes.n);
    for (const node of eligibility.nodes[eligibility.classOf[pods[0]]]) {
      copies[node] = copiesOn(cluster, eligibility, pods[0], node, pods.length);
    }
    return copies;
  });
}

/** Whether these nodes have room for every kind of the gang by itself; exact when there is one kind only. */
export function eachKindFits(shape: GangShape, capacities: Capacities, nodes: Iterable<number>): boolean {
  const missing = shape.pods.map((pods) => pods.length);
  let open = missing.length;
  for (const node of nodes) {
    for (let kind = 0; kind < missing.length; kind++) {
      if (missing[kind] <= 0) continue;
      missing[kind] -= capacities[kind][node];
      if (missing[kind] <= 0 && --open === 0) return true;
    }
  }
  return false;
}
