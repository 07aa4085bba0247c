/** Who may be preempted for a job that its quota does not hold; the rules and their names are Kueue's. */
export interface PreemptionPolicy {
  /** Running jobs of the same queue: none, those of lower priority, or also younger ones of equal priority. */
  withinQueue: "never" | "lower_priority" | "lower_or_newer_equal_priority";
  /** Running jobs of other queues that borrow: none, those of lower priority, or any. */
  reclaimWithinCohort: "never" | "lower_priority" | "any";
  /** Without fair sharing: whether a job that borrows itself may preempt jobs of lower priority in other queues. */
  borrowWithinCohort: "never" | "lower_priority";
  /** Highest priority that a borrowing job may preempt; left out: any that is lower than its own. */
  maxPriorityThreshold?: number;
  /** Share what can be borrowed by dominant share over weight; otherwise by priority alone. */
  fairSharing: boolean;
}

/** A queue gets its nominal quota back from whoever borrows it; inside a queue priority decides. */
export const DEFAULT_PREEMPTION_POLICY: Readonly<PreemptionPolicy> = Object.freeze({
  withinQueue: "lower_priority",
  reclaimWithinCohort: "any",
  borrowWithinCohort: "never",
  fairSharing: true,
});

/** What a job, waiting or running, claims of the quotas. */
export interface Claim {
  /** Its queue: a leaf of the quota tree. */
  queue: number;
  gpus: number;
  priority: number;
  submit: number;
}

/** A running job that may be preempted. */
export interface RunningClaim extends Claim {
  start: number;
  /** Position in the queue order. */
  rank: number;
}

/** Running jobs in the order of preemption: lowest priority first, then the one started last, then the last in the queue. */
export function inVictimOrder(running: readonly RunningClaim[], places: readonly number[]): number[] {
  return [...places].sort((a, b) => {
    const [one, two] = [running[a], running[b]];
    return one.priority - two.priority || two.start - one.start || two.rank - one.rank;
  });
}

/** Whether the policy lets the claim preempt the running job, its queue aside. */
export function mayPreempt(claim: Claim, victim: Claim, policy: PreemptionPolicy): boolean {
  const lower = victim.priority < claim.priority;
  if (victim.queue !== claim.queue) {
    return policy.reclaimWithinCohort === "any" || (policy.reclaimWithinCohort === "lower_priority" && lower);
  }
  if (policy.withinQueue === "never") return false;
  const newerEqual = victim.priority === claim.priority && claim.submit < victim.submit;
  return lower || (policy.withinQueue === "lower_or_newer_equal_priority" && newerEqual);
}
