import type { Cluster } from "../../../src/binpack/cluster.js";
import type { Level } from "../../../src/binpack/types.js";

/**
 * The rules of the cluster written a second time, plainly, from the tables and the places alone: nothing here calls the
 * code under test.
 */
export function violations(cluster: Cluster): string[] {
  const { nodes, pods, nodeOf, gpusOf } = cluster;
  const out: string[] = [];
  for (let node = 0; node < nodes.n; node++) {
    let [cpu, memory, nics] = [nodes.cpu[node], nodes.memory[node], nodes.nics?.[node] ?? 0];
    const gpu = new Array<number>(nodes.gpus[node]).fill(1000);
    for (let pod = 0; pod < pods.n; pod++) {
      if (nodeOf[pod] !== node) continue;
      cpu -= pods.cpu[pod];
      memory -= pods.memory[pod];
      nics -= pods.nics?.[pod] ?? 0;
      const taken = gpusOf[pod] ?? [];
      if (taken.length !== pods.gpus[pod] || new Set(taken).size !== taken.length)
        out.push(`pod ${pod}: GPUs ${taken}`);
      for (const g of taken) gpu[g] -= pods.milli[pod];
      if (!allowed(cluster, pod, node)) out.push(`pod ${pod} may not be on node ${node}`);
    }
    if (cpu < 0 || memory < 0 || nics < 0 || gpu.some((left) => !(left >= 0))) out.push(`node ${node} is overfull`);
    const now = [...cluster.gpuLeft.subarray(cluster.gpuStart[node], cluster.gpuStart[node + 1])];
    if (cluster.cpuLeft[node] !== cpu || cluster.memoryLeft[node] !== memory || now.join() !== gpu.join()) {
      out.push(`node ${node}: the books are wrong`);
    }
  }
  return out;
}

export function allowed({ nodes, pods }: Cluster, pod: number, node: number): boolean {
  const spec = pods.spec[pod];
  if (pods.gpus[pod] > 0 && spec !== "" && !spec.split("|").some((model) => model === nodes.model[node])) return false;
  for (const [key, value] of Object.entries(pods.nodeSelector?.[pod] ?? {})) {
    if (nodes.labels?.[node][key] !== value) return false;
  }
  for (const taint of nodes.taints?.[node] ?? []) {
    const borne = pods.tolerations?.[pod] ?? [];
    if (!borne.includes(taint.key) && !borne.includes(`${taint.key}=${taint.value}`)) return false;
  }
  return true;
}

/** The name of the domain that holds these GPUs of the node. */
export function domainName({ nodes }: Cluster, level: Level | "cluster", node: number, gpu = 0): string {
  const [zone, block, rack] = [nodes.zone?.[node] ?? "", nodes.block?.[node] ?? "", nodes.rack?.[node] ?? ""];
  const own = `node ${node}`;
  const inRack = rack === "" ? own : `rack ${zone}>${block}>${rack}`;
  const inBlock = block === "" ? inRack : `block ${zone}>${block}`;
  if (level === "nvlink") return `${own} island ${nodes.nvlink?.[node] ? Math.floor(gpu / nodes.nvlink[node]) : 0}`;
  return { node: own, rack: inRack, block: inBlock, zone: zone === "" ? inBlock : `zone ${zone}`, cluster: "all" }[
    level
  ];
}

/** The domains of a level that the placed pods of a gang use; a pod without GPU is in every island of its node. */
export function domainsUsed(cluster: Cluster, gang: readonly number[], level: Level): Set<string> {
  const used = new Set<string>();
  const withGpu = gang.some((pod) => cluster.pods.gpus[pod] > 0);
  for (const pod of gang) {
    const node = cluster.nodeOf[pod];
    const gpus = cluster.gpusOf[pod] ?? [];
    const own = [...used].some((name) => name.startsWith(`node ${node} `));
    if (level === "nvlink" && gpus.length === 0 && (withGpu || own)) continue;
    for (const g of level === "nvlink" && gpus.length > 0 ? gpus : [0]) used.add(domainName(cluster, level, node, g));
  }
  return used;
}

/** Whether the GPU (or, -1, a pod without GPU) on this node is in the domain of that name. */
export function inDomain(cluster: Cluster, level: Level | "cluster", node: number, gpu: number, name: string): boolean {
  if (level === "nvlink" && gpu < 0) return name.startsWith(`node ${node} `);
  return domainName(cluster, level, node, gpu) === name;
}

export interface Room {
  cpu: Int32Array;
  memory: Int32Array;
  nics: Int32Array;
  gpu: number[][];
}

/**
 * Goes through every way to place the pods, one after another, on any node and any choice of GPUs; `visit` sees each
 * complete one as the list of [node, GPUs] and stops the search by returning true.
 */
export function everyPlacement(
  cluster: Cluster,
  gang: readonly number[],
  mayUse: (pod: number, node: number, gpu: number) => boolean,
  visit: (places: [number, number[]][]) => boolean,
): boolean {
  const { nodes, pods } = cluster;
  const room: Room = {
    cpu: cluster.cpuLeft.slice(),
    memory: cluster.memoryLeft.slice(),
    nics: Int32Array.from({ length: nodes.n }, (_, k) => cluster.nicsLeft?.[k] ?? 0),
    gpu: Array.from({ length: nodes.n }, (_, k) => [
      ...cluster.gpuLeft.subarray(cluster.gpuStart[k], cluster.gpuStart[k + 1]),
    ]),
  };
  const places: [number, number[]][] = [];
  const next = (k: number): boolean => {
    if (k === gang.length) return visit(places);
    const pod = gang[k];
    for (let node = 0; node < nodes.n; node++) {
      if (!allowed(cluster, pod, node)) continue;
      if (room.cpu[node] < pods.cpu[pod] || room.memory[node] < pods.memory[pod]) continue;
      if (room.nics[node] < (pods.nics?.[pod] ?? 0)) continue;
      const able = room.gpu[node].map((_, g) => g).filter((g) => room.gpu[node][g] >= pods.milli[pod]);
      for (const gpus of subsets(
        able.filter((g) => mayUse(pod, node, g)),
        pods.gpus[pod],
      )) {
        if (gpus.length === 0 && !mayUse(pod, node, -1)) continue;
        take(pod, node, gpus, 1);
        places.push([node, gpus]);
        const found = next(k + 1);
        places.pop();
        take(pod, node, gpus, -1);
        if (found) return true;
      }
    }
    return false;
  };
  return next(0);

  function take(pod: number, node: number, gpus: number[], sign: number): void {
    room.cpu[node] -= sign * pods.cpu[pod];
    room.memory[node] -= sign * pods.memory[pod];
    room.nics[node] -= sign * (pods.nics?.[pod] ?? 0);
    for (const g of gpus) room.gpu[node][g] -= sign * pods.milli[pod];
  }
}

export function* subsets(list: readonly number[], size: number, from = 0): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let k = from; k <= list.length - size; k++) {
    for (const rest of subsets(list, size - 1, k + 1)) yield [list[k], ...rest];
  }
}
