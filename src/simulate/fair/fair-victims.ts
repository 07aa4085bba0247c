import {
  type Claim,
  inVictimOrder,
  mayPreempt,
  type PreemptionPolicy,
  type RunningClaim,
} from "./preemption-policy.js";
import { addUsage, ancestors, available, borrows, dominantShare, type QuotaTree, rootOf } from "./quota-tree.js";
import { takeUntilFits } from "./take-until-fits.js";

/**
 * Kueue's preemption with fair sharing. Victims come from the queue whose branch of the tree has the highest dominant
 * share at each level. A job that stays within its queue's quota may preempt any that borrow; one that borrows may
 * preempt only while its side's share, with it, is at most the other side's without the victim (Kueue's strategy
 * `LessThanOrEqualToFinalShare`), so that the victim cannot strike back. Kueue's second strategy, `LessThanInitialShare`,
 * is left out: with it two queues can take the same GPUs from each other again and again.
 */
export function fairVictims(
  tree: QuotaTree,
  claim: Claim,
  running: readonly RunningClaim[],
  policy: PreemptionPolicy,
): number[] | null {
  // Shares count the job as if it ran already; whether it fits is asked without it.
  addUsage(tree, claim.queue, claim.gpus);
  const places = candidatePlaces(tree, claim, running, policy);
  const fits = () => {
    addUsage(tree, claim.queue, -claim.gpus);
    const enough = claim.gpus <= available(tree, claim.queue);
    addUsage(tree, claim.queue, claim.gpus);
    return enough;
  };
  const candidates = byRules(tree, claim, running, inVictimOrder(running, places));
  const victims = places.length > 0 ? takeUntilFits(tree, running, candidates, fits) : null;
  addUsage(tree, claim.queue, -claim.gpus);
  return victims;
}

/** Jobs of its own queue, and of those in its tree that borrow, that the policy lets it preempt. */
function candidatePlaces(
  tree: QuotaTree,
  claim: Claim,
  running: readonly RunningClaim[],
  policy: PreemptionPolicy,
): number[] {
  const places: number[] = [];
  const add = (isCandidate: (queue: number) => boolean): void => {
    for (let k = 0; k < running.length; k++) {
      if (isCandidate(running[k].queue) && mayPreempt(claim, running[k], policy)) places.push(k);
    }
  };
  if (policy.withinQueue !== "never") add((queue) => queue === claim.queue);
  if (policy.reclaimWithinCohort === "never" || (places.length === 0 && !hasClaimOnOthers(tree, claim.queue)))
    return places;
  const root = rootOf(tree, claim.queue);
  add((queue) => queue !== claim.queue && borrows(tree, queue) && rootOf(tree, queue) === root);
  return places;
}

/** Whether any branch beside the queue's own has a share that the rules could let it take from. */
function hasClaimOnOthers(tree: QuotaTree, queue: number): boolean {
  const withinQuota = !borrows(tree, queue);
  for (let node = queue; tree.parent[node] >= 0; node = tree.parent[node]) {
    const least = withinQuota ? 0 : dominantShare(tree, node);
    for (const sibling of tree.children[tree.parent[node]]) {
      const share = sibling === node ? 0 : dominantShare(tree, sibling);
      if (share > 0 && share >= least) return true;
    }
  }
  return false;
}

function* byRules(tree: QuotaTree, claim: Claim, running: readonly RunningClaim[], places: readonly number[]) {
  const lists = byQueue(running, places);
  for (let queue = greediest(tree, claim, lists); queue >= 0; queue = greediest(tree, claim, lists)) {
    const list = lists.get(queue) as number[];
    if (queue === claim.queue || !borrows(tree, claim.queue)) {
      yield list.shift() as number;
      continue;
    }
    const [own, other] = branches(tree, claim.queue, queue);
    for (let job = list.shift(); job !== undefined; job = list.shift()) {
      if (dominantShare(tree, own) <= shareWithout(tree, other, running[job])) {
        yield job;
        break;
      }
    }
  }
}

function byQueue(running: readonly RunningClaim[], places: readonly number[]): Map<number, number[]> {
  const lists = new Map<number, number[]>();
  for (const k of places) {
    const list = lists.get(running[k].queue);
    if (list) list.push(k);
    else lists.set(running[k].queue, [k]);
  }
  return lists;
}

/**
 * The queue to take the next victim from: from the root down, the child with the highest share that holds candidates,
 * a cohort before a queue and else the first at ties. −1 when none is left that borrows; the claim's own queue, and the
 * cohorts above it, count even if they do not.
 */
function greediest(tree: QuotaTree, claim: Claim, lists: ReadonlyMap<number, readonly number[]>): number {
  const path = ancestors(tree, claim.queue);
  const pick = (node: number): number => {
    if (node < tree.queues) return lists.get(node)?.length ? node : -1;
    const children = tree.children[node]
      .filter((child) => child === claim.queue || path.includes(child) || dominantShare(tree, child) > 0)
      .sort((a, b) => descending(dominantShare(tree, a), dominantShare(tree, b)) || kind(a) - kind(b) || a - b);
    for (const child of children) {
      const found = pick(child);
      if (found >= 0) return found;
    }
    return -1;
  };
  const kind = (node: number) => (node < tree.queues ? 1 : 0);
  return pick(path.at(-1) ?? claim.queue);
}

/** Largest first; two infinite shares are equal. */
function descending(a: number, b: number): number {
  return a === b ? 0 : b > a ? 1 : -1;
}

/** The two children of the lowest common cohort that the queues lie under. */
function branches(tree: QuotaTree, a: number, b: number): [number, number] {
  const above = new Set(ancestors(tree, a));
  let other = b;
  while (!above.has(tree.parent[other])) other = tree.parent[other];
  let own = a;
  while (tree.parent[own] !== tree.parent[other]) own = tree.parent[own];
  return [own, other];
}

function shareWithout(tree: QuotaTree, node: number, victim: RunningClaim): number {
  addUsage(tree, victim.queue, -victim.gpus);
  const share = dominantShare(tree, node);
  addUsage(tree, victim.queue, victim.gpus);
  return share;
}
