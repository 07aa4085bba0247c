import type { WhatIfFile } from "../../src/binpack/index.js";
import { counted } from "../capacity-plan/words.js";

/** Hours of a month, 8760 ÷ 12. */
export const MONTH_HOURS = 730;

/** Money to a hundredth: prices have no more digits. */
export function money(value: number): number {
  return Math.round(100 * value) / 100;
}

/** Nodes of one type that are bought, and what their pods ask for. */
export interface Bought {
  type: string;
  model: string;
  /** GPUs of one node. */
  gpus: number;
  nodes: number;
  hour: number;
  spotHour: number | null;
  pods: number;
  /** Share of the GPUs, CPU and memory of these nodes that their pods ask for; null where the nodes have none. */
  filled: { gpu: number | null; cpu: number | null; memory: number | null };
}

/** What is bought, by type in the order of the catalogue. */
export function boughtNodes({ additions, placements, catalogue }: WhatIfFile): Bought[] {
  return additions.map(({ type, model, gpus, count, on_demand_hour, spot_hour }) => {
    const pods = placements.filter((one) => one.type === type);
    const offer = catalogue.find((one) => one.type === type);
    const share = (asked: (pod: (typeof pods)[number]) => number, each: number) =>
      each > 0 ? pods.reduce((sum, pod) => sum + asked(pod), 0) / (each * count) : null;
    return {
      ...{ type, model, gpus, nodes: count, pods: pods.length },
      hour: on_demand_hour,
      spotHour: spot_hour,
      filled: {
        gpu: share((pod) => pod.gpu_milli, 1000 * gpus),
        cpu: share((pod) => pod.cpu_milli, offer?.cpu_milli ?? 0),
        memory: share((pod) => pod.memory_mib, offer?.memory_mib ?? 0),
      },
    };
  });
}

/** `2 a100-8 nodes (8 A100 GPUs each)`. */
export function boughtWords({ type, model, gpus, nodes }: Bought): string {
  if (gpus === 0) return `${nodes} ${type} ${nodes === 1 ? "node" : "nodes"} without GPUs`;
  const [noun, each] = nodes === 1 ? ["node", ""] : ["nodes", " each"];
  return `${nodes} ${type} ${noun} (${counted(gpus, `${model} GPU`)}${each})`;
}
