import type { WhatIfFile } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed } from "../capacity-plan/words.js";
import { gpuWords, inGpus } from "../gpu-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

const REASONS: Readonly<Record<string, string>> = Object.freeze({
  selector: "ask for labels that no type has",
  model: "ask for a GPU model that no type has",
  taint: "are kept off by taints",
  equipment: "ask for more GPUs or network cards than a node of any type has",
  cpu: "ask for more CPU than a node of any type has",
  memory: "ask for more memory than a node of any type has",
  gang: "belong to a gang of which another pod finds no place",
  topology: "belong to a gang that cannot keep its required level",
  max: "would need more nodes than can be had",
});

interface Group {
  reason: string;
  words: string;
  pods: number;
  milli: number;
}

/** Pods without a place by reason, the most GPUs first. */
function byReason({ unplaced }: WhatIfFile): Group[] {
  const groups = new Map<string, Group>();
  for (const { reason, gpu_milli } of unplaced) {
    const words = Object.hasOwn(REASONS, reason) ? REASONS[reason] : reason;
    const group = groups.get(reason) ?? { reason, words, pods: 0, milli: 0 };
    groups.set(reason, { ...group, pods: group.pods + 1, milli: group.milli + gpu_milli });
  }
  return [...groups.values()].sort((a, b) => b.milli - a.milli || b.pods - a.pods || (a.reason < b.reason ? -1 : 1));
}

/** Which pods no purchase helps, in a sentence; nothing when all have a place. */
export function unplacedWords(result: WhatIfFile): string {
  const { unplaced, pending } = result;
  if (unplaced.length === 0) return "";
  const milli = unplaced.reduce((sum, { gpu_milli }) => sum + gpu_milli, 0);
  const reasons = byReason(result).map(({ pods, words }) => `${figure(pods)} ${words}`);
  return `${figure(unplaced.length)} of ${counted(pending, "pod")} (${gpuWords(milli)}) ${unplaced.length === 1 ? "stays" : "stay"} without a place: ${listed(reasons)}.`;
}

/** Pods that have no place whatever is bought, and why. */
export function unplacedSection(result: WhatIfFile): Cell[] {
  const { unplaced } = result;
  if (unplaced.length === 0) return [];
  return [
    heading("unplaced", "Which pods does no purchase help?", unplacedWords(result)),
    {
      kind: "table",
      id: "unplaced-reasons",
      columns: [
        { name: "words", label: "The pods", format: "text" },
        { name: "pods", label: "Pods", format: "integer" },
        { name: "gpus", label: "They ask for", unit: "GPUs" },
      ],
      rows: byReason(result).map(({ words, pods, milli }) => ({ words, pods, gpus: inGpus(milli) })),
    },
    {
      kind: "table",
      id: "unplaced-pods",
      caption: `The pods by name.${leftOutWords(unplaced.length)}`,
      columns: [
        { name: "pod", label: "Pod", format: "text" },
        { name: "gpus", label: "Asks for", unit: "GPUs" },
        { name: "reason", label: "Kept off by", format: "text" },
      ],
      rows: unplaced
        .slice(0, MOST_ROWS)
        .map(({ pod, reason, gpu_milli }) => ({ pod, gpus: inGpus(gpu_milli), reason })),
    },
  ];
}
