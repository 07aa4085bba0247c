import { classicVictims } from "./classic-victims.js";
import { fairVictims } from "./fair-victims.js";
import type { Claim, PreemptionPolicy, RunningClaim } from "./preemption-policy.js";
import type { QuotaTree } from "./quota-tree.js";

/**
 * Running jobs to preempt so that the quota of a waiting one suffices, as Kueue picks them: candidates are taken away
 * in the order of preemption until the job fits, then put back, the last taken first, as long as it still does. The
 * set is minimal in that no victim can be spared, though not always the smallest.
 *
 * @param tree Quotas with the use of all running jobs; the same again on return.
 * @param claim The waiting job; it does not fit as things stand.
 * @param running Running jobs that may be preempted at all.
 * @returns Places in `running`, ascending; null when no set that the policy allows suffices.
 */
export function findVictims(
  tree: QuotaTree,
  claim: Claim,
  running: readonly RunningClaim[],
  policy: PreemptionPolicy,
): number[] | null {
  const victims = policy.fairSharing
    ? fairVictims(tree, claim, running, policy)
    : classicVictims(tree, claim, running, policy);
  return victims?.sort((a, b) => a - b) ?? null;
}
