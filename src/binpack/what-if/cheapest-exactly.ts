import { costOf, type Trial, tryPurchase, type WhatIfProblem } from "./trial.js";

const MOST_PODS = 10;
const MOST_NODES = 16;
const MOST_TRIALS = 500;
const MOST_CANDIDATES = 20_000;

/**
 * The cheapest purchase that places all pods, by trying purchases in ascending order of cost: the first that takes all
 * is the answer, provided that every one before was proven not to. Null when the case is too large for the proof.
 *
 * @param bound purchases that cost less are known not to do
 */
export function cheapestExactly(problem: WhatIfProblem, bound: number): Trial | null {
  const { pods, catalogue, cluster } = problem;
  if (pods.length > MOST_PODS || cluster.nodes.n + 1 > MOST_NODES) return null;
  const queue = [{ counts: catalogue.map(() => 0), last: 0, cost: 0 }];
  let trials = 0;
  for (let candidates = 0; queue.length > 0 && candidates < MOST_CANDIDATES; candidates++) {
    const next = queue.reduce((best, one, k) => (one.cost < queue[best].cost ? k : best), 0);
    const [{ counts, last, cost }] = queue.splice(next, 1);
    const bought = counts.reduce((sum, count) => sum + count, 0);
    if (cluster.nodes.n + bought > MOST_NODES) return null;
    if (cost >= bound && mayTake(problem, counts)) {
      if (++trials > MOST_TRIALS) return null;
      const trial = tryPurchase(problem, counts);
      if (trial.unplaced.length === 0) return trial;
      if (!trial.proven) return null;
    }
    if (bought === pods.length) continue;
    for (let i = last; i < catalogue.length; i++) {
      if (counts[i] >= (catalogue[i].max ?? pods.length)) continue;
      const more = counts.with(i, counts[i] + 1);
      queue.push({ counts: more, last: i, cost: costOf(problem, more) });
    }
  }
  return null;
}

/** Whether there is enough of everything in sum. */
function mayTake({ cluster, pending, pods, catalogue }: WhatIfProblem, counts: readonly number[]): boolean {
  const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
  const asked = (need: (pod: number) => number) => sum(pods.map(need));
  const bought = (amount: (type: (typeof catalogue)[number]) => number) =>
    sum(counts.map((count, i) => count * amount(catalogue[i])));
  return (
    asked((pod) => pending.gpus[pod] * pending.milli[pod]) <=
      sum(cluster.gpuLeft) + bought((type) => 1000 * type.gpus) &&
    asked((pod) => pending.cpu[pod]) <= sum(cluster.cpuLeft) + bought((type) => type.cpu_milli) &&
    asked((pod) => pending.memory[pod]) <= sum(cluster.memoryLeft) + bought((type) => type.memory_mib)
  );
}
