import { type Bench, type Unit, unitOf } from "./bench.js";

/** Units to move off a node so that a pod fits there. */
export interface Victims {
  units: Unit[];
  /** Migrations that this takes: every running pod of these units; pending pods move for nothing. */
  cost: number;
  /** GPU thousandths to find elsewhere. */
  milli: number;
}

/**
 * Ways to make room for the pod on the node by moving few pods off it, cheapest first: for a pod on one GPU, a way for
 * each GPU; for whole GPUs, those that are cheapest to clear. Then whatever holds the CPU, memory or NICs still missing.
 *
 * @param most ways that take more migrations are left out
 * @param movable which pods may be moved off GPUs; all by default
 */
export function victimsOn(
  bench: Bench,
  pod: number,
  node: number,
  most: number,
  movable: (pod: number) => boolean = () => true,
): Victims[] {
  const { work } = bench;
  const { gpus, milli } = work.pods;
  if (work.nodes.gpus[node] < gpus[pod]) return [];
  const ways: (readonly number[] | null)[] = [];
  if (gpus[pod] === 0) ways.push([]);
  else {
    const start = work.gpuStart[node];
    const lefts = work.gpuLeft.subarray(start, work.gpuStart[node + 1]);
    const cleared = crowdOn(bench, node, movable).map((list, g) => fewest(bench, list, milli[pod] - lefts[g]));
    if (gpus[pod] === 1) ways.push(...cleared);
    else ways.push(cheapestGpus(bench, cleared, gpus[pod]));
  }
  const out: Victims[] = [];
  for (const way of ways) {
    const victims = way && complete(bench, pod, node, way);
    if (victims && victims.cost <= most) out.push(victims);
  }
  return out.sort((a, b) => a.cost - b.cost || a.milli - b.milli);
}

/** Movable pods on each GPU of the node, the smallest first. */
function crowdOn({ work, podsOn }: Bench, node: number, movable: (pod: number) => boolean): number[][] {
  const { pods, gpusOf, nodes } = work;
  const crowd: number[][] = Array.from({ length: nodes.gpus[node] }, () => []);
  for (const pod of podsOn[node]) {
    const gpus = gpusOf[pod] ?? [];
    if (gpus.length > 0 && movable(pod)) for (const g of gpus) crowd[g].push(pod);
  }
  for (const list of crowd) if (list.length > 1) list.sort((a, b) => pods.milli[a] - pods.milli[b] || a - b);
  return crowd;
}

/** As few of these as give back this much: the smallest that does alone, else the largest and so on; null: all do not. */
function fewest({ work }: Bench, list: readonly number[], missing: number): number[] | null {
  const { milli } = work.pods;
  const chosen: number[] = [];
  let open = missing;
  for (let end = list.length; open > 0 && end > 0; end--) {
    const enough = list.findIndex((pod, k) => k < end && milli[pod] >= open);
    const taken = list[enough < 0 ? end - 1 : enough];
    chosen.push(taken);
    open -= milli[taken];
  }
  return open > 0 ? null : chosen;
}

/** Pods on the GPUs that take the fewest migrations to clear; null when too few can be cleared. */
function cheapestGpus(bench: Bench, cleared: readonly (number[] | null)[], wanted: number): number[] | null {
  const milliOn = (list: readonly number[]) => list.reduce((sum, pod) => sum + bench.work.pods.milli[pod], 0);
  const ways = cleared
    .filter((list) => list !== null)
    .map((list) => ({ list, cost: migrations(bench, list), milli: milliOn(list) }));
  if (ways.length < wanted) return null;
  ways.sort((a, b) => a.cost - b.cost || a.milli - b.milli);
  return ways.slice(0, wanted).flatMap(({ list }) => list);
}

/** The units of these pods, and of as many more as the node's CPU, memory and NICs ask for; null if that is in vain. */
function complete(bench: Bench, pod: number, node: number, way: readonly number[]): Victims | null {
  const { work } = bench;
  const { pods } = work;
  let cpu = work.cpuLeft[node] - pods.cpu[pod];
  let memory = work.memoryLeft[node] - pods.memory[pod];
  let nics = (work.nicsLeft?.[node] ?? 0) - (pods.nics?.[pod] ?? 0);
  const units: Unit[] = [];
  for (const other of way) add(other);
  if (cpu < 0 || memory < 0 || nics < 0) {
    const size = (other: number) => pods.gpus[other] * pods.milli[other];
    const rest = [...bench.podsOn[node]].sort((a, b) => size(a) - size(b) || pods.cpu[b] - pods.cpu[a] || a - b);
    for (const other of rest) {
      const helps =
        (cpu < 0 && pods.cpu[other] > 0) ||
        (memory < 0 && pods.memory[other] > 0) ||
        (nics < 0 && (pods.nics?.[other] ?? 0) > 0);
      if (helps) add(other);
    }
    if (cpu < 0 || memory < 0 || nics < 0) return null;
  }
  let [cost, milli] = [0, 0];
  for (const unit of units) {
    for (const mate of unit) {
      if (!bench.isPending[mate]) cost++;
      milli += pods.gpus[mate] * pods.milli[mate];
    }
  }
  return { units, cost, milli };

  function add(other: number): void {
    const unit = unitOf(bench, other);
    if (units.some(([first]) => first === unit[0])) return;
    units.push(unit);
    for (const mate of unit) {
      if (work.nodeOf[mate] !== node) continue;
      cpu += pods.cpu[mate];
      memory += pods.memory[mate];
      nics += pods.nics?.[mate] ?? 0;
    }
  }
}

/** Migrations that moving these pods takes, with the rest of their gangs. */
function migrations(bench: Bench, pods: readonly number[]): number {
  let cost = 0;
  for (const pod of pods) for (const mate of unitOf(bench, pod)) if (!bench.isPending[mate]) cost++;
  return cost;
}
