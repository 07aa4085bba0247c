import type { WhatIfFile } from "../../src/binpack/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listed, percent } from "../capacity-plan/words.js";
import { type Bought, boughtNodes, MONTH_HOURS, money } from "./bought.js";

const RESOURCES = Object.freeze([
  { key: "gpu", label: "GPUs" },
  { key: "cpu", label: "CPU" },
  { key: "memory", label: "Memory" },
] as const);

/** `GPUs 94 %, CPU 60 % and memory 20 %`. */
function filledWords({ filled }: Bought): string {
  const known = RESOURCES.flatMap(({ key, label }) => {
    const share = filled[key];
    return share === null ? [] : [`${label === "Memory" ? "memory" : label} ${percent(share)}`];
  });
  return listed(known);
}

function conclusion(bought: readonly Bought[]): string {
  const nodes = bought.reduce((sum, one) => sum + one.nodes, 0);
  const gpus = bought.reduce((sum, one) => sum + one.nodes * one.gpus, 0);
  const pods = bought.reduce((sum, one) => sum + one.pods, 0);
  const filled = bought.map((one) => `${one.type} ${filledWords(one)}`);
  return `${counted(nodes, "node")} with ${counted(gpus, "GPU")} take ${counted(pods, "pod")}. How full they get: ${filled.join("; ")}.`;
}

function table(bought: readonly Bought[]): Cell {
  const spot = bought.some(({ spotHour }) => spotHour !== null);
  return {
    kind: "table",
    id: "purchase-types",
    caption: `What to buy; a month has ${MONTH_HOURS} hours. Full: the part of the nodes' GPUs, CPU and memory that their pods ask for.`,
    columns: [
      { name: "type", label: "Type", format: "text" },
      { name: "nodes", label: "Nodes", format: "integer" },
      { name: "gpus", label: "GPUs", format: "integer" },
      { name: "hour", label: "An hour" },
      { name: "month", label: "A month", format: "integer" },
      ...(spot ? [{ name: "spot", label: "On spot" }] : []),
      { name: "pods", label: "Pods", format: "integer" },
      ...RESOURCES.map(({ key, label }) => ({ name: key, label: `${label} full`, format: "percent" })),
    ],
    rows: bought.map(({ type, nodes, gpus, hour, spotHour, pods, filled }) => ({
      type,
      nodes,
      gpus: nodes * gpus,
      hour: money(hour),
      month: Math.round(hour * MONTH_HOURS),
      spot: spotHour === null ? null : money(spotHour),
      pods,
      ...Object.fromEntries(RESOURCES.map(({ key }) => [key, shareValue(filled[key])])),
    })),
  };
}

function chart(bought: readonly Bought[]): Cell {
  return {
    kind: "chart",
    id: "purchase-filled",
    alt: `How full the bought nodes get: ${bought.map((one) => `${one.type} ${filledWords(one)}`).join("; ")}.`,
    caption:
      "What is nearly full decides how many nodes are needed; what is far from full is paid for and left for pods to come.",
    spec: barChart({
      title: "How full the bought nodes get",
      categories: bought.map(({ type }) => type),
      categoryTitle: "Type",
      series: RESOURCES.map(({ key, label }) => ({
        name: label,
        value: bought.map(({ filled }) => (filled[key] === null ? null : 100 * filled[key])),
      })).filter(({ value }) => value.some((one) => one !== null)),
      horizontal: true,
      yTitle: "Filled",
      unit: "%",
    }),
  };
}

/** What is bought, and how full it gets. */
export function purchaseSection(result: WhatIfFile): Cell[] {
  const bought = boughtNodes(result);
  if (bought.length === 0) return [];
  return [heading("purchase", "How full do the new nodes get?", conclusion(bought)), table(bought), chart(bought)];
}
