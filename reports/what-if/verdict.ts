import type { WhatIfFile } from "../../src/binpack/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { gpuWords } from "../gpu-words.js";
import { warningCells } from "../warning-cells.js";
import { boughtNodes, boughtWords, MONTH_HOURS, money } from "./bought.js";
import { unplacedWords } from "./unplaced.js";

function conclusion(result: WhatIfFile): string {
  const { pending, additions, unplaced, placements, cost_hour } = result;
  if (pending === 0) return "No pod is pending: there is nothing to buy.";
  const [one, placed] = [pending === 1, placements.length];
  const all = one ? "the pending pod" : `all ${counted(pending, "pending pod")}`;
  const some = `${figure(placed)} of ${counted(pending, "pending pod")}`;
  if (additions.length > 0) {
    const price = `for ${figure(money(cost_hour))} an hour (${figure(Math.round(cost_hour * MONTH_HOURS))} a month) at the catalogue's prices`;
    const who = unplaced.length === 0 ? all : some;
    const has = placed === 1 ? "has" : "have";
    return `Buy ${listed(boughtNodes(result).map(boughtWords))}: ${who} then ${has} a place, ${price}.`;
  }
  if (unplaced.length === 0) return `Nothing: the nodes that are there take ${all}.`;
  if (placed === 0)
    return `Nothing: no purchase from this catalogue gives ${one ? all : `any of ${figure(pending)} pending pods`} a place.`;
  return `Nothing: the nodes that are there take ${some}, and no purchase from this catalogue takes the others.`;
}

/** How much cheaper a purchase could be. */
export function gapWords({ additions, cost_hour, bound_hour, optimal, unplaced }: WhatIfFile): string {
  if (additions.length === 0) return "";
  if (unplaced.length > 0) return "The price is that of the nodes for the pods that can be placed.";
  if (optimal) return "It is proven that no purchase from this catalogue which places them all costs less.";
  const gap = cost_hour - bound_hour;
  return (
    `No purchase which places them all costs less than ${figure(money(bound_hour))} an hour, so at most ` +
    `${figure(money(gap))} an hour (${percent(gap / cost_hour)}) could be saved; the cheapest possible lies between.`
  );
}

function freeWords({ on_free_room, placements }: WhatIfFile): string {
  if (on_free_room === 0 || on_free_room === placements.length) return "";
  const milli = placements.reduce((sum, pod) => sum + (pod.type === null ? pod.gpu_milli : 0), 0);
  const asks = milli === 0 ? "which ask for no GPU" : `which ask for ${gpuWords(milli)}`;
  return `${counted(on_free_room, "pod")} of them, ${asks}, ${on_free_room === 1 ? "goes" : "go"} onto nodes which are there.`;
}

function spotWords(result: WhatIfFile): string {
  const words = boughtNodes(result).flatMap(({ type, nodes, hour, spotHour }) =>
    spotHour === null
      ? []
      : [
          `${nodes} ${type} ${nodes === 1 ? "node" : "nodes"} would cost ${figure(money(spotHour))} an hour instead of ${figure(money(hour))}`,
        ],
  );
  return words.length === 0 ? "" : `On spot, ${listed(words)}, if their pods bear interruptions.`;
}

/** Types of which all that can be had are bought. */
function limitWords({ additions, catalogue }: WhatIfFile): string {
  const limited = additions.flatMap(({ type, count }) =>
    catalogue.some((offer) => offer.type === type && offer.max === count)
      ? [`${count} ${type} ${count === 1 ? "node" : "nodes"}`]
      : [],
  );
  return limited.length === 0 ? "" : `More of them cannot be had: ${listed(limited)} (max of the catalogue).`;
}

function tiles({ cost_hour, additions, placements, pending }: WhatIfFile): Metric[] {
  return [
    { label: "Price an hour, on demand", value: money(cost_hour) },
    { label: `Price a month of ${MONTH_HOURS} hours`, value: Math.round(cost_hour * MONTH_HOURS) },
    { label: "Nodes to buy", value: additions.reduce((sum, { count }) => sum + count, 0) },
    { label: `Pods with a place then, of ${figure(pending)}`, value: placements.length },
  ];
}

/** What to buy, at what price, and how much cheaper it could be. */
export function verdictSection(result: WhatIfFile): Cell[] {
  const points = [gapWords(result), unplacedWords(result), freeWords(result), limitWords(result), spotWords(result)];
  return [
    heading("verdict", "What to buy", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", points),
    ...warningCells(result.warnings),
  ];
}
