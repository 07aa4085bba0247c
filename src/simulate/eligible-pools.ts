import type { PoolState, QueueJobs } from "./types.js";

/** Pools by the job's GPU type (`A|B` of pool names and models) and whether it bears to be taken away, by the file's order. */
export function eligiblePools(
  jobs: QueueJobs,
  pools: readonly PoolState[],
  holds: (job: number, pool: number) => boolean,
): (job: number) => readonly number[] {
  const byKind = new Map<string, number[]>();
  const ofKind = (type: string, preemptible: boolean): number[] => {
    const key = `${preemptible}|${type}`;
    let found = byKind.get(key);
    if (!found) {
      const wanted = type === "" ? [] : type.split("|");
      found = pools.flatMap((pool, p) => {
        const right = wanted.length === 0 || wanted.includes(pool.name) || wanted.includes(pool.model);
        return right && (preemptible || !pool.spot) ? [p] : [];
      });
      byKind.set(key, found);
    }
    return found;
  };
  if (!jobs.gpuType && !jobs.preemptible && pools.length === 1) {
    const lists = [[], [0]];
    const held = new Uint8Array(jobs.n);
    for (let job = 0; job < jobs.n; job++) held[job] = holds(job, 0) ? 1 : 0;
    return (job) => lists[held[job]];
  }
  const known = new Array<readonly number[] | undefined>(jobs.n).fill(undefined);
  return (job) => {
    let found = known[job];
    if (!found) {
      const kind = ofKind(jobs.gpuType?.[job] ?? "", jobs.preemptible?.[job] ?? true);
      found = kind.every((p) => holds(job, p)) ? kind : kind.filter((p) => holds(job, p));
      known[job] = found;
    }
    return found;
  };
}
