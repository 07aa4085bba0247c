import type { PackingResult } from "../../src/binpack/index.js";
import { barChart, type Cell, escapeMarkdown } from "../../src/report/index.js";
import { BARRED } from "../barred.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { gpuWords, inGpus, sizeWords } from "../gpu-words.js";
import { reasonWords } from "../reason-words.js";

function conclusion({ pending, pods_unschedulable }: PackingResult): string {
  if (pods_unschedulable === 0) return "No pod: all have a place.";
  const sizes = pending.by_size.filter(({ pods }) => pods > 0);
  const worst = [...sizes].sort((a, b) => b.pods / b.arrived - a.pods / a.arrived)[0];
  const most = [...sizes].sort((a, b) => b.gpu_milli - a.gpu_milli)[0];
  const largest = `Pods that ask for ${sizeWords(most.gpus)} make up most of what is pending: ${figure(most.pods)} of ${counted(most.arrived, "pod")}, ${gpuWords(most.gpu_milli)}.`;
  if (worst === most) return largest;
  return `${largest} Hit hardest are those that ask for ${sizeWords(worst.gpus)}: ${percent(worst.pods / worst.arrived)} of them are pending.`;
}

function reasonTable({ pending }: PackingResult): Cell {
  return {
    kind: "table",
    id: "pending-reasons",
    caption: "Why the pods had no place when they arrived.",
    columns: [
      { name: "reason", label: "Reason", format: "text" },
      { name: "words", label: "The pods", format: "text" },
      { name: "pods", label: "Pods", format: "integer" },
      { name: "gpus", label: "They ask for", unit: "GPUs" },
    ],
    rows: pending.by_reason.map(({ reason, pods, gpu_milli }) => ({
      reason,
      words: reasonWords(reason),
      pods,
      gpus: inGpus(gpu_milli),
    })),
  };
}

function sizeCells({ pending }: PackingResult): Cell[] {
  const sizes = pending.by_size;
  const words = sizes.map(
    ({ gpus, arrived, pods }) => `${sizeWords(gpus)} ${percent(pods / arrived)} of ${figure(arrived)}`,
  );
  return [
    {
      kind: "chart",
      id: "pending-sizes",
      alt: `Share of the pods that is pending, by what a pod asks for: ${listed(words)}.`,
      caption:
        "Of the pods of each size that arrived, the part without a place. A size far above the others is what the free GPUs do not suit.",
      spec: barChart({
        title: "Pending by size",
        categories: sizes.map(({ gpus }) => sizeWords(gpus)),
        categoryTitle: "Pod asks for",
        series: [{ name: "pending", value: sizes.map(({ pods, arrived }) => (100 * pods) / arrived) }],
        horizontal: true,
        yTitle: "Pods pending",
        unit: "%",
      }),
    },
    {
      kind: "table",
      id: "pending-size-table",
      columns: [
        { name: "size", label: "Pod asks for", format: "text" },
        { name: "arrived", label: "Arrived", format: "integer" },
        { name: "pods", label: "Pending", format: "integer" },
        { name: "share", label: "Pending share", format: "percent" },
        { name: "gpus", label: "They ask for", unit: "GPUs" },
      ],
      rows: sizes.map(({ gpus, arrived, pods, gpu_milli }) => ({
        size: sizeWords(gpus),
        arrived,
        pods,
        share: Math.round((1000 * pods) / arrived) / 1000,
        gpus: inGpus(gpu_milli),
      })),
    },
  ];
}

/** Kinds told in a sentence. */
const MOST_SENTENCES = 3;

function kindWords({ pending }: PackingResult): Cell {
  const words = pending.kinds.slice(0, MOST_SENTENCES).map(({ sentence }) => `- ${escapeMarkdown(sentence)}.`);
  return { kind: "prose", id: "pending-words", markdown: words.join("\n") };
}

function kindTable({ pending }: PackingResult): Cell {
  const left = pending.kinds_in_all - pending.kinds.length;
  const shown = BARRED.filter(({ key }) => pending.kinds.some(({ barred }) => barred[key] > 0));
  const specs = pending.kinds.some(({ gpu_spec }) => gpu_spec !== "");
  return {
    kind: "table",
    id: "pending-kinds",
    caption:
      "The kinds of pods that ask for most in all, and the nodes that each constraint keeps from the first of them in the end; a node may break several." +
      (left > 0 ? ` ${counted(left, "kind")} that ask for less are not listed.` : ""),
    columns: [
      { name: "asks", label: "Pod asks for", format: "text" },
      ...(specs ? [{ name: "spec", label: "GPU model", format: "text" }] : []),
      { name: "pods", label: "Pods", format: "integer" },
      { name: "total", label: "In all", unit: "GPUs" },
      ...shown.map(({ key, label }) => ({ name: key, label, unit: "nodes", format: "integer" })),
    ],
    rows: pending.kinds.map((kind) => ({
      asks: kind.gpus === 0 ? "no GPU" : gpuWords(kind.gpus * kind.milli),
      spec: kind.gpu_spec || "any",
      pods: kind.pods,
      total: inGpus(kind.gpu_milli),
      ...Object.fromEntries(shown.map(({ key }) => [key, kind.barred[key]])),
    })),
  };
}

/** Which pods have no place, and why. */
export function pendingSection(result: PackingResult): Cell[] {
  const head = heading("pending", "What is pending, and why?", conclusion(result));
  if (result.pods_unschedulable === 0) return [head];
  return [head, reasonTable(result), ...sizeCells(result), kindTable(result), kindWords(result)];
}
