import type { ReplacedFile } from "../../src/binpack/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed } from "../capacity-plan/words.js";
import { gpuWords, inGpus } from "../gpu-words.js";
import { reasonWords } from "../reason-words.js";
import { warningCells } from "../warning-cells.js";
import { hasTopology, NEARNESS, nearnessOf } from "./nearness.js";

const milliOf = (pods: ReplacedFile["pods"]) => pods.reduce((sum, { gpu_milli }) => sum + gpu_milli, 0);

function conclusion({ node, gpus, model, pods }: ReplacedFile): string {
  const failed = `${node} (${gpus === 0 ? "no GPU" : counted(gpus, `${model} GPU`.trim())})`;
  if (pods.length === 0) return `${failed} has no pod: its failure stops nothing.`;
  const lost = pods.filter(({ to }) => to === null);
  const asked = `(${gpuWords(milliOf(pods))})`;
  if (pods.length === 1) {
    return `If ${failed} fails, its only pod ${asked} finds ${lost.length === 0 ? "another" : "no other"} place.`;
  }
  if (lost.length === 0)
    return `If ${failed} fails, all ${figure(pods.length)} of its pods ${asked} find another place.`;
  if (lost.length === pods.length) {
    return `If ${failed} fails, none of its ${figure(pods.length)} pods ${asked} finds another place.`;
  }
  const others = pods.length - lost.length;
  return (
    `If ${failed} fails, ${figure(others)} of its ${figure(pods.length)} pods ${others === 1 ? "finds" : "find"} another place; ` +
    `${figure(lost.length)} with ${gpuWords(milliOf(lost))} ${lost.length === 1 ? "does" : "do"} not.`
  );
}

function lostWords({ pods }: ReplacedFile): string {
  const groups = new Map<string, number>();
  for (const { reason } of pods) if (reason !== null) groups.set(reason, (groups.get(reason) ?? 0) + 1);
  if (groups.size === 0) return "";
  const words = [...groups].map(([reason, count]) => `${figure(count)} ${reasonWords(reason)}`);
  return `Of the pods without a place, ${listed(words)}. They wait until the node is back, others end, or nodes are bought.`;
}

function nearWords(result: ReplacedFile): string {
  const placed = result.pods.filter(({ to }) => to !== null);
  if (placed.length === 0 || !hasTopology(result)) return "";
  const counts = NEARNESS.flatMap((near) => {
    const count = placed.filter((pod) => nearnessOf(pod) === near).length;
    return count === 0 ? [] : [`${figure(count)} ${near === "elsewhere" ? "in another zone" : `in the ${near}`}`];
  });
  return `Of the pods with a new place, ${listed(counts)}.`;
}

function tiles({ pods }: ReplacedFile): Metric[] {
  const lost = pods.filter(({ to }) => to === null);
  return [
    { label: "Pods on the node", value: pods.length },
    { label: "Pods with another place", value: pods.length - lost.length },
    { label: "Pods without a place", value: lost.length },
    { label: "GPUs that these ask for", value: inGpus(milliOf(lost)), unit: "GPUs" },
  ];
}

/** Whether the cluster bears the loss of the node. */
export function verdictSection(result: ReplacedFile): Cell[] {
  return [
    heading("verdict", "What if the node fails?", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", [lostWords(result), nearWords(result)]),
    ...warningCells(result.warnings),
  ];
}
