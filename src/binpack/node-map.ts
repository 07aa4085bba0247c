import { z } from "zod";
import type { Placements } from "./binpack.js";
import { fragmentCauses } from "./fragment-causes.js";

const Lost = z.number().nonnegative();

/** A node with GPUs in the end, for the map of the cluster. */
export const NodeStateSchema = z
  .object({
    name: z.string(),
    model: z.string(),
    gpus: z.int().positive(),
    allocated_gpu_milli: z.int().nonnegative(),
    unusable_model: Lost.describe("free GPU milli that typical pods cannot use: they want another model"),
    unusable_cpu: Lost.describe("the node has too little CPU left for them"),
    unusable_pieces: Lost.describe("the GPUs have too little left each, or too few have enough"),
    cpu_left_milli: z.int().nonnegative(),
  })
  .describe("a node with GPUs in the end; typical pods that ask for no GPU are left out of the unusable");
export type NodeState = z.infer<typeof NodeStateSchema>;

/** What is taken, and what is free but unusable and why, on each node with GPUs, in the order of the table. */
export function nodeMap({ cluster, typical }: Placements): NodeState[] {
  const { nodes, gpuStart, gpuLeft, cpuLeft } = cluster;
  const { model, cpu, pieces } = fragmentCauses(cluster, typical);
  const tenth = (value: number) => Math.round(10 * value) / 10;
  const map: NodeState[] = [];
  for (let node = 0; node < nodes.n; node++) {
    if (nodes.gpus[node] === 0) continue;
    const left = gpuLeft.subarray(gpuStart[node], gpuStart[node + 1]).reduce((sum, milli) => sum + milli, 0);
    map.push({
      name: nodes.name[node],
      model: nodes.model[node],
      gpus: nodes.gpus[node],
      allocated_gpu_milli: 1000 * nodes.gpus[node] - left,
      unusable_model: tenth(model[node]),
      unusable_cpu: tenth(cpu[node]),
      unusable_pieces: tenth(pieces[node]),
      cpu_left_milli: cpuLeft[node],
    });
  }
  return map;
}
