import type { CatalogueType } from "../../binpack/what-if/catalogue.js";
import { InputError } from "../../core/errors.js";
import { compareText } from "../compare-text.js";
import type { CapacityEconomics } from "./economics-schema.js";
import type { ReservationOffer } from "./reservation-offers.js";
import type { Purchase } from "./types.js";

/** What counts here of a kind of node that can be bought; `price_hour` is that of the whole node on demand. */
export type NodeType = Pick<CatalogueType, "type" | "gpus" | "model" | "price_hour">;

/** Slack for the rounding errors of quantities, in nodes. */
const SLACK = 1e-9;

/**
 * The kind of node of a family: that of its name, else of the kinds with its GPU model the one with the lowest price a
 * GPU (ties: fewer GPUs, then by name).
 *
 * @throws InputError when the catalogue has none
 */
export function nodeTypeOf(family: string, types: readonly NodeType[]): NodeType {
  const withGpus = types.filter(({ gpus }) => gpus > 0);
  const perGpu = ({ price_hour, gpus }: NodeType) => price_hour / gpus;
  const [found] = [
    ...withGpus.filter(({ type }) => type === family),
    ...withGpus
      .filter(({ model }) => model === family)
      .sort((a, b) => perGpu(a) - perGpu(b) || a.gpus - b.gpus || compareText(a.type, b.type)),
  ];
  if (found) return found;
  const names = withGpus.map(({ type, model }) => `"${type}" (${model})`);
  throw new InputError(
    `no node type with GPUs has the type or model "${family}"; the catalogue has: ${names.join(", ") || "none"}`,
    { family },
  );
}

/**
 * Reservations in whole nodes: one after the other is rounded to whichever of the two neighbours costs less with the
 * others as they stand (down at a tie), within the limits of the offers.
 *
 * @param offers one a reservation
 * @param types by family
 * @param costOf what counts of a purchase
 */
export function commitNodes(
  purchase: Purchase,
  offers: readonly ReservationOffer[],
  types: ReadonlyMap<string, NodeType>,
  costOf: (purchase: Purchase) => number,
): { rows: NonNullable<CapacityEconomics["nodes"]>["rows"]; purchase: Purchase } {
  const whole = { ...purchase, reservations: purchase.reservations.map((one) => ({ ...one })) };
  const rows = whole.reservations.map((one, k) => {
    const { type, gpus: size, price_hour } = types.get(one.family) as NodeType;
    const wanted = one.gpus / size;
    const down = Math.floor(wanted + SLACK);
    const up = Math.ceil(wanted - SLACK);
    const costWith = (nodes: number) => {
      one.gpus = nodes * size;
      return costOf(whole);
    };
    const raise = up > down && up * size <= offers[k].most && costWith(up) < costWith(down);
    const nodes = raise ? up : down;
    one.gpus = nodes * size;
    return {
      ...{ family: one.family, term: one.term, node_type: type, gpus_per_node: size, nodes, gpus: one.gpus },
      hourly_usd: one.gpus * one.price,
      rounding: up === down ? ("exact" as const) : raise ? ("up" as const) : ("down" as const),
      on_demand_price_hour: price_hour,
    };
  });
  return { rows, purchase: whole };
}
