import type { WhatIfFile } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { inGpus } from "../gpu-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

function conclusion({ placements, on_free_room }: WhatIfFile): string {
  const bought = placements.length - on_free_room;
  if (bought === 0) return `${counted(on_free_room, "pod")} on nodes which are there.`;
  if (on_free_room === 0) return `${counted(bought, "pod")} on bought nodes.`;
  return `${counted(bought, "pod")} on bought nodes and ${counted(on_free_room, "pod")} on nodes which are there.`;
}

/** Which pod goes where. */
export function placesSection(result: WhatIfFile): Cell[] {
  const { placements } = result;
  if (placements.length === 0) return [];
  return [
    heading("places", "Where do the pods go?", conclusion(result)),
    {
      kind: "table",
      id: "places-pods",
      caption: `A bought node is named by its type and a number. GPUs of a node are counted from 0.${leftOutWords(placements.length)}`,
      columns: [
        { name: "pod", label: "Pod", format: "text" },
        { name: "asks", label: "Asks for", unit: "GPUs" },
        { name: "node", label: "Node", format: "text" },
        { name: "bought", label: "Bought" },
        { name: "ids", label: "Which GPUs", format: "text" },
      ],
      rows: placements.slice(0, MOST_ROWS).map(({ pod, to, type, gpu_milli }) => ({
        pod,
        asks: inGpus(gpu_milli),
        node: to.node,
        bought: type !== null,
        ids: to.gpu_ids || null,
      })),
    },
  ];
}
