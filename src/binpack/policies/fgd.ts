import type { Cluster } from "../cluster.js";
import { fragmentLoss } from "../fragment-loss.js";
import type { TypicalPods } from "../typical-pods.js";
import { tabulateUsable } from "../usable.js";
import type { Policy } from "./policy.js";

/**
 * `fgd`: the node whose fragmentation grows least, by steps of a score from 0 to 99.
 *
 * Source: Weng et al., "Beware of Fragmentation" (USENIX ATC 2023).
 */
export function fragmentationGradientDescent(cluster: Cluster, typical: TypicalPods): Policy {
  const usable = tabulateUsable(typical, cluster.nodes);
  const loss = fragmentLoss(cluster, usable);
  const steps = sigmoidSteps(usable.pods);
  return {
    score: (pod, node) => stepOf(steps, loss.decrease(pod, node)),
    shareGpu: (pod, node) => loss.bestGpu(pod, node),
  };
}

/**
 * Least decrease, in thousandths times `pods`, at which floor(100 / (1 + exp(−D / 1000))) reaches 1, 2, …, 99: the
 * score is read off whole numbers, so that no platform's `exp` decides a tie.
 */
export function sigmoidSteps(pods: number): Float64Array {
  return Float64Array.from({ length: 99 }, (_, k) => Math.ceil(1000 * pods * logOdds((k - 49) / 50)));
}

/** ln((1 + x) / (1 − x)) by its series, in operations that IEEE 754 fixes to the bit. */
function logOdds(x: number): number {
  let sum = 0;
  let power = x;
  for (let k = 1; k < 3000; k += 2) {
    sum += power / k;
    power *= x * x;
  }
  return 2 * sum;
}

/** Number of steps reached. */
function stepOf(steps: Float64Array, decrease: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= decrease) low = middle + 1;
    else high = middle;
  }
  return low;
}
