import { InputError } from "../../core/errors.js";
import type { QueueState, Scheduler } from "../types.js";
import { fairestHead, firstWithinQuota, type Head } from "./admission-order.js";
import { clusterQuotas } from "./cluster-quotas.js";
import { findVictims } from "./find-victims.js";
import type { PreemptionPolicy, RunningClaim } from "./preemption-policy.js";
import { addUsage, available } from "./quota-tree.js";
import { createWaitingClasses } from "./waiting-classes.js";

interface Holder extends RunningClaim {
  job: number;
}

/**
 * Policy `kueue`: jobs are admitted by quota. Every queue nominates its first job, by priority, then queue order, that
 * fits its quota or may preempt for it; those that cannot step aside (Kueue's BestEffortFIFO). The nominee that comes
 * first in Kueue's order of admission starts, and so on until nobody is left to nominate. (Kueue itself takes one
 * nominee of every queue in a cycle, and so may admit a borrower moments before its cohort takes it back; whatever waits
 * in one second here competes at once.)
 *
 * Quotas know nothing of nodes: a job that was admitted but finds no room holds its quota and starts as soon as there
 * is room, before any job admitted later.
 *
 * @throws {InputError} as `clusterQuotas`; `borrow_within_cohort` with `reclaim_within_cohort: any`, which would never end.
 * @see Kueue, "Cluster Queue", "Preemption" and "Fair Sharing".
 */
export function createKueue(state: QueueState): Scheduler {
  const { jobs, queueOf, priority } = state;
  const tree = clusterQuotas(state.queues, state.cluster.cohorts, state.gpus);
  const policy = policyOf(state.cluster.preemption);
  const waiting = createWaitingClasses(state, (job) => `${queueOf[job]}|${priority[job]}`);
  /** Jobs that hold quota and may be preempted, and the place of each in the list. */
  const holders: Holder[] = [];
  const placeOf = new Map<number, number>();
  /** Jobs that hold quota but have found no room yet, in the order of admission. */
  const roomless = new Set<number>();
  /** Next job of each class of a queue that may still be nominated in this pass. */
  const open: number[][] = state.queues.map(() => []);

  const headOf = (job: number): Head => ({
    job,
    queue: queueOf[job],
    gpus: jobs.gpus[job],
    priority: priority[job],
    submit: jobs.submit[job],
    rank: state.rank[job],
  });

  function admit(head: Head): void {
    addUsage(tree, head.queue, head.gpus);
    if (jobs.preemptible?.[head.job] ?? true) {
      placeOf.set(head.job, holders.push({ ...head, start: state.now }) - 1);
    }
    if (!state.start(head.job)) roomless.add(head.job);
  }

  function giveBack(job: number): void {
    addUsage(tree, queueOf[job], -jobs.gpus[job]);
    const place = placeOf.get(job);
    if (place === undefined) return;
    const last = holders.pop() as Holder;
    if (last.job !== job) {
      holders[place] = last;
      placeOf.set(last.job, place);
    }
    placeOf.delete(job);
  }

  function preempt(job: number): void {
    if (roomless.delete(job)) giveBack(job);
    else state.preempt(job);
  }

  /** Holders in pools that this job could use. */
  function within(pools: readonly number[]): Holder[] {
    if (pools.length === state.pools.length) return holders;
    return holders.filter(({ job }) => roomless.has(job) || pools.includes(state.poolOf[job]));
  }

  /** Jobs to preempt for this one, none if it fits; null when it must wait. */
  function victimsFor(head: Head): readonly number[] | null {
    if (head.gpus <= available(tree, head.queue)) return [];
    const running = within(state.poolsFor(head.job));
    return findVictims(tree, head, running, policy)?.map((k) => running[k].job) ?? null;
  }

  /** The first job of the queue that can be admitted; those before it that cannot are out for this pass. */
  function nominate(queue: number): Head | null {
    while (open[queue].length > 0) {
      const head = headOf(open[queue].reduce((best, job) => (comesBefore(job, best) ? job : best)));
      if (victimsFor(head)) return head;
      // Who needs no less of the same pools, and comes later, cannot either.
      const pools = state.poolsFor(head.job).join();
      open[queue] = open[queue].filter((job) => jobs.gpus[job] < head.gpus || state.poolsFor(job).join() !== pools);
    }
    return null;
  }

  function comesBefore(a: number, b: number): boolean {
    return priority[a] > priority[b] || (priority[a] === priority[b] && state.rank[a] < state.rank[b]);
  }

  /** Admits nominees until none is left; gives the number of jobs preempted. */
  function admitAll(): number {
    const nominees = new Map<number, Head>();
    const renominate = (queue: number): void => {
      const nominee = nominate(queue);
      if (nominee) nominees.set(queue, nominee);
      else nominees.delete(queue);
    };
    for (let queue = 0; queue < open.length; queue++) renominate(queue);
    const first = policy.fairSharing ? fairestHead : firstWithinQuota;
    let preempted = 0;
    while (nominees.size > 0) {
      const head = first(tree, [...nominees.values()]);
      // What others took since it was nominated may leave it with more, or fewer, to preempt.
      const victims = victimsFor(head);
      if (victims) {
        for (const job of victims) preempt(job);
        preempted += victims.length;
        admit(head);
        open[head.queue] = open[head.queue].filter((job) => job !== head.job);
        if (waiting.next[head.job] >= 0) open[head.queue].push(waiting.next[head.job]);
      }
      renominate(head.queue);
    }
    return preempted;
  }

  return {
    pass() {
      for (const job of roomless) if (state.start(job)) roomless.delete(job);
      for (const list of open) list.length = 0;
      const isAdmitted = (job: number) => !state.isWaiting(job) || roomless.has(job);
      for (const c of waiting.gather(state.waiting, isAdmitted)) open[queueOf[waiting.first[c]]].push(waiting.first[c]);
      // What the preempted leave over is for the next pass, which sees them waiting too.
      if (admitAll() > 0) state.wakeAt(state.now + 1);
    },
    onStop: giveBack,
  };
}

function policyOf(config: QueueState["cluster"]["preemption"]): PreemptionPolicy {
  if (config.borrow_within_cohort !== "never" && config.reclaim_within_cohort === "any") {
    throw new InputError(
      "preemption: with borrow_within_cohort lower_priority, reclaim_within_cohort must be lower_priority: " +
        "with any, jobs could take the same GPUs from each other in a ring for ever",
      { path: "preemption.reclaim_within_cohort" },
    );
  }
  return {
    withinQueue: config.within_queue,
    reclaimWithinCohort: config.reclaim_within_cohort,
    borrowWithinCohort: config.borrow_within_cohort,
    maxPriorityThreshold: config.max_priority_threshold,
    fairSharing: config.fair_sharing,
  };
}
