import type { Highs } from "highs";
import { gatherKinds, type Kinds } from "../bounds/kinds.js";
import { createPacking } from "../offline/packing.js";
import { extendCluster } from "./extend-cluster.js";
import { type BoughtFill, type NodeProgramme, solveNodeProgramme } from "./node-programme.js";
import { purchaseBound } from "./purchase-bound.js";
import { costOf, placeRest, type Trial, tryPurchase, type WhatIfProblem } from "./trial.js";

const MOST_REPAIRS = 5;
const MOST_SAVINGS = 30;

/** Places what the free room takes, and plans nodes for the rest. */
export interface Plan {
  /** The pods upon the free room alone. */
  free: Trial;
  /** Kinds of the offers and of the pods that were left over. */
  kinds: Kinds;
  programme: NodeProgramme;
  /** No purchase that places all pods costs less. */
  bound: number;
}

/** What fits on the free room, the purchase programme for the others, and the bound on the cost of any purchase. */
export function planPurchase(highs: Highs, problem: WhatIfProblem): Plan {
  const free = tryPurchase(
    problem,
    problem.catalogue.map(() => 0),
  );
  const all = kindsOf(problem, problem.pods, null);
  const kinds = offersFor(all, free.unplaced);
  const programme = solveNodeProgramme(highs, kinds);
  return { free, kinds, programme, bound: purchaseBound(all, programme) };
}

/**
 * Buys nodes and places the pods, in two ways: the whole numbers of the programme with the pods as it says (better
 * where the same fill recurs), and its numbers before rounding, rounded up, with all pods placed anew (better where none
 * does). While some are left over, plans again for those. Of the cheaper then sells nodes, or changes them for cheaper
 * ones, as long as all pods stay placed.
 *
 * @returns the trial, and how many nodes were bought beyond the programme's
 */
export function buyNodes(highs: Highs, problem: WhatIfProblem, plan: Plan): { trial: Trial; repairs: number } {
  const { fills, bought } = plan.programme;
  const rounded = bought.map((count, i) => Math.min(mostOf(problem, i), Math.ceil(count - 1e-6)));
  const starts = [placeFills(problem, plan.free, plan.kinds, fills), tryPurchase(problem, rounded)];
  const ends = starts.map((start) => {
    const trial = repair(highs, problem, start);
    return { trial, repairs: total(trial.counts) - total(start.counts) };
  });
  const better = (a: Trial, b: Trial) => a.unplaced.length - b.unplaced.length || a.cost - b.cost;
  const [{ trial, repairs }] = ends.sort((a, b) => better(a.trial, b.trial));
  return { trial: trial.unplaced.length === 0 ? save(problem, trial, plan.bound) : trial, repairs };
}

/** Buys more for the pods left over, again and again. */
function repair(highs: Highs, problem: WhatIfProblem, start: Trial): Trial {
  let trial = start;
  for (let round = 0; trial.unplaced.length > 0 && round < MOST_REPAIRS; round++) {
    const kinds = offersFor(kindsOf(problem, trial.unplaced, trial), trial.unplaced);
    const { fills } = solveNodeProgramme(highs, kinds);
    const next = fills.length > 0 ? placeFills(problem, trial, kinds, fills) : makeRoom(problem, trial);
    if (!next) break;
    trial = next;
  }
  return trial;
}

/** How many of a type can be had, or be of use. */
const mostOf = ({ catalogue, pods }: WhatIfProblem, type: number): number => catalogue[type].max ?? pods.length;

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Kinds of these pods, of the nodes that are there, and of the offers less what a trial has bought. */
function kindsOf(
  { cluster, pending, catalogue, prices }: WhatIfProblem,
  pods: readonly number[],
  sofar: Trial | null,
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
    most: Math.min(pods.length, Math.max(0, (max ?? pods.length) - (sofar?.counts[i] ?? 0))),
  }));
  return gatherKinds(
    offered,
    pods,
    Array.from({ length: n }, (_, node) => node),
    offers,
  );
}

/** The offers alone, for these of the pods. */
function offersFor({ unit, nodes, pods }: Kinds, wanted: readonly number[]): Kinds {
  const first = nodes.findIndex(({ offer }) => offer);
  const among = new Set(wanted);
  return {
    unit,
    nodes: nodes.slice(first),
    pods: pods.map((kind) => ({
      ...kind,
      pods: kind.pods.filter((pod) => among.has(pod)),
      allowed: kind.allowed.subarray(first),
    })),
  };
}

/** Buys the nodes of these fills and puts the pods that a trial left over on them as planned, the rest where they fit. */
function placeFills(problem: WhatIfProblem, sofar: Trial, kinds: Kinds, fills: readonly BoughtFill[]): Trial {
  const { catalogue, cluster } = problem;
  const counts = sofar.counts.map((count, i) =>
    fills.reduce((sum, { nodeKind, count: more }) => sum + (nodeKind === i ? more : 0), count),
  );
  return placeRest(problem, counts, sofar, (start) => {
    const packing = createPacking(start);
    // Gangs are left to the search for gangs, which keeps them whole.
    const waiting = kinds.pods.map((kind) => kind.pods.filter((pod) => problem.loose.has(pod)).reverse());
    let firstOfType = cluster.nodes.n;
    catalogue.forEach((_, i) => {
      let node = firstOfType + sofar.counts[i];
      for (const fill of fills.filter(({ nodeKind }) => nodeKind === i)) {
        for (let copy = 0; copy < fill.count; copy++, node++) {
          for (const part of fill.parts) {
            const chosen = part.pods.flatMap((kind) => waiting[kind].pop() ?? []);
            if (chosen.length > 0) packing.placeTogether(chosen, node, part.gpus > 0 ? 1000 : 0);
          }
        }
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
  const { catalogue, prices } = problem;
  const more = [...catalogue.keys()]
    .filter((i) => trial.counts[i] < mostOf(problem, i))
    .sort((a, b) => prices[a] - prices[b])
    .map((i) => trial.counts.with(i, trial.counts[i] + 1));
  for (const counts of [trial.counts, ...more]) {
    const next = tryPurchase(problem, counts);
    if (next.unplaced.length < trial.unplaced.length) return next;
  }
  return null;
}

/** Goes on to cheaper purchases, the largest saving first, while all pods find a place. */
function save(problem: WhatIfProblem, start: Trial, bound: number): Trial {
  let trial = start;
  const failed = new Set<string>();
  for (let tries = 0; tries < MOST_SAVINGS; tries++) {
    const counts = cheaper(problem, trial.counts).find(
      (candidate) => costOf(problem, candidate) >= bound && !failed.has(candidate.join()),
    );
    if (!counts) break;
    const next = tryPurchase(problem, counts);
    if (next.unplaced.length === 0) trial = next;
    else failed.add(counts.join());
  }
  return trial;
}

/** One node fewer, or one node changed for another type, by ascending cost. */
function cheaper(problem: WhatIfProblem, counts: readonly number[]): number[][] {
  const cost = costOf(problem, counts);
  const less = counts.flatMap((count, i) => (count > 0 ? [counts.with(i, count - 1)] : []));
  const changed = less.flatMap((one) => one.map((count, j) => one.with(j, count + 1)));
  return [...less, ...changed]
    .filter((one) => costOf(problem, one) < cost && one.every((count, i) => count <= mostOf(problem, i)))
    .sort((a, b) => costOf(problem, a) - costOf(problem, b));
}
