import type { WhatIfFile } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { money } from "./bought.js";

/** Price of one GPU of a type; null without GPUs. */
const perGpu = ({ price_hour, gpus }: WhatIfFile["catalogue"][number]) => (gpus > 0 ? money(price_hour / gpus) : null);

function conclusion({ catalogue, additions }: WhatIfFile): string {
  const prices = catalogue.flatMap((offer) => perGpu(offer) ?? []);
  const span =
    prices.length < 2 || Math.min(...prices) === Math.max(...prices)
      ? ""
      : ` A GPU-hour costs from ${figure(Math.min(...prices))} to ${figure(Math.max(...prices))}, by type.`;
  return `${counted(catalogue.length, "type")} of node could be bought, and ${additions.length === 0 ? "none is" : `${additions.length} ${additions.length === 1 ? "is" : "are"}`}.${span}`;
}

/** What could be bought, and what of it is. */
export function offersSection(result: WhatIfFile): Cell[] {
  const { catalogue, additions } = result;
  const spot = catalogue.some(({ spot_price_hour }) => spot_price_hour !== null);
  const limited = catalogue.some(({ max }) => max !== undefined);
  return [
    heading("offers", "What could be bought?", conclusion(result)),
    {
      kind: "table",
      id: "offers-catalogue",
      caption: "The catalogue: what one node has and costs an hour, in its currency; at most: nodes that can be had.",
      columns: [
        { name: "type", label: "Type", format: "text" },
        { name: "model", label: "GPU model", format: "text" },
        { name: "gpus", label: "GPUs", format: "integer" },
        { name: "cores", label: "CPU", unit: "cores" },
        { name: "memory", label: "Memory", unit: "GiB" },
        { name: "price", label: "An hour" },
        { name: "each", label: "A GPU-hour" },
        ...(spot ? [{ name: "spot", label: "On spot" }] : []),
        ...(limited ? [{ name: "most", label: "At most", format: "integer" }] : []),
        { name: "bought", label: "To buy", format: "integer" },
      ],
      rows: catalogue.map((offer) => ({
        type: offer.type,
        model: offer.model || null,
        gpus: offer.gpus,
        cores: offer.cpu_milli / 1000,
        memory: Math.round(offer.memory_mib / 102.4) / 10,
        price: offer.price_hour,
        each: perGpu(offer),
        spot: offer.spot_price_hour,
        most: offer.max ?? null,
        bought: additions.find(({ type }) => type === offer.type)?.count ?? 0,
      })),
    },
  ];
}
