import { parseCluster } from "./parse-cluster.js";
import { policyFactory } from "./policies/policy-factory.js";
import type { PolicyName } from "./policies/policy-names.js";
import { runQueue } from "./run-queue.js";
import type { QueueJobs } from "./types.js";

/**
 * Waits of jobs in one pool of so many GPUs: what a capacity level means to its users. Cheap enough to be asked for each
 * level and each path of demand.
 *
 * @param gpus whole, at least 1
 * @returns seconds by job; NaN for jobs that ask for more GPUs than there are
 */
export function simulateWaits(jobs: QueueJobs, gpus: number, policy: PolicyName = "easy"): Float64Array {
  const cluster = parseCluster({ version: 1, pools: [{ name: "all", gpus }] });
  const orderBy = policy === "sjf" ? (jobs.estimate ?? jobs.duration) : undefined;
  const { start } = runQueue(jobs, cluster, policyFactory(policy), { seed: 0, originMs: 0, timeline: false, orderBy });
  return start.map((second, job) => second - jobs.submit[job]);
}
