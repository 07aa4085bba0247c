import { type Cluster, createCluster, fits, occupy, vacate } from "../binpack/cluster.js";
import { createEligibility } from "../binpack/constraints/eligibility.js";
import { createTopology } from "../binpack/topology/domains.js";
import { placeGang } from "../binpack/topology/place-gang.js";
import { wholeGpus } from "../binpack/topology/whole-gpus.js";
import type { Placer } from "../binpack/types.js";
import type { PoolConfig } from "./cluster-config.js";
import { jobPods } from "./job-pods.js";
import { poolNodeTable } from "./pool-node-table.js";
import type { QueueJobs } from "./types.js";

/** Where a job's pods sat: enough to put them back. */
export interface Seat {
  job: number;
  nodes: number[];
  gpus: (readonly number[])[];
}

/** The nodes of one pool, with whole jobs put on them and taken off. */
export interface PoolNodes {
  /** Jobs of one shape ask for the same. */
  readonly shape: Int32Array;
  readonly zones: readonly string[] | undefined;
  /** Whether the job fits when the pool is empty and up. */
  holds(job: number): boolean;
  /** Puts all pods of the job on nodes that are not barred, or none; gives whether it did. */
  place(job: number, barred: ReadonlySet<number> | null): boolean;
  remove(job: number): Seat;
  restore(seat: Seat): void;
  nodesOf(job: number): number[];
  names(nodes: readonly number[]): string[];
  /** GPUs that are free on these nodes. */
  freeOn(nodes: Iterable<number>): number;
  /** Takes empty nodes out of use, or back into it. */
  setUp(nodes: readonly number[], up: boolean): void;
}

/** The fullest node that takes the pod (least GPUs left, then least CPU, then the first), so that others stay whole. */
function fullestNode(cluster: Cluster): Placer {
  const { pods } = cluster;
  const free = (node: number): number => {
    let sum = 0;
    for (let g = cluster.gpuStart[node]; g < cluster.gpuStart[node + 1]; g++) sum += cluster.gpuLeft[g];
    return sum;
  };
  return {
    choose(pod, candidates) {
      let best = -1;
      let least = Number.POSITIVE_INFINITY;
      for (const node of candidates) {
        if (!fits(cluster, pod, node)) continue;
        const left = free(node);
        if (left > least || (left === least && cluster.cpuLeft[node] >= cluster.cpuLeft[best])) continue;
        best = node;
        least = left;
      }
      return best;
    },
    place: (pod, node, gpus) => occupy(cluster, pod, node, gpus ?? wholeGpus(cluster, node, pods.gpus[pod]) ?? []),
    remove: (pod) => vacate(cluster, pod),
  };
}

export function createPoolNodes(jobs: QueueJobs, pool: PoolConfig): PoolNodes {
  const nodes = poolNodeTable(pool);
  const { pods, start, shape } = jobPods(jobs, pool);
  const cluster = createCluster(nodes, pods);
  const topology = createTopology(nodes);
  const eligibility = createEligibility(nodes, pods);
  const placer = fullestNode(cluster);
  const podsOf = (job: number): number[] =>
    Array.from({ length: start[job + 1] - start[job] }, (_, k) => start[job] + k);
  const placed = (on: Cluster, by: Placer, job: number): boolean =>
    placeGang(on, topology, eligibility, podsOf(job), by) === null;
  const holdsShape: (boolean | undefined)[] = [];

  /** Makes the nodes look full; gives back what they had. */
  function cover(barred: Iterable<number>): () => void {
    const saved = [...barred].map((node) => ({
      node,
      cpu: cluster.cpuLeft[node],
      memory: cluster.memoryLeft[node],
      gpus: cluster.gpuLeft.slice(cluster.gpuStart[node], cluster.gpuStart[node + 1]),
    }));
    for (const { node } of saved) fill(node, 0, 0, 0);
    return () => {
      for (const { node, cpu, memory, gpus } of saved) {
        fill(node, cpu, memory, 0);
        cluster.gpuLeft.set(gpus, cluster.gpuStart[node]);
      }
    };
  }

  function fill(node: number, cpu: number, memory: number, gpu: number): void {
    cluster.cpuLeft[node] = cpu;
    cluster.memoryLeft[node] = memory;
    cluster.gpuLeft.fill(gpu, cluster.gpuStart[node], cluster.gpuStart[node + 1]);
  }

  return {
    shape,
    zones: nodes.zone,
    holds(job) {
      const known = holdsShape[shape[job]];
      if (known !== undefined) return known;
      const empty = createCluster(nodes, pods);
      const holds = placed(empty, fullestNode(empty), job);
      holdsShape[shape[job]] = holds;
      return holds;
    },
    place(job, barred) {
      const uncover = barred ? cover(barred) : null;
      const done = placed(cluster, placer, job);
      uncover?.();
      return done;
    },
    remove(job) {
      const seat: Seat = { job, nodes: [], gpus: [] };
      for (const pod of podsOf(job)) {
        seat.nodes.push(cluster.nodeOf[pod]);
        seat.gpus.push(cluster.gpusOf[pod] ?? []);
        vacate(cluster, pod);
      }
      return seat;
    },
    restore({ job, nodes, gpus }) {
      podsOf(job).forEach((pod, k) => {
        occupy(cluster, pod, nodes[k], gpus[k]);
      });
    },
    nodesOf: (job) => [...new Set(podsOf(job).map((pod) => cluster.nodeOf[pod]))].sort((a, b) => a - b),
    names: (list) => list.map((node) => nodes.name[node]),
    freeOn(list) {
      let free = 0;
      for (const node of list) {
        for (let g = cluster.gpuStart[node]; g < cluster.gpuStart[node + 1]; g++)
          free += Number(cluster.gpuLeft[g] > 0);
      }
      return free;
    },
    setUp(list, up) {
      for (const node of list) {
        if (up) fill(node, nodes.cpu[node], nodes.memory[node], 1000);
        else fill(node, 0, 0, 0);
      }
    },
  };
}
