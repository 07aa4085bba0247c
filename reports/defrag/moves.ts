import type { DefragFile } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { gpuWords, inGpus } from "../gpu-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

function conclusion({ migrations }: DefragFile): string {
  const steps = new Set(migrations.map(({ step }) => step)).size;
  const milli = migrations.reduce((sum, { gpu_milli }) => sum + gpu_milli, 0);
  return `${counted(migrations.length, "pod")} with ${gpuWords(milli)} in ${counted(steps, "step")}; keep to the order, as a place may only be free once another pod has left it.`;
}

/** Which pods move where, in which order. */
export function movesSection(result: DefragFile): Cell[] {
  const { migrations } = result;
  if (migrations.length === 0) return [];
  return [
    heading("moves", "Which moves, in which order?", conclusion(result)),
    {
      kind: "table",
      id: "moves-list",
      caption: `Moves of one step belong to one gang. GPUs of a node are counted from 0.${leftOutWords(migrations.length)}`,
      columns: [
        { name: "step", label: "Step", format: "integer" },
        { name: "pod", label: "Pod", format: "text" },
        { name: "gpus", label: "Holds", unit: "GPUs" },
        { name: "from", label: "From node", format: "text" },
        { name: "fromIds", label: "GPUs there", format: "text" },
        { name: "to", label: "To node", format: "text" },
        { name: "toIds", label: "GPUs there then", format: "text" },
      ],
      rows: migrations.slice(0, MOST_ROWS).map(({ step, pod, gpu_milli, from, to }) => ({
        step: step + 1,
        pod,
        gpus: inGpus(gpu_milli),
        from: from.node,
        fromIds: from.gpu_ids || null,
        to: to.node,
        toIds: to.gpu_ids || null,
      })),
    },
  ];
}
