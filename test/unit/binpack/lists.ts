import type { NodeTable, PodTable } from "../../../src/binpack/types.js";
import { createRandom } from "../../../src/core/random.js";

/** `[cpu, memory, gpus, model]` a node. */
export function nodesOf(rows: readonly [cpu: number, memory: number, gpus: number, model: string][]): NodeTable {
  return {
    n: rows.length,
    name: rows.map((_, k) => `n${k}`),
    cpu: Int32Array.from(rows, ([cpu]) => cpu),
    memory: Int32Array.from(rows, ([, memory]) => memory),
    gpus: Uint16Array.from(rows, ([, , gpus]) => gpus),
    model: rows.map(([, , , model]) => model),
  };
}

/** `[cpu, memory, gpus, milli, spec]` a pod. */
export function podsOf(
  rows: readonly [cpu: number, memory: number, gpus: number, milli: number, spec?: string][],
): PodTable {
  return {
    n: rows.length,
    name: rows.map((_, k) => `p${k}`),
    cpu: Int32Array.from(rows, ([cpu]) => cpu),
    memory: Int32Array.from(rows, ([, memory]) => memory),
    gpus: Uint16Array.from(rows, ([, , gpus]) => gpus),
    milli: Int32Array.from(rows, ([, , , milli]) => milli),
    spec: rows.map(([, , , , spec = ""]) => spec),
  };
}

const NODES = [
  [64_000, 256, 8, "A"],
  [96_000, 512, 8, "B"],
  [32_000, 128, 2, "A"],
  [16_000, 64, 1, "C"],
  [48_000, 96, 4, "B"],
  [64_000, 256, 0, ""],
] as const;

/** Nodes and pods at random; memory, CPU and GPUs all bind now and then. */
export function randomLists(seed: number, nodeCount: number, podCount: number): { nodes: NodeTable; pods: PodTable } {
  const random = createRandom(seed);
  const one = <T>(list: readonly T[]): T => list[random.int(list.length)];
  const nodes = nodesOf(Array.from({ length: nodeCount }, () => [...one(NODES)]));
  const pods = podsOf(
    Array.from({ length: podCount }, () => {
      const [gpus, milli] = one([
        ...[
          [0, 0],
          [1, 1000],
          [1, 1000],
          [2, 1000],
          [4, 1000],
          [8, 1000],
        ],
        ...[
          [1, 160],
          [1, 470],
          [1, 810],
          [1, 330],
        ],
      ]);
      const cpu = one([1000, 4000, 8000, 12_000]) * Math.max(1, gpus >> 1);
      return [cpu, one([4, 8, 16, 48]), gpus, milli, gpus > 0 ? one(["", "", "", "A", "A|B", "C|B"]) : ""];
    }),
  );
  return { nodes, pods };
}
