import { InputError } from "../../core/errors.js";
import type { ClusterConfig, QueueConfig } from "../cluster-config.js";
import { buildQuotaTree, type QuotaNode, type QuotaTree } from "./quota-tree.js";

/**
 * The quota tree of a cluster file. A queue's cohort is a path from the root, `research/vision`; every step of it is a
 * cohort, with the quota, limits and weight of its entry under `cohorts`, if there is one. A file that speaks of neither
 * quotas nor cohorts means that all queues borrow from all GPUs, by their weights.
 *
 * @param gpus GPUs of the cluster.
 * @throws {InputError} a queue that has neither a quota nor a cohort to borrow from.
 */
export function clusterQuotas(
  queues: readonly QueueConfig[],
  cohorts: ClusterConfig["cohorts"],
  gpus: number,
): QuotaTree {
  if (cohorts.length === 0 && queues.every((queue) => queue.nominal_gpus === undefined && !queue.cohort)) {
    const all = "all GPUs";
    return buildQuotaTree(
      queues.map((queue) => ({ ...quotaNode(queue), parent: all })),
      [{ name: all, nominal: gpus }],
    );
  }
  const inner = new Map<string, QuotaNode>();
  const addPath = (path: string): void => {
    if (inner.has(path)) return;
    const parent = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;
    inner.set(path, { name: path, parent });
    if (parent) addPath(parent);
  };
  for (const { cohort } of queues) if (cohort) addPath(cohort);
  for (const cohort of cohorts) {
    addPath(cohort.name);
    inner.set(cohort.name, { ...quotaNode(cohort), parent: inner.get(cohort.name)?.parent });
  }
  for (const queue of queues) {
    if (queue.nominal_gpus !== undefined || queue.cohort) continue;
    throw new InputError(
      `policy kueue: queue "${queue.name}" has no quota and no cohort, so that none of its jobs could ever run; ` +
        "give it nominal_gpus or cohort in the cluster file",
      { queue: queue.name },
    );
  }
  return buildQuotaTree(
    queues.map((queue) => ({ ...quotaNode(queue), parent: queue.cohort })),
    [...inner.values()],
  );
}

function quotaNode(config: QueueConfig | ClusterConfig["cohorts"][number]): QuotaNode {
  return {
    name: config.name,
    nominal: config.nominal_gpus,
    borrowingLimit: config.borrowing_limit,
    lendingLimit: config.lending_limit,
    weight: config.weight,
  };
}
