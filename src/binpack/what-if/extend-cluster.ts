import type { Cluster } from "../cluster.js";
import type { NodeTable, PodTable } from "../types.js";
import type { Catalogue, CatalogueType } from "./catalogue.js";

/** What is left of a cluster, for other pods, with empty nodes behind its own: `counts[i]` of the catalogue's type i. */
export function extendCluster(
  cluster: Cluster,
  pending: PodTable,
  catalogue: Catalogue,
  counts: readonly number[],
): Cluster {
  const bought = catalogue.flatMap((type, i) =>
    Array.from({ length: counts[i] }, (_, k) => ({ type, name: newName(cluster.nodes, type.type, k + 1) })),
  );
  const nodes = extendNodes(cluster.nodes, bought);
  const gpuStart = new Int32Array(nodes.n + 1);
  for (let k = 0; k < nodes.n; k++) gpuStart[k + 1] = gpuStart[k] + nodes.gpus[k];
  const gpuLeft = new Int32Array(gpuStart[nodes.n]).fill(1000);
  gpuLeft.set(cluster.gpuLeft);
  const cpuLeft = nodes.cpu.slice();
  cpuLeft.set(cluster.cpuLeft);
  const memoryLeft = nodes.memory.slice();
  memoryLeft.set(cluster.memoryLeft);
  const nicsLeft = nodes.nics && Int32Array.from(nodes.nics);
  if (cluster.nicsLeft) nicsLeft?.set(cluster.nicsLeft);
  const nodeOf = new Int32Array(pending.n).fill(-1);
  return {
    nodes,
    pods: pending,
    cpuLeft,
    memoryLeft,
    nicsLeft,
    gpuStart,
    gpuLeft,
    nodeOf,
    gpusOf: Array(pending.n).fill(null),
  };
}

/** `type+1`, `type+2`, …, with more plus signs where a node has that name already. */
function newName(nodes: NodeTable, type: string, index: number): string {
  let plus = "+";
  while (nodes.name.some((name) => name.startsWith(`${type}${plus}`))) plus += "+";
  return `${type}${plus}${index}`;
}

function extendNodes(nodes: NodeTable, bought: readonly { type: CatalogueType; name: string }[]): NodeTable {
  const n = nodes.n + bought.length;
  const integers = <T extends Int32Array | Uint16Array>(
    longer: T,
    old: ArrayLike<number>,
    of: (type: CatalogueType) => number,
  ) => {
    longer.set(old);
    bought.forEach(({ type }, k) => {
      longer[nodes.n + k] = of(type);
    });
    return longer;
  };
  const append = <T>(old: readonly T[], value: T): T[] => [...old, ...bought.map(() => value)];
  const none = () => 0;
  return {
    n,
    name: [...nodes.name, ...bought.map(({ name }) => name)],
    cpu: integers(new Int32Array(n), nodes.cpu, (type) => type.cpu_milli),
    memory: integers(new Int32Array(n), nodes.memory, (type) => type.memory_mib),
    gpus: integers(new Uint16Array(n), nodes.gpus, (type) => type.gpus),
    model: [...nodes.model, ...bought.map(({ type }) => type.model)],
    zone: nodes.zone && append(nodes.zone, ""),
    block: nodes.block && append(nodes.block, ""),
    rack: nodes.rack && append(nodes.rack, ""),
    nvlink: nodes.nvlink && integers(new Uint16Array(n), nodes.nvlink, none),
    numa: nodes.numa && integers(new Uint16Array(n), nodes.numa, none),
    nics: nodes.nics && integers(new Uint16Array(n), nodes.nics, none),
    labels: nodes.labels && append(nodes.labels, {}),
    taints: nodes.taints && append(nodes.taints, []),
  };
}
