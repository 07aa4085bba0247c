import { type Cluster, createCluster, fits, occupy, vacate } from "../../../src/binpack/cluster.js";
import { createEligibility } from "../../../src/binpack/constraints/eligibility.js";
import { createTopology } from "../../../src/binpack/topology/domains.js";
import { wholeGpus } from "../../../src/binpack/topology/whole-gpus.js";
import type { Level, NodeTable, Placer, PodTable } from "../../../src/binpack/types.js";
import type { Random } from "../../../src/core/random.js";

export interface NodeSpec {
  name?: string;
  cpu?: number;
  memory?: number;
  gpus?: number;
  model?: string;
  zone?: string;
  block?: string;
  rack?: string;
  nvlink?: number;
  numa?: number;
  nics?: number;
  labels?: Record<string, string>;
  taints?: { key: string; value: string }[];
}

export interface PodSpec {
  name?: string;
  cpu?: number;
  memory?: number;
  gpus?: number;
  milli?: number;
  spec?: string;
  group?: string;
  requiredLevel?: Level | "";
  preferredLevel?: Level | "";
  nodeSelector?: Record<string, string>;
  tolerations?: string[];
  nics?: number;
  dataZone?: string;
  priority?: number;
}

/** Nodes with plenty of CPU and memory unless said otherwise. */
export function makeNodes(specs: NodeSpec[]): NodeTable {
  return {
    n: specs.length,
    name: specs.map((s, k) => s.name ?? `n${k}`),
    cpu: Int32Array.from(specs, (s) => s.cpu ?? 100_000),
    memory: Int32Array.from(specs, (s) => s.memory ?? 1_000_000),
    gpus: Uint16Array.from(specs, (s) => s.gpus ?? 0),
    model: specs.map((s) => s.model ?? (s.gpus ? "A" : "")),
    zone: specs.map((s) => s.zone ?? ""),
    block: specs.map((s) => s.block ?? ""),
    rack: specs.map((s) => s.rack ?? ""),
    nvlink: Uint16Array.from(specs, (s) => s.nvlink ?? 0),
    numa: Uint16Array.from(specs, (s) => s.numa ?? 0),
    nics: Uint16Array.from(specs, (s) => s.nics ?? 0),
    labels: specs.map((s) => s.labels ?? {}),
    taints: specs.map((s) => s.taints ?? []),
  };
}

/** Pods of one core and 1 GiB unless said otherwise. */
export function makePods(specs: PodSpec[]): PodTable {
  return {
    n: specs.length,
    name: specs.map((s, k) => s.name ?? `p${k}`),
    cpu: Int32Array.from(specs, (s) => s.cpu ?? 1000),
    memory: Int32Array.from(specs, (s) => s.memory ?? 1024),
    gpus: Uint16Array.from(specs, (s) => s.gpus ?? 0),
    milli: Int32Array.from(specs, (s) => (s.gpus ? (s.milli ?? 1000) : 0)),
    spec: specs.map((s) => s.spec ?? ""),
    group: specs.map((s) => s.group ?? ""),
    requiredLevel: specs.map((s) => s.requiredLevel ?? ""),
    preferredLevel: specs.map((s) => s.preferredLevel ?? ""),
    nodeSelector: specs.map((s) => s.nodeSelector ?? {}),
    tolerations: specs.map((s) => s.tolerations ?? []),
    nics: Uint16Array.from(specs, (s) => s.nics ?? 0),
    dataZone: specs.map((s) => s.dataZone ?? ""),
    priority: Float64Array.from(specs, (s) => s.priority ?? 0),
  };
}

export const times = <T>(n: number, thing: T): T[] => Array.from({ length: n }, () => thing);

export function makeWorld(nodes: NodeSpec[], pods: PodSpec[]) {
  const cluster = createCluster(makeNodes(nodes), makePods(pods));
  return {
    cluster,
    topology: createTopology(cluster.nodes),
    eligibility: createEligibility(cluster.nodes, cluster.pods),
    placer: firstFit(cluster),
  };
}

/** A policy for tests: the first candidate with room, shares on the emptiest GPU (which is often the wrong one). */
export function firstFit(cluster: Cluster): Placer {
  return {
    choose: (pod, candidates) => candidates.find((node) => fits(cluster, pod, node)) ?? -1,
    place(pod, node, gpus) {
      occupy(cluster, pod, node, gpus ?? pick(pod, node));
    },
    remove: (pod) => vacate(cluster, pod),
  };

  function pick(pod: number, node: number): number[] {
    const { gpus, milli } = cluster.pods;
    if (gpus[pod] === 0) return [];
    if (milli[pod] === 1000) return wholeGpus(cluster, node, gpus[pod]) as number[];
    const left = lefts(cluster, node);
    return [left.indexOf(Math.max(...left))];
  }
}

export function lefts(cluster: Cluster, node: number): number[] {
  return [...cluster.gpuLeft.subarray(cluster.gpuStart[node], cluster.gpuStart[node + 1])];
}

export const pickOf = <const T>(random: Random, list: readonly T[]): T => list[random.int(list.length)];
