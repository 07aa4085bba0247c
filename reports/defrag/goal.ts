import type { DefragFile } from "../../src/binpack/index.js";
import { counted } from "../capacity-plan/words.js";
import { gpuWords, inGpus } from "../gpu-words.js";

/** What the plan counts: GPUs of pending pods, or nodes or racks. */
export function amountWords({ goal }: DefragFile, amount: number): string {
  if (goal === "pending") return gpuWords(amount);
  return counted(amount, goal === "empty-nodes" ? "node" : "rack");
}

/** The number that stands for an amount of the goal. */
export function amountValue({ goal }: DefragFile, amount: number): number {
  return goal === "pending" ? inGpus(amount) : amount;
}

/** `room for pending pods`, `free nodes`, `free racks`. */
export function gainName({ goal }: DefragFile): string {
  if (goal === "pending") return "room for pending pods";
  return goal === "empty-nodes" ? "nodes without pods" : "racks without pods";
}

/** Most pods that may move, as asked for. */
export function mostMoves({ createdFrom, migrations }: DefragFile): number {
  const { migrations: most } = createdFrom.options;
  return typeof most === "number" ? most : migrations.length;
}
