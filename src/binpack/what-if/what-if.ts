import { InputError } from "../../core/errors.js";
import { loadHighs } from "../../core/load-highs.js";
import type { Cluster } from "../cluster.js";
import { isLoose, unitsOf } from "../offline/units.js";
import type { PodTable } from "../types.js";
import { buyNodes, planPurchase } from "./buy-nodes.js";
import type { Catalogue } from "./catalogue.js";
import { cheapestExactly } from "./cheapest-exactly.js";
import { checkTrial } from "./check-trial.js";
import { extendCluster } from "./extend-cluster.js";
import type { Trial, WhatIfProblem } from "./trial.js";
import { type StayReason, unplaceable } from "./unplaceable.js";

/** Options of {@link whatIf}. */
export interface WhatIfOptions {
  /** Prices to minimise: on demand, or spot where a type has a spot price. */
  pricing: "on-demand" | "spot";
  /** Rounds of the search each time a purchase is tried. */
  rounds: number;
  seed: number;
}

export const DEFAULT_WHAT_IF_OPTIONS: Readonly<WhatIfOptions> = Object.freeze({
  pricing: "on-demand",
  rounds: 40,
  seed: 42,
});

/** So many nodes of a type. */
export interface Addition {
  type: string;
  model: string;
  gpus: number;
  count: number;
  /** Of all of them, in currency an hour. */
  onDemandHour: number;
  /** Null where the type has no spot price. */
  spotHour: number | null;
}

/** The cheapest purchase found, and what it does. */
export interface WhatIf {
  additions: Addition[];
  pricing: WhatIfOptions["pricing"];
  /** At the prices minimised, in currency an hour. */
  costHour: number;
  onDemandHour: number;
  /** Spot where there is a spot price, else on demand. */
  spotHour: number;
  /** No purchase that places all the pods that can be placed costs less: linear programme; `costHour` where proven. */
  boundHour: number;
  /** (cost − bound) / cost in %; null when pods that some type could take are left over. */
  gapPercent: number | null;
  /** Proven to be the cheapest. */
  optimal: boolean;
  /** Nodes bought beyond what the integer programme said, because the pods did not fit on its purchase. */
  repairs: number;
  /** Pods that went onto nodes which were there. */
  onFreeRoom: number;
  /** In the order of the pending pods; bought nodes are named `type+1`, `type+2`, …. */
  placements: { pod: string; node: string; gpus: number[] }[];
  unplaced: { pod: string; reason: StayReason }[];
}

/**
 * The cheapest nodes to add so that all pending pods have a place, what the cluster has free being used at no cost.
 *
 * Small cases (10 pods, 16 nodes) are solved exactly. The others by an integer programme over the fills of single
 * GPUs (HiGHS), which pools CPU and memory; then the pods are really placed, more is bought where that fails, and nodes
 * are sold or changed as long as all fit. Bought nodes have no rack, label or taint.
 *
 * @param cluster as it stands
 * @param pending pods to place, none of which is in the cluster
 * @param catalogue what may be bought (see `parseCatalogue`)
 * @throws InputError for an empty catalogue
 * @example
 * const { additions, costHour, gapPercent } = await whatIf(cluster, pending, parseCatalogue(json));
 */
export async function whatIf(
  cluster: Cluster,
  pending: PodTable,
  catalogue: Catalogue,
  options: Partial<WhatIfOptions> = {},
): Promise<WhatIf> {
  const settings = { ...DEFAULT_WHAT_IF_OPTIONS, ...options };
  if (catalogue.length === 0) throw new InputError("the catalogue is empty; give at least one type of node");
  const prices = catalogue.map(({ price_hour, spot_price_hour }) =>
    settings.pricing === "spot" ? (spot_price_hour ?? price_hour) : price_hour,
  );
  const units = unitsOf(
    pending,
    Array.from({ length: pending.n }, (_, pod) => pod),
  );
  const one = extendCluster(
    cluster,
    pending,
    catalogue,
    catalogue.map(() => 1),
  );
  const stay = unplaceable(
    one,
    cluster.nodes.n,
    units,
    catalogue.map(({ max }) => max !== 0),
  );
  const pods = units.flatMap((unit) => unit.pods).filter((pod) => !stay.has(pod));
  const loose = new Set(units.filter(isLoose).flatMap((unit) => unit.pods));
  const { rounds, seed } = settings;
  const problem: WhatIfProblem = { cluster, pending, pods, loose, catalogue, prices, rounds, seed };

  const highs = await loadHighs();
  const plan = planPurchase(highs, problem);
  const exact = cheapestExactly(problem, plan.bound);
  const { trial, repairs } = exact ? { trial: exact, repairs: 0 } : buyNodes(highs, problem, plan);
  checkTrial(problem, trial);
  for (const pod of trial.unplaced) stay.set(pod, loose.has(pod) ? "max" : "topology");
  return report(problem, settings.pricing, trial, exact ? trial.cost : plan.bound, repairs, stay);
}

function report(
  { cluster, pending, catalogue, prices }: WhatIfProblem,
  pricing: WhatIfOptions["pricing"],
  trial: Trial,
  bound: number,
  repairs: number,
  stay: ReadonlyMap<number, StayReason>,
): WhatIf {
  const { nodeOf, gpusOf, nodes } = trial.cluster;
  // Nodes that stayed empty are not bought; the names count those that are.
  const used = new Set(nodeOf);
  const name = new Map<number, string>();
  let node = cluster.nodes.n;
  const counts = trial.counts.map((count) => {
    const [first, end] = [node, node + count];
    const kept = Array.from({ length: count }, (_, k) => first + k).filter((bought) => used.has(bought));
    kept.forEach((bought, k) => {
      name.set(bought, nodes.name[first + k]);
    });
    node = end;
    return kept.length;
  });
  const total = (price: (type: Catalogue[number]) => number) =>
    counts.reduce((sum, count, i) => sum + count * price(catalogue[i]), 0);
  const costHour = counts.reduce((sum, count, i) => sum + count * prices[i], 0);
  const boundHour = Math.min(bound, costHour);
  const all = Array.from({ length: pending.n }, (_, pod) => pod);
  const placed = all.filter((pod) => nodeOf[pod] >= 0);
  return {
    additions: catalogue.flatMap(({ type, model, gpus, price_hour, spot_price_hour }, i) => {
      if (counts[i] === 0) return [];
      const spotHour = spot_price_hour === null ? null : counts[i] * spot_price_hour;
      return [{ type, model, gpus, count: counts[i], onDemandHour: counts[i] * price_hour, spotHour }];
    }),
    pricing,
    costHour,
    onDemandHour: total((type) => type.price_hour),
    spotHour: total((type) => type.spot_price_hour ?? type.price_hour),
    boundHour,
    gapPercent: trial.unplaced.length > 0 ? null : costHour === 0 ? 0 : (100 * (costHour - boundHour)) / costHour,
    optimal: trial.unplaced.length === 0 && costHour <= boundHour * (1 + 1e-9),
    repairs,
    onFreeRoom: placed.filter((pod) => nodeOf[pod] < cluster.nodes.n).length,
    placements: placed.map((pod) => ({
      pod: pending.name[pod],
      node: name.get(nodeOf[pod]) ?? nodes.name[nodeOf[pod]],
      gpus: [...(gpusOf[pod] ?? [])],
    })),
    unplaced: all.flatMap((pod) => {
      const reason = stay.get(pod);
      return reason ? [{ pod: pending.name[pod], reason }] : [];
    }),
  };
}
