import type { Claim } from "./preemption-policy.js";
import { addUsage, borrows, dominantShare, type QuotaTree, rootOf } from "./quota-tree.js";

/** A waiting job that heads its queue. */
export interface Head extends Claim {
  job: number;
  /** Position in the queue order. */
  rank: number;
}

/** Who goes first without fair sharing: a job within its queue's quota, then the higher priority, then the queue order. */
export function firstWithinQuota(tree: QuotaTree, heads: readonly Head[]): Head {
  const borrowing = (head: Head) => (borrows(tree, head.queue, head.gpus) ? 1 : 0);
  return heads.reduce((first, head) =>
    (borrowing(head) - borrowing(first) || byPriority(head, first)) < 0 ? head : first,
  );
}

/**
 * Who goes first with fair sharing: the winner of a tournament up the tree. Each cohort sends up the head whose branch,
 * with it, has the lowest dominant share; at ties the higher priority, then the queue order. Trees go one after
 * another, in the order of their first queue.
 *
 * @param heads At most one a queue, at least one.
 */
export function fairestHead(tree: QuotaTree, heads: readonly Head[]): Head {
  const byQueue = new Map(heads.map((head) => [head.queue, head]));
  const winner = (node: number): Head | undefined => {
    if (node < tree.queues) return byQueue.get(node);
    let best: Head | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    for (const child of tree.children[node]) {
      const head = winner(child);
      if (!head) continue;
      const share = shareWith(tree, child, head);
      if (!best || share < lowest || (share === lowest && byPriority(head, best) < 0)) [best, lowest] = [head, share];
    }
    return best;
  };
  const first = heads.reduce((least, head) => (head.queue < least.queue ? head : least));
  return winner(rootOf(tree, first.queue)) as Head;
}

function shareWith(tree: QuotaTree, node: number, claim: Claim): number {
  addUsage(tree, claim.queue, claim.gpus);
  const share = dominantShare(tree, node);
  addUsage(tree, claim.queue, -claim.gpus);
  return share;
}

function byPriority(a: Head, b: Head): number {
  return b.priority - a.priority || a.rank - b.rank;
}
