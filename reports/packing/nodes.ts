import type { PackingResult } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listed, percent } from "../capacity-plan/words.js";
import { gpuWords, inGpus } from "../gpu-words.js";
import { freeMilli, total, unusableMilli } from "./gpus.js";
import { byModel } from "./models.js";
import { filledShare, type NodeCell, type NodeCells, nodeCells } from "./node-cells.js";
import { classOf, type NodeClass, nodeStrip, SHADES } from "./node-strip.js";

const FILLED: readonly NodeClass[] = Object.freeze(
  [
    { name: "below 25 % taken", from: 0 },
    { name: "25 to 50 %", from: 0.25 },
    { name: "50 to 75 %", from: 0.5 },
    { name: "75 to 90 %", from: 0.75 },
    { name: "90 to 100 %", from: 0.9 },
    { name: "full", from: 1 },
  ].map((one, i) => ({ ...one, colour: SHADES[i] })),
);

const LOST: readonly NodeClass[] = Object.freeze(
  [
    { name: "none lost", from: 0 },
    { name: "below 0.25 GPUs", from: 0.005 },
    { name: "0.25 to 0.5", from: 0.25 },
    { name: "0.5 to 1", from: 0.5 },
    { name: "1 to 2", from: 1 },
    { name: "2 and more", from: 2 },
  ].map((one, i) => ({ ...one, colour: SHADES[i] })),
);

/** GPUs lost on a square's node, mean over its nodes. */
const lostGpus = ({ nodes }: NodeCell) => inGpus(total(nodes, unusableMilli)) / nodes.length;

function conclusion({ nodes_map: nodes }: PackingResult): string {
  const full = nodes.filter((node) => freeMilli(node) === 0).length;
  const empty = nodes.filter((node) => node.allocated_gpu_milli === 0).length;
  const most = [...nodes].sort((a, b) => unusableMilli(b) - unusableMilli(a));
  let [worst, lost] = [0, 0];
  const half = total(nodes, unusableMilli) / 2;
  while (worst < most.length && lost < half) lost += unusableMilli(most[worst++]);
  const words = `${full === nodes.length ? "All" : `${full} of`} ${counted(nodes.length, "node")} with GPUs ${full === 1 ? "is" : "are"} full and ${empty} ${empty === 1 ? "is" : "are"} empty.`;
  if (inGpus(lost) === 0) return words;
  return `${words} Half of what is free but unusable lies on ${counted(worst, "node")} (${percent(worst / nodes.length)}).`;
}

/** How many squares are of each class, in words. */
function classWords(map: NodeCells, classes: readonly NodeClass[], value: (cell: NodeCell) => number): string {
  const counts = classes.map(({ name }) => ({
    name,
    count: map.cells.filter((cell) => classOf(classes, value(cell)).name === name).length,
  }));
  return listed(counts.filter(({ count }) => count > 0).map(({ name, count }) => `${count} ${name}`));
}

function caption({ nodesPerCell }: NodeCells, words: string): string {
  const each =
    nodesPerCell === 1 ? "Each square is a node" : `Each square is the mean of ${nodesPerCell} neighbouring nodes`;
  return `${each}; lines go by GPU model (number of nodes), the fullest nodes first. ${words}`.trim();
}

/** The map of the nodes, by what is taken and by what is lost. */
export function nodesSection(result: PackingResult): Cell[] {
  const { nodes_map: nodes } = result;
  if (nodes.length === 0) return [];
  const map = nodeCells(byModel(nodes));
  const what = map.nodesPerCell === 1 ? "nodes" : `squares of ${map.nodesPerCell} nodes`;
  return [
    heading("nodes", "Which nodes?", conclusion(result)),
    {
      kind: "chart",
      id: "nodes-filled",
      alt: `Map of ${counted(nodes.length, "node")} by the share of their GPUs that is taken; ${what}: ${classWords(map, FILLED, filledShare)}.`,
      caption: caption(map, ""),
      spec: nodeStrip({ title: "GPUs taken, by node", map, value: filledShare, classes: FILLED }),
    },
    {
      kind: "chart",
      id: "nodes-lost",
      alt: `The same map by free GPUs that typical pods cannot use, ${gpuWords(total(nodes, unusableMilli))} in all; ${what}: ${classWords(map, LOST, lostGpus)}.`,
      caption: caption(map, "What is free on the node and of no use for typical pods."),
      spec: nodeStrip({ title: "GPUs free but unusable, by node", map, value: lostGpus, classes: LOST }),
    },
  ];
}
