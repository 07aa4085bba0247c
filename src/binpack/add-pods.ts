import { type Cluster, createCluster, occupy } from "./cluster.js";
import type { PodTable } from "./types.js";

/**
 * The same cluster with more pods behind its own, which have no place yet: its pods keep their numbers, the first of the
 * others is `cluster.pods.n`.
 */
export function addPods(cluster: Cluster, more: PodTable): Cluster {
  const joined = createCluster(cluster.nodes, joinPods(cluster.pods, more));
  for (let pod = 0; pod < cluster.pods.n; pod++) {
    if (cluster.nodeOf[pod] >= 0) occupy(joined, pod, cluster.nodeOf[pod], cluster.gpusOf[pod] ?? []);
  }
  return joined;
}

/** A table of the rows of both; a column that one of them lacks is empty there. */
function joinPods(a: PodTable, b: PodTable): PodTable {
  const n = a.n + b.n;
  const list = <T>(one: readonly T[] | undefined, other: readonly T[] | undefined, empty: T): T[] | undefined =>
    (one ?? other) && [...(one ?? new Array(a.n).fill(empty)), ...(other ?? new Array(b.n).fill(empty))];
  const numbers = <T extends Int32Array | Uint16Array | Float64Array>(to: T, one?: T, other?: T): T => {
    if (one) to.set(one);
    if (other) to.set(other, a.n);
    return to;
  };
  return {
    n,
    name: [...a.name, ...b.name],
    cpu: numbers(new Int32Array(n), a.cpu, b.cpu),
    memory: numbers(new Int32Array(n), a.memory, b.memory),
    gpus: numbers(new Uint16Array(n), a.gpus, b.gpus),
    milli: numbers(new Int32Array(n), a.milli, b.milli),
    spec: [...a.spec, ...b.spec],
    group: list(a.group, b.group, ""),
    requiredLevel: list(a.requiredLevel, b.requiredLevel, ""),
    preferredLevel: list(a.preferredLevel, b.preferredLevel, ""),
    nodeSelector: list(a.nodeSelector, b.nodeSelector, {}),
    tolerations: list(a.tolerations, b.tolerations, []),
    nics: (a.nics ?? b.nics) && numbers(new Uint16Array(n), a.nics, b.nics),
    dataZone: list(a.dataZone, b.dataZone, ""),
    priority: (a.priority ?? b.priority) && numbers(new Float64Array(n).fill(Number.NaN), a.priority, b.priority),
    team: list(a.team, b.team, ""),
  };
}
