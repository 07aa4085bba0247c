import type { PodTable } from "../binpack/types.js";
import type { PoolConfig } from "./cluster-config.js";
import type { QueueJobs } from "./types.js";

/** The pods that jobs are split into on the nodes of one pool. */
export interface JobPods {
  pods: PodTable;
  /** First pod of each job; one entry more than there are jobs. */
  start: Int32Array;
  /** Jobs of one shape ask for the same. */
  shape: Int32Array;
}

/** Fewest equal pods that a node can take: the job's own number if it has one. */
function podsOf(jobs: QueueJobs, job: number, nodeGpus: number): number {
  const given = jobs.pods?.[job] ?? 0;
  if (given > 0) return given;
  const gpus = jobs.gpus[job];
  let pods = Math.max(1, Math.ceil(gpus / nodeGpus));
  while (gpus % pods !== 0) pods++;
  return pods;
}

/** Splits every job evenly; CPU and memory are rounded up. */
export function jobPods(jobs: QueueJobs, pool: PoolConfig): JobPods {
  const nodeGpus = pool.template?.gpus ?? 1;
  const start = new Int32Array(jobs.n + 1);
  const shape = new Int32Array(jobs.n);
  const shapes = new Map<string, number>();
  for (let job = 0; job < jobs.n; job++) {
    const count = podsOf(jobs, job, nodeGpus);
    start[job + 1] = start[job] + count;
    const levels = `${jobs.requiredLevel?.[job] ?? ""}|${jobs.preferredLevel?.[job] ?? ""}`;
    const key = `${count}|${jobs.gpus[job]}|${jobs.cpu?.[job] ?? 0}|${jobs.memory?.[job] ?? 0}|${levels}`;
    shape[job] = shapes.get(key) ?? shapes.size;
    shapes.set(key, shape[job]);
  }
  const n = start[jobs.n];
  const jobOf = new Int32Array(n);
  for (let job = 0; job < jobs.n; job++) jobOf.fill(job, start[job], start[job + 1]);
  const share = (total: number, job: number): number => Math.ceil(total / (start[job + 1] - start[job]));
  const text = (column: readonly string[]): string[] => Array.from(jobOf, (job) => column[job]);
  const whole = <T extends string>(column: readonly T[] | undefined): T[] | undefined =>
    column && Array.from(jobOf, (job) => column[job]);
  return {
    start,
    shape,
    pods: {
      n,
      name: text(jobs.id),
      cpu: Int32Array.from(jobOf, (job) => share(jobs.cpu?.[job] ?? 0, job)),
      memory: Int32Array.from(jobOf, (job) => share(jobs.memory?.[job] ?? 0, job)),
      gpus: Uint16Array.from(jobOf, (job) => share(jobs.gpus[job], job)),
      milli: Int32Array.from(jobOf, (job) => (jobs.gpus[job] > 0 ? 1000 : 0)),
      spec: new Array<string>(n).fill(""),
      group: text(jobs.id),
      requiredLevel: whole(jobs.requiredLevel),
      preferredLevel: whole(jobs.preferredLevel),
      dataZone: whole(jobs.dataZone),
    },
  };
}
