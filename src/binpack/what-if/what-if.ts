import { InputError } from "../../core/errors.js";
import { loadHighs } from "../../core/load-highs.js";
import type { Kinds } from "../bounds/kinds.js";
import type { Cluster } from "../cluster.js";
import { isLoose, unitsOf } from "../offline/units.js";
import type { PodTable } from "../types.js";
import { buyNodes, kindsOf } from "./buy-nodes.js";
import type { Catalogue } from "./catalogue.js";
import { cheapestExactly } from "./cheapest-exactly.js";
import { checkTrial } from "./check-trial.js";
import { extendCluster } from "./extend-cluster.js";
import { pooledBound } from "./purchase-bound.js";
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
  rounds: 10,
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
  placements: {
    pod: string;
    node: string;
    /** Of the bought node; null for a node that was there. */
    type: string | null;
    gpus: number[];
  }[];
  unplaced: { pod: string; reason: StayReason }[];
}

/**
 * The cheapest nodes to add so that all pending pods have a place, what the cluster has free being used at no cost.
 *
 * Small cases (10 pods, 16 nodes) are solved exactly. The others by filling the free room with the pods that are dearest
 * to buy room for, then by a programme over fills of whole nodes (column generation, HiGHS; see `solveNodeProgramme`);
 * the pods are really placed as it says, and more is bought where that fails. Bought nodes have no rack, label or taint.
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
  const asked = { cluster, pending, pods, loose, catalogue, prices, rounds: settings.rounds, seed: settings.seed };
  const kinds = kindsOf(asked, pods);
  const pooled = pooledBound(kinds);
  const problem: WhatIfProblem = { ...asked, worth: worthOf(pending.n, kinds, pooled.prices) };

  const exact = cheapestExactly(problem, pooled.bound);
  const { trial, bound, repairs } = exact
    ? { trial: exact, bound: exact.cost, repairs: 0 }
    : buyNodes(await loadHighs(), problem, kinds, pooled);
  checkTrial(problem, trial);
  for (const pod of trial.unplaced) stay.set(pod, loose.has(pod) ? "max" : "topology");
  return report(problem, settings.pricing, trial, bound, repairs, stay);
}

/** The prices of the pods in millionths of the dearest, and at least 1, so that all are placed where that is possible. */
function worthOf(n: number, kinds: Kinds, prices: Float64Array): Float64Array {
  const dearest = Math.max(Number.MIN_VALUE, ...prices);
  const worth = new Float64Array(n).fill(1);
  kinds.pods.forEach((kind, p) => {
    for (const pod of kind.pods) worth[pod] += Math.round((1e6 * prices[p]) / dearest);
  });
  return worth;
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
  const kind = new Map<number, { name: string; type: string }>();
  let node = cluster.nodes.n;
  const counts = trial.counts.map((count, i) => {
    const [first, end] = [node, node + count];
    const kept = Array.from({ length: count }, (_, k) => first + k).filter((bought) => used.has(bought));
    kept.forEach((bought, k) => {
      kind.set(bought, { name: nodes.name[first + k], type: catalogue[i].type });
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
      node: kind.get(nodeOf[pod])?.name ?? nodes.name[nodeOf[pod]],
      type: kind.get(nodeOf[pod])?.type ?? null,
      gpus: [...(gpusOf[pod] ?? [])],
    })),
    unplaced: all.flatMap((pod) => {
      const reason = stay.get(pod);
      return reason ? [{ pod: pending.name[pod], reason }] : [];
    }),
  };
}
