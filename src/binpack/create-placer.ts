import { createRandom, type Random } from "../core/random.js";
import { type Cluster, fits, occupy, vacate } from "./cluster.js";
import { barredBy, ELIGIBLE, type Eligibility } from "./constraints/eligibility.js";
import { createNodeQueue } from "./node-queue.js";
import { podShapes } from "./pod-shapes.js";
import { autoPolicy } from "./policies/auto.js";
import { bestFit } from "./policies/best-fit.js";
import { clustering } from "./policies/clustering.js";
import { dotProduct } from "./policies/dot-product.js";
import { fragmentationGradientDescent } from "./policies/fgd.js";
import { packing } from "./policies/packing.js";
import type { Policy } from "./policies/policy.js";
import { randomNode } from "./policies/random-node.js";
import type { OnlinePolicy } from "./policy-names.js";
import { wholeGpus } from "./topology/whole-gpus.js";
import type { Placer } from "./types.js";
import type { TypicalPods } from "./typical-pods.js";

export interface PlacerOptions {
  /** Seed of the order of nodes at equal scores; default 42. */
  seed?: number;
  /** Pods to expect, for `fgd` and `auto`. */
  typical: TypicalPods;
}

/** A placer that also finds the best node by itself. */
export interface QueuedPlacer extends Placer {
  /** The best of all nodes for the pod as the cluster stands now (the topology not asked), or -1. */
  best(pod: number): number;
}

/**
 * A policy upon a cluster, empty or not: it chooses nodes and GPUs, and puts pods there. Equal scores go to the first
 * node of one random order, drawn from the seed and fixed for good. Pods must come and go through the placer alone.
 */
export function createPlacer(
  cluster: Cluster,
  eligibility: Eligibility,
  policy: OnlinePolicy,
  options: PlacerOptions,
): QueuedPlacer {
  const { nodes, pods } = cluster;
  const seed = options.seed ?? 42;
  const judge = createPolicy(cluster, policy, options.typical, createRandom(seed).child("draws"));
  const shapes = podShapes(pods, eligibility);
  const ranked = nodeRanks(nodes.n, seed);
  const rankOf = new Int32Array(nodes.n);
  ranked.forEach((node, rank) => {
    rankOf[node] = rank;
  });
  const score = (pod: number, node: number) =>
    barredBy(eligibility, pod, node) === ELIGIBLE && fits(cluster, pod, node) ? judge.score(pod, node) : undefined;
  cluster.nodeOf.forEach((node, pod) => {
    if (node >= 0) judge.moved?.(pod, node, 1);
  });
  const queue = createNodeQueue(ranked, nodeClasses(cluster, eligibility), (shape, node) =>
    score(shapes.pod[shape], node),
  );

  return {
    best(pod) {
      const shape = shapes.of[pod];
      if (!judge.pick) return queue.best(shape);
      const feasible = queue.feasible(shape);
      return feasible.length > 0 ? judge.pick(feasible) : -1;
    },
    choose(pod, candidates) {
      const feasible: number[] = [];
      let best = -1;
      let highest = Number.NEGATIVE_INFINITY;
      for (const node of candidates) {
        const value = score(pod, node);
        if (value === undefined) continue;
        feasible.push(node);
        if (value < highest || (value === highest && rankOf[node] > rankOf[best])) continue;
        best = node;
        highest = value;
      }
      if (!judge.pick || feasible.length === 0) return best;
      return judge.pick(feasible.sort((a, b) => rankOf[a] - rankOf[b]));
    },
    place(pod, node, gpus) {
      occupy(cluster, pod, node, gpus ?? gpusFor(pod, node));
      judge.moved?.(pod, node, 1);
      queue.touch(node);
    },
    remove(pod) {
      const node = cluster.nodeOf[pod];
      vacate(cluster, pod);
      judge.moved?.(pod, node, -1);
      queue.touch(node);
    },
  };

  function gpusFor(pod: number, node: number): number[] {
    if (pods.gpus[pod] === 0) return [];
    return pods.milli[pod] < 1000 ? [judge.shareGpu(pod, node)] : (wholeGpus(cluster, node, pods.gpus[pod]) ?? []);
  }
}

function createPolicy(cluster: Cluster, policy: OnlinePolicy, typical: TypicalPods, random: Random): Policy {
  switch (policy) {
    case "random":
      return randomNode(cluster, random);
    case "dotprod":
      return dotProduct(cluster);
    case "clustering":
      return clustering(cluster);
    case "packing":
      return packing(cluster);
    case "bestfit":
      return bestFit(cluster);
    case "fgd":
      return fragmentationGradientDescent(cluster, typical);
    case "auto":
      return autoPolicy(cluster, typical);
  }
}

/** The order of `n` nodes at equal scores, drawn from the seed (Fisher and Yates). */
export function nodeRanks(n: number, seed: number): Int32Array {
  const random = createRandom(seed).child("ties");
  const order = Int32Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const other = random.int(k + 1);
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/** Empty nodes that are alike have the same number, every other node one of its own. */
function nodeClasses({ nodes, nodeOf }: Cluster, eligibility: Eligibility): Int32Array {
  const inUse = new Set(nodeOf);
  const classes = new Map<string, number>();
  return Int32Array.from(nodes.name, (_, node) => {
    const alike = `${nodes.cpu[node]},${nodes.memory[node]},${eligibility.nodeClassOf[node]}`;
    const key = inUse.has(node) ? `node ${node}` : alike;
    const known = classes.get(key) ?? classes.size;
    classes.set(key, known);
    return known;
  });
}
