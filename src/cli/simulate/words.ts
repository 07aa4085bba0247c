import type { ClusterConfig, QueueJobs, SimulationSummary } from "../../simulate/index.js";

/** Names that a warning lists at most. */
const SHOWN = 3;

function listed(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return `${names.slice(0, SHOWN).join(", ")}${more}`;
}

/** What the reader should know before believing the figures. */
export function simulationWarnings(jobs: QueueJobs, cluster: ClusterConfig, summary: SimulationSummary): string[] {
  const warnings: string[] = [];
  const known = new Set(cluster.pools.flatMap(({ name, template }) => [name, template?.model ?? name]));
  const asked = [...new Set(jobs.gpuType ?? [])].flatMap((type) => type.split("|"));
  const unknown = [...new Set(asked)].filter((type) => type !== "" && !known.has(type)).sort();
  if (unknown.length > 0)
    warnings.push(`no pool has gpu_type ${listed(unknown)}: jobs that ask for nothing else are rejected`);
  const queues = new Set(cluster.queues.map(({ name }) => name));
  const unnamed = [...new Set(jobs.queue ?? [])].filter((name) => !queues.has(name)).sort();
  if (queues.size > 0 && unnamed.length > 0) {
    warnings.push(`the cluster file has no queue ${listed(unnamed)}: it gets neither quota nor budget`);
  }
  const { capacity, budget } = summary.rejected_for;
  if (capacity > 0) warnings.push(`${capacity} of ${jobs.n} jobs are rejected: no pool could ever hold them`);
  if (budget > 0) warnings.push(`${budget} of ${jobs.n} jobs are rejected: a run would cost more than its budget`);
  if (summary.unfinished > 0)
    warnings.push(`${summary.unfinished} of ${jobs.n} jobs never end: nothing frees what they wait for`);
  return warnings;
}

const hours = (seconds: number | null): string => (seconds === null ? "none" : `${(seconds / 3600).toFixed(2)} h`);

/** The run in two lines. */
export function simulationText(summary: SimulationSummary, out: string): string {
  const { policy, jobs, completed, gpus, gpu_util } = summary;
  return [
    `${policy} on ${gpus} GPUs: ${completed} of ${jobs} jobs end, ${(100 * gpu_util).toFixed(1)} % of the GPU time is used`,
    `wait: median ${hours(summary.median_wait_s)}, p95 ${hours(summary.p95_wait_s)}, mean ${hours(summary.mean_wait_s)} -> ${out}`,
  ].join("\n");
}
