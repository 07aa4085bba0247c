import type { CapacityEconomics } from "../../src/capacity/index.js";
import { counted, figure } from "../capacity-plan/words.js";

export type Offer = CapacityEconomics["commitments"][number];

/** `_all` stands for every family: what a savings plan is for. */
export const EVERY_FAMILY = "_all";

/** Quantities below this are what rounding left of nothing. */
const LEAST = 1e-6;

/** `1 year`, `3 years`, of a term such as `3y` or `savings_plan_1y`. */
export function termWords(term: string): string {
  const years = /(\d+)y$/.exec(term)?.[1];
  return years ? counted(Number(years), "year") : term;
}

/** `3-year reservation`, `1-year savings plan`. */
export function offerName({ term, gpus }: Pick<Offer, "term" | "gpus">): string {
  const years = /(\d+)y$/.exec(term)?.[1];
  const what = gpus === null ? "savings plan" : "reservation";
  return years ? `${years}-year ${what}` : term;
}

/** `_all` as people say it. */
export function familyName(family: string): string {
  return family === EVERY_FAMILY ? "all families" : family;
}

/** What a reservation comes to in whole nodes; null without a catalogue. */
function nodesOf({ nodes }: CapacityEconomics, { family, term }: Offer) {
  return nodes?.rows.find((row) => row.family === family && row.term === term) ?? null;
}

/** GPUs to a tenth. */
export function tenth(gpus: number): number {
  return Math.round(10 * gpus) / 10;
}

/** What is taken of an offer: in whole nodes where there is a catalogue. */
export interface Taken {
  offer: Offer;
  /** Null for a savings plan. */
  gpus: number | null;
  nodes: number | null;
  nodeType: string | null;
  hourly: number;
  /** Still owed when the demand ends. */
  beyond: number;
}

/** What is bought, as it can be bought: rounding to whole nodes may leave nothing of a reservation. */
export function takenOffers(result: CapacityEconomics): Taken[] {
  return result.commitments.flatMap((offer) => {
    const whole = nodesOf(result, offer);
    const hourly = whole?.hourly_usd ?? offer.hourly_usd;
    if (hourly <= LEAST || offer.hourly_usd <= LEAST) return [];
    return [
      {
        offer,
        gpus: whole?.gpus ?? offer.gpus,
        nodes: whole?.nodes ?? null,
        nodeType: whole?.node_type ?? null,
        hourly,
        beyond: (offer.beyond_horizon_usd * hourly) / offer.hourly_usd,
      },
    ];
  });
}

/** `38 g4dn.12 nodes (152 GPUs of t4) for 3 years`, `44.18 USD an hour in a 1-year savings plan`. */
export function takenWords({ offer, gpus, nodes, nodeType, hourly }: Taken, currency: string): string {
  if (gpus === null) return `${figure(Math.round(100 * hourly) / 100)} ${currency} an hour in a ${offerName(offer)}`;
  const amount = `${figure(tenth(gpus))} ${tenth(gpus) === 1 ? "GPU" : "GPUs"} of ${offer.family}`;
  const whole = nodes === null ? amount : `${figure(nodes)} ${nodeType} ${nodes === 1 ? "node" : "nodes"} (${amount})`;
  return `${whole} for ${termWords(offer.term)}`;
}

/** `3-year reservation of v100`, `1-year savings plan`. */
export function offerOf(offer: Offer): string {
  return offer.gpus === null ? offerName(offer) : `${offerName(offer)} of ${offer.family}`;
}

/** Expected cost of what is bought: with whole nodes where there is a catalogue. */
export function expectedCost({ nodes, expected_cost }: CapacityEconomics): number {
  return nodes?.expected_cost ?? expected_cost;
}
