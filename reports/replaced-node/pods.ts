import type { ReplacedFile } from "../../src/binpack/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, sentence } from "../capacity-plan/words.js";
import { gpuWords, inGpus } from "../gpu-words.js";
import { reasonWords } from "../reason-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { hasTopology, NEARNESS, type Nearness, nearnessOf } from "./nearness.js";

interface Group {
  near: Nearness;
  name: string;
  pods: number;
  milli: number;
}

/** Pods by how near they found a place; groups without pods are left out. */
function groups(result: ReplacedFile): Group[] {
  return NEARNESS.flatMap((near) => {
    const own = result.pods.filter((pod) => nearnessOf(pod) === near);
    if (own.length === 0) return [];
    const name = near === "elsewhere" && !hasTopology(result) ? "another node" : near;
    return [{ near, name, pods: own.length, milli: own.reduce((sum, { gpu_milli }) => sum + gpu_milli, 0) }];
  });
}

function conclusion(all: readonly Group[]): string {
  const words = all.map(({ name, pods, milli }) => {
    const asked = milli === 0 ? "no GPU" : gpuWords(milli);
    return `${name}: ${counted(pods, "pod")} (${asked})`;
  });
  return sentence(words.join("; "));
}

function chart(all: readonly Group[]): Cell {
  const words = all.map(({ name, pods }) => `${name} ${figure(pods)}`);
  return {
    kind: "chart",
    id: "pods-places",
    alt: `Pods of the failed node by where they find a place: ${listed(words)}.`,
    spec: barChart({
      title: "Pods by new place",
      categories: all.map(({ name }) => name),
      categoryTitle: "New place",
      series: [{ name: "pods", value: all.map(({ pods }) => pods) }],
      horizontal: true,
      yTitle: "Pods",
    }),
  };
}

/** Where each pod of the node goes. */
export function podsSection(result: ReplacedFile): Cell[] {
  const { pods } = result;
  if (pods.length === 0) return [];
  const all = groups(result);
  return [
    heading("pods", "Where do its pods go?", conclusion(all)),
    ...(all.length < 2 ? [] : [chart(all)]),
    {
      kind: "table",
      id: "pods-list",
      caption: `In the order in which they were placed again. GPUs of a node are counted from 0.${leftOutWords(pods.length)}`,
      columns: [
        { name: "pod", label: "Pod", format: "text" },
        { name: "asks", label: "Asks for", unit: "GPUs" },
        { name: "node", label: "New node", format: "text" },
        { name: "ids", label: "Which GPUs", format: "text" },
        { name: "near", label: "Where", format: "text" },
        { name: "why", label: "Why no place", format: "text" },
      ],
      rows: pods.slice(0, MOST_ROWS).map((pod) => ({
        pod: pod.pod,
        asks: inGpus(pod.gpu_milli),
        node: pod.to?.node ?? null,
        ids: pod.to?.gpu_ids || null,
        near: all.find(({ near }) => near === nearnessOf(pod))?.name ?? null,
        why: pod.reason === null ? null : reasonWords(pod.reason),
      })),
    },
  ];
}
