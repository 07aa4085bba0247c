import { checkJobs } from "./check-jobs.js";
import type { ClusterConfig, ClusterConfigInput } from "./cluster-config.js";
import { parseCluster } from "./parse-cluster.js";
import { policyFactory } from "./policies/policy-factory.js";
import type { PolicyName } from "./policies/policy-names.js";
import type { QueueRun } from "./queue-run.js";
import { runQueue } from "./run-queue.js";
import { summarise } from "./summarise.js";
import type { SimulationSummary } from "./summary-schema.js";
import type { QueueJobs, SchedulerFactory } from "./types.js";

export interface SimulateOptions {
  /** A policy by name, or one of your own; default `fifo`. */
  policy?: PolicyName | SchedulerFactory;
  /** Seed of the spot market; default 42. */
  seed?: number;
  /** Epoch milliseconds of second 0: monthly budgets are for calendar months (UTC). Default 0, 1970-01-01. */
  originMs?: number;
  /** Whether to keep the timeline; default true. */
  timeline?: boolean;
}

export const DEFAULT_SIMULATE_OPTIONS: Readonly<Required<SimulateOptions>> = Object.freeze({
  policy: "fifo",
  seed: 42,
  originMs: 0,
  timeline: true,
});

/** What became of the jobs, by column, and the figures over them. */
export interface SimulationResult extends QueueRun {
  summary: SimulationSummary;
}

/**
 * Plays jobs through a cluster under a policy: at each second completions, then zones, then arrivals, then one
 * scheduling pass. Deterministic: interruptions of spot pools are drawn by job and run from the seed.
 *
 * @param jobs columns; results are in the same order
 * @param cluster the cluster file as parsed from YAML
 * @throws InputError for a cluster or jobs that cannot be meant
 * @example
 * const jobs = { n: 2, id: ["a", "b"], submit: Float64Array.of(0, 0), duration: Float64Array.of(60, 60), gpus: Int32Array.of(8, 8) };
 * const { start } = simulate(jobs, { version: 1, pools: [{ name: "a100", gpus: 8 }] }, { policy: "easy" });
 * start; // Float64Array [0, 60]
 */
export function simulate(
  jobs: QueueJobs,
  cluster: ClusterConfigInput,
  options: SimulateOptions = DEFAULT_SIMULATE_OPTIONS,
): SimulationResult {
  const { policy, seed, originMs, timeline } = { ...DEFAULT_SIMULATE_OPTIONS, ...options };
  const config = parseCluster(cluster);
  checkJobs(jobs);
  const named = typeof policy === "string";
  const factory = named ? policyFactory(policy) : policy;
  const orderBy = policy === "sjf" ? (jobs.estimate ?? jobs.duration) : undefined;
  const play = (on: ClusterConfig, keep: boolean): QueueRun =>
    runQueue(jobs, on, factory, { seed, originMs, timeline: keep, orderBy });
  const run = play(config, timeline);
  const calm = config.faults.length > 0 ? play({ ...config, faults: [] }, false) : run;
  const summary = summarise({ jobs, cluster: config, run, calm, policy: named ? policy : "custom", seed });
  return { ...run, summary };
}
