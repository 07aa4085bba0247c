import type { RunningClaim } from "./preemption-policy.js";
import { addUsage, type QuotaTree } from "./quota-tree.js";

/**
 * Takes the candidates' use off the tree one by one until `fits`, then puts back, last first, those it can do without
 * (never the last one, which made the difference). The tree is as before on return.
 *
 * @param candidates Places in `running`; it may look at the tree, which lacks the candidates given so far.
 * @returns Those taken; null when not even all of them suffice.
 */
export function takeUntilFits(
  tree: QuotaTree,
  running: readonly RunningClaim[],
  candidates: Iterable<number>,
  fits: () => boolean,
): number[] | null {
  const take = (k: number) => addUsage(tree, running[k].queue, -running[k].gpus);
  const putBack = (k: number) => addUsage(tree, running[k].queue, running[k].gpus);
  const taken: number[] = [];
  let done = false;
  for (const k of candidates) {
    take(k);
    taken.push(k);
    done = fits();
    if (done) break;
  }
  const kept = done ? taken.slice(-1) : taken;
  for (let i = taken.length - 2; done && i >= 0; i--) {
    putBack(taken[i]);
    if (fits()) continue;
    take(taken[i]);
    kept.push(taken[i]);
  }
  for (const k of kept) putBack(k);
  return done ? kept : null;
}
