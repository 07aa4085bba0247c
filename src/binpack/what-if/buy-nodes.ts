import type { Highs } from "highs";
import { gatherKinds, type Kinds } from "../bounds/kinds.js";
import { createPacking } from "../offline/packing.js";
import { extendCluster } from "./extend-cluster.js";
import type { BoughtNode } from "./node-master.js";
import { solveNodeProgramme } from "./node-programme.js";
import { type PurchaseBound, wholeNodeBound } from "./purchase-bound.js";
import { placeRest, type Trial, tryPurchase, type WhatIfProblem } from "./trial.js";

const MOST_REPAIRS = 5;

/** A purchase, its bound, and how many nodes were bought beyond the programme's. */
export interface Purchase {
  trial: Trial;
  bound: number;
  repairs: number;
}

/**
 * Places what the free room takes, buys nodes for the other pods by the node programme and places them as it says; plans
 * again for those that are left over.
 *
 * @param kinds of all pods, the nodes that are there and the offers (see {@link kindsOf})
 * @param pooled the bound that is known, with prices of the pods
 */
export function buyNodes(highs: Highs, problem: WhatIfProblem, kinds: Kinds, pooled: PurchaseBound): Purchase {
  const none = problem.catalogue.map(() => 0);
  const free = tryPurchase(problem, none);
  const wanted = offersFor(problem, kinds, free.unplaced);
  const programme = solveNodeProgramme(highs, wanted, pooled.prices, pooled.bound, problem.seed);
  const start = placeBought(problem, free, wanted, programme.bought);
  const trial = repair(highs, problem, start);
  const prices = pooled.prices.map((price, p) => (wanted.pods[p].pods.length > 0 ? programme.prices[p] : price));
  const bounds = [pooled.prices, prices].map((at) => wholeNodeBound(kinds, at));
  return {
    trial,
    bound: Math.max(pooled.bound, ...bounds),
    repairs: total(trial.counts) - total(start.counts),
  };
}

/** Buys more for the pods left over, again and again. */
function repair(highs: Highs, problem: WhatIfProblem, start: Trial): Trial {
  let trial = start;
  for (let round = 0; trial.unplaced.length > 0 && round < MOST_REPAIRS; round++) {
    const kinds = offersFor(problem, kindsOf(problem, trial.unplaced, trial.counts), trial.unplaced);
    const { bought } = solveNodeProgramme(highs, kinds, new Float64Array(kinds.pods.length).fill(1), 0, problem.seed);
    const next = bought.length > 0 ? placeBought(problem, trial, kinds, bought) : makeRoom(problem, trial);
    if (!next) break;
    trial = next;
  }
  return trial;
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Kinds of these pods, of the nodes that are there, and of the offers less what has been bought. */
export function kindsOf(
  { cluster, pending, catalogue, prices }: Omit<WhatIfProblem, "worth">,
  pods: readonly number[],
  bought: readonly number[] = catalogue.map(() => 0),
): Kinds {
  const { n } = cluster.nodes;
  const offered = extendCluster(
    cluster,
    pending,
    catalogue,
    catalogue.map(() => 1),
  );
  const offers = catalogue.map(({ max }, i) => ({
    node: n + i,
    price: prices[i],
    most: Math.min(pods.length, Math.max(0, (max ?? pods.length) - bought[i])),
  }));
  return gatherKinds(
    offered,
    pods,
    Array.from({ length: n }, (_, node) => node),
    offers,
  );
}

/** The offers alone, for these of the pods, each kind asking what the most demanding of its pods asks. */
function offersFor({ pending }: WhatIfProblem, { unit, nodes, pods }: Kinds, wanted: readonly number[]): Kinds {
  const first = nodes.findIndex(({ offer }) => offer);
  const among = new Set(wanted);
  return {
    unit,
    nodes: nodes.slice(first),
    pods: pods.map((kind) => {
      const left = kind.pods.filter((pod) => among.has(pod));
      return {
        ...kind,
        pods: left,
        cpu: Math.max(kind.cpu, ...left.map((pod) => pending.cpu[pod])),
        memory: Math.max(kind.memory, ...left.map((pod) => pending.memory[pod])),
        allowed: kind.allowed.subarray(first),
      };
    }),
  };
}

/** Buys these nodes and puts the pods that a trial left over on them as planned, the rest where they fit. */
function placeBought(problem: WhatIfProblem, sofar: Trial, kinds: Kinds, bought: readonly BoughtNode[]): Trial {
  const { catalogue, cluster } = problem;
  const counts = sofar.counts.map((count, i) => count + bought.filter(({ nodeKind }) => nodeKind === i).length);
  return placeRest(problem, counts, sofar, (start) => {
    const packing = createPacking(start);
    // Gangs are left to the search for gangs, which keeps them whole.
    const waiting = kinds.pods.map((kind) => kind.pods.filter((pod) => problem.loose.has(pod)).reverse());
    let firstOfType = cluster.nodes.n;
    catalogue.forEach((_, i) => {
      let node = firstOfType + sofar.counts[i];
      for (const { parts } of bought.filter(({ nodeKind }) => nodeKind === i)) {
        for (const { gpus, pods } of parts) {
          const chosen = pods.flatMap((kind) => waiting[kind].pop() ?? []);
          if (chosen.length > 0) packing.placeTogether(chosen, node, gpus > 0 ? 1000 : 0);
        }
        node++;
      }
      firstOfType += counts[i];
    });
  });
}

/**
 * Where no more can be had of the types that the left-over pods need: places all pods anew, if need be with one more
 * node of another type for those that can move there. Null when that leaves as many over.
 */
function makeRoom(problem: WhatIfProblem, trial: Trial): Trial | null {
  const { catalogue, prices, pods } = problem;
  const more = [...catalogue.keys()]
    .filter((i) => trial.counts[i] < (catalogue[i].max ?? pods.length))
    .sort((a, b) => prices[a] - prices[b])
    .map((i) => trial.counts.with(i, trial.counts[i] + 1));
  for (const counts of [trial.counts, ...more]) {
    const next = tryPurchase(problem, counts);
    if (next.unplaced.length < trial.unplaced.length) return next;
  }
  return null;
}
