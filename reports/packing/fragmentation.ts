import type { PackingResult } from "../../src/binpack/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listed, percent } from "../capacity-plan/words.js";
import { gpuWords, inGpus } from "../gpu-words.js";
import { freeMilli, total, unusableMilli } from "./gpus.js";
import { byModel, type ModelNodes } from "./models.js";
import { CAUSES, lostWords } from "./verdict.js";

/** Share of the model's GPUs that is free but unusable. */
function lostShare({ nodes }: ModelNodes): number {
  return total(nodes, unusableMilli) / (1000 * total(nodes, ({ gpus }) => gpus));
}

function conclusion(result: PackingResult, models: readonly ModelNodes[]): string {
  const worst = [...models].sort((a, b) => lostShare(b) - lostShare(a))[0];
  const lost = total(worst.nodes, unusableMilli);
  if (models.length === 1 || inGpus(lost) === 0) return lostWords(result);
  const most = [...models].sort((a, b) => total(b.nodes, unusableMilli) - total(a.nodes, unusableMilli))[0];
  const words = `${worst.model} loses the largest share, ${percent(lostShare(worst))} of its GPUs`;
  if (most === worst) return `${words} (${gpuWords(lost)}), and the most in all.`;
  return `${words} (${gpuWords(lost)}); ${most.model} loses most in all (${gpuWords(total(most.nodes, unusableMilli))}).`;
}

/** Models told in words. */
const MOST_WORDS = 4;

function chart(models: readonly ModelNodes[]): Cell {
  const shown = models.filter(({ nodes }) => total(nodes, freeMilli) > 0);
  const series = CAUSES.map(({ key, label }) => ({
    name: label,
    value: shown.map(({ nodes }) => inGpus(total(nodes, (node) => node[key]))),
  }));
  const usable = {
    name: "Usable",
    value: shown.map(({ nodes }) => inGpus(total(nodes, freeMilli) - total(nodes, unusableMilli))),
  };
  const words = shown
    .slice(0, MOST_WORDS)
    .map(
      ({ model, nodes }) =>
        `${model} ${gpuWords(total(nodes, freeMilli))} free, ${gpuWords(total(nodes, unusableMilli))} of them unusable`,
    );
  return {
    kind: "chart",
    id: "fragmentation-models",
    alt: `Free GPUs by model: ${listed(words)}${shown.length > MOST_WORDS ? "; the others have fewer GPUs" : ""}.`,
    caption:
      "What is free, by what keeps a typical pod that asks for GPUs from using it, and what such a pod can use. Shorter is better.",
    spec: barChart({
      title: "Free GPUs by model",
      categories: shown.map(({ model }) => model),
      categoryTitle: "Model",
      series: [...series, usable].filter(({ value }) => value.some((v) => v > 0)),
      stacked: true,
      horizontal: true,
      yTitle: "Free GPUs",
    }),
  };
}

function table(models: readonly ModelNodes[]): Cell {
  return {
    kind: "table",
    id: "fragmentation-table",
    caption:
      "Of the free GPUs, what typical pods cannot use, and why: too little CPU on the node, in pieces too small or too few, or a model that they do not take.",
    columns: [
      { name: "model", label: "Model", format: "text" },
      { name: "nodes", label: "Nodes", format: "integer" },
      { name: "gpus", label: "GPUs", format: "integer" },
      { name: "filled", label: "Filled", format: "percent" },
      { name: "free", label: "Free", unit: "GPUs" },
      { name: "lost", label: "Unusable", unit: "GPUs" },
      { name: "share", label: "Of all", format: "percent" },
      ...CAUSES.filter(({ key }) => models.some(({ nodes }) => inGpus(total(nodes, (node) => node[key])) > 0)).map(
        ({ key, label }) => ({ name: key, label, unit: "GPUs" }),
      ),
    ],
    rows: models.map((one) => {
      const gpus = total(one.nodes, (node) => node.gpus);
      const thousandth = (value: number) => Math.round(1000 * value) / 1000;
      return {
        model: one.model,
        nodes: one.nodes.length,
        gpus,
        filled: thousandth(1 - total(one.nodes, freeMilli) / (1000 * gpus)),
        free: inGpus(total(one.nodes, freeMilli)),
        lost: inGpus(total(one.nodes, unusableMilli)),
        share: thousandth(lostShare(one)),
        ...Object.fromEntries(CAUSES.map(({ key }) => [key, inGpus(total(one.nodes, (node) => node[key]))])),
      };
    }),
  };
}

/** Where free GPUs are of no use, by GPU model and cause. */
export function fragmentationSection(result: PackingResult): Cell[] {
  const { nodes_map: nodes } = result;
  if (nodes.length === 0) return [];
  const models = byModel(nodes);
  const free = total(nodes, freeMilli);
  return [
    heading(
      "fragmentation",
      "What is lost to fragmentation?",
      free === 0 ? `No GPU is free on ${counted(nodes.length, "node")}.` : conclusion(result, models),
    ),
    ...(free === 0 ? [] : [chart(models)]),
    table(models),
  ];
}
