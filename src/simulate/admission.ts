import type { ClusterConfig, QueueConfig } from "./cluster-config.js";
import type { QueueJobs } from "./types.js";

/** Why a job never joined a queue. */
export type Refusal = "capacity" | "budget" | "shed";

/** Whether the label asks to spend beyond the budget: `SpendOverride`, unless it says `false`. */
function overrides(labels: Readonly<Record<string, string>> | undefined): boolean {
  const value = labels?.["SpendOverride"];
  return value !== undefined && value.toLowerCase() !== "false";
}

/**
 * Whether a job is expected to cost more than its own budget or its queue's budget of a run, in the cheapest pool that it
 * may use.
 *
 * @param prices dollars of a GPU-hour in those pools
 */
export function overBudget(
  jobs: QueueJobs,
  job: number,
  estimate: number,
  queue: QueueConfig,
  prices: readonly number[],
): boolean {
  const own = jobs.budget?.[job] ?? Number.NaN;
  const limits = [own, queue.per_run_budget_usd ?? Number.NaN].filter((limit) => !Number.isNaN(limit));
  if (limits.length === 0 || overrides(jobs.labels?.[job])) return false;
  return (jobs.gpus[job] * estimate * Math.min(...prices)) / 3600 > Math.min(...limits);
}

/** Turns an arrival away when its queue is as deep as the limit. */
export function isShed(shed: ClusterConfig["shed"], waitingInQueue: number, priority: number): boolean {
  if (!shed || waitingInQueue < shed.queue_depth) return false;
  return priority < (shed.pause_below_priority ?? Number.POSITIVE_INFINITY);
}
