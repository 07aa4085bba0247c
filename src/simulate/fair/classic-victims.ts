import {
  type Claim,
  inVictimOrder,
  mayPreempt,
  type PreemptionPolicy,
  type RunningClaim,
} from "./preemption-policy.js";
import { ancestors, available, borrows, localAvailable, type QuotaTree } from "./quota-tree.js";
import { takeUntilFits } from "./take-until-fits.js";

interface Candidate {
  /** Place in the list of running jobs. */
  job: number;
  /** Lowest cohort above both queues; −1 within one queue. */
  common: number;
  /** May be preempted even by a job that borrows. */
  whileBorrowing: boolean;
}

/**
 * Kueue's preemption without fair sharing. A queue reclaims from those that borrow; where its own quota, or that of a
 * cohort above it, covers the job, it has the better claim on what outsiders of that cohort borrow, whatever the
 * priorities that `reclaimWithinCohort` allows. Otherwise it must itself end up within its quota, unless
 * `borrowWithinCohort` lets it preempt lower priorities.
 */
export function classicVictims(
  tree: QuotaTree,
  claim: Claim,
  running: readonly RunningClaim[],
  policy: PreemptionPolicy,
): number[] | null {
  const { rightful, others } = candidatesOfCohort(tree, claim, running, policy);
  const ownJobs = running.flatMap((job, k) => (job.queue === claim.queue && mayPreempt(claim, job, policy) ? [k] : []));
  const own = inVictimOrder(running, ownJobs).map((job) => ({ job, common: -1, whileBorrowing: true }));
  const candidates = [...rightful, ...others, ...own];
  for (const borrowing of attempts(tree, claim, rightful.length, others.length, policy)) {
    const fits = () =>
      (borrowing || !borrows(tree, claim.queue, claim.gpus)) && claim.gpus <= available(tree, claim.queue);
    const victims = takeUntilFits(tree, running, stillBorrowing(tree, running, candidates, borrowing), fits);
    if (victims) return victims;
  }
  return null;
}

/** Whether the job may end up borrowing, in the order in which that is tried. */
function attempts(
  tree: QuotaTree,
  claim: Claim,
  rightful: number,
  others: number,
  policy: PreemptionPolicy,
): boolean[] {
  const mustStayWithin = policy.borrowWithinCohort === "never";
  const underQuota = tree.used[claim.queue] < tree.quota[claim.queue];
  if (rightful + others === 0 || (mustStayWithin && !underQuota)) return [true];
  return mustStayWithin && rightful === 0 ? [false, true] : [true, false];
}

function candidatesOfCohort(
  tree: QuotaTree,
  claim: Claim,
  running: readonly RunningClaim[],
  policy: PreemptionPolicy,
): { rightful: Candidate[]; others: Candidate[] } {
  const found = { rightful: [] as Candidate[], others: [] as Candidate[] };
  if (policy.reclaimWithinCohort === "never") return found;
  let rightful = !borrows(tree, claim.queue, claim.gpus);
  let beyond = Math.max(0, claim.gpus - localAvailable(tree, claim.queue));
  let below = claim.queue;
  for (const cohort of ancestors(tree, claim.queue)) {
    const queues = borrowingQueues(tree, cohort, below);
    const jobs = running.flatMap((job, k) => (queues.has(job.queue) && mayPreempt(claim, job, policy) ? [k] : []));
    for (const job of jobs) {
      const whileBorrowing = rightful || mayPreemptWhileBorrowing(claim, running[job], policy);
      found[rightful ? "rightful" : "others"].push({ job, common: cohort, whileBorrowing });
    }
    rightful ||= !borrows(tree, cohort, beyond);
    beyond = Math.max(0, beyond - localAvailable(tree, cohort));
    below = cohort;
  }
  return { rightful: ordered(running, found.rightful), others: ordered(running, found.others) };
}

function ordered(running: readonly RunningClaim[], candidates: readonly Candidate[]): Candidate[] {
  const byJob = new Map(candidates.map((candidate) => [candidate.job, candidate]));
  return inVictimOrder(running, [...byJob.keys()]).map((job) => byJob.get(job) as Candidate);
}

function mayPreemptWhileBorrowing(claim: Claim, victim: Claim, policy: PreemptionPolicy): boolean {
  const threshold = policy.maxPriorityThreshold ?? Number.POSITIVE_INFINITY;
  return (
    policy.borrowWithinCohort === "lower_priority" && victim.priority < claim.priority && victim.priority <= threshold
  );
}

/** Queues beneath the cohort that borrow, without the subtree `skip` and without cohorts that stay within their quota. */
function borrowingQueues(tree: QuotaTree, cohort: number, skip: number): Set<number> {
  const found = new Set<number>();
  const open = [cohort];
  for (const node of open) {
    for (const child of tree.children[node]) {
      if (child === skip || !borrows(tree, child)) continue;
      if (child < tree.queues) found.add(child);
      else open.push(child);
    }
  }
  return found;
}

/** Candidates whose queue, and every cohort below the common one, still borrows when their turn comes. */
function* stillBorrowing(
  tree: QuotaTree,
  running: readonly RunningClaim[],
  candidates: readonly Candidate[],
  borrowing: boolean,
): Iterable<number> {
  for (const { job, common, whileBorrowing } of candidates) {
    if (borrowing && !whileBorrowing) continue;
    let stays = true;
    for (let k = running[job].queue; common >= 0 && k !== common; k = tree.parent[k]) stays &&= borrows(tree, k);
    if (stays) yield job;
  }
}
