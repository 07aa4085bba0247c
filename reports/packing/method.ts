import type { PackingResult } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, percent } from "../capacity-plan/words.js";
import { gpuWords } from "../gpu-words.js";

function conclusion({
  nodes,
  gpus,
  pods_placed,
  pods_unschedulable,
  policy,
  arrived_gpu_milli,
}: PackingResult): string {
  const pods = pods_placed + pods_unschedulable;
  const load = gpus > 0 ? ` (${percent(arrived_gpu_milli / (1000 * gpus))} of ${figure(gpus)})` : "";
  return (
    `${counted(pods, "pod")}, which ask for ${gpuWords(arrived_gpu_milli)}${load}, came to ${counted(nodes, "node")} ` +
    `one after another under ${policy}, and none left.`
  );
}

function notes({ bound, policy, pods_per_second, createdFrom, frag_gpu_milli }: PackingResult): string[] {
  const { order } = createdFrom.options;
  const knows =
    policy === "offline"
      ? "The policy offline sees all pods beforehand and may choose which to admit; no scheduler can promise as much."
      : "Each decision knows the pods so far, the nodes and how often each kind of pod comes, and nothing of what follows; a pod is turned away only when no node takes it at that moment.";
  return [
    knows,
    order === "shuffle"
      ? `Pods arrive in an order drawn with seed ${createdFrom.seed}; another seed gives slightly other figures.`
      : "Pods arrive in the order of the file.",
    "A typical pod is a kind (CPU, GPUs, thousandths of a GPU, models) among the most frequent that make up most of the list. Free GPUs count as unusable in proportion to how often such a pod, drawn among those that ask for GPUs, could not use them: other model, too little CPU, or pieces too small or too few. Memory is asked for placing, but not here.",
    `With typical pods that need no GPU counted as well, as in the definition of Weng et al. (USENIX ATC 2023), fragmentation is ${gpuWords(frag_gpu_milli)}.`,
    ...(bound
      ? [
          `The bound is a linear programme over fills of single GPUs with CPU, memory and models by node kind: ${gpuWords(bound.lp)}. By the sizes of the requests alone (cutting stock) it would be ${gpuWords(bound.cutting_stock)}. Gangs and topology are left out of both, which can only raise them.`,
        ]
      : []),
    `${figure(pods_per_second)} pods were placed a second.`,
  ];
}

/** How the figures were made, and what they cannot say. */
export function methodSection(result: PackingResult): Cell[] {
  return [heading("method", "Method and data", conclusion(result)), ...bullets("method-notes", notes(result))];
}
