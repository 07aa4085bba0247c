import type { ClusterConfig } from "./cluster-config.js";
import { eligiblePools } from "./eligible-pools.js";
import { poolState } from "./pool-states.js";
import type { Room, Runs } from "./room.js";
import type { PoolState, QueueJobs } from "./types.js";
import { createZoneLedger } from "./zone-ledger.js";

/** Room that a reservation leaves to others in its pool. */
interface Spare {
  pool: number;
  gpus: number;
  cpu: number;
  memory: number;
}

/** Pools as counts of GPUs (CPU and memory bind too where a pool states them); a job lies in one pool, anywhere. */
export function createPooledRoom(jobs: QueueJobs, cluster: ClusterConfig): Room {
  const pools = cluster.pools.map(poolState);
  const ledger = cluster.faults.length > 0 ? createZoneLedger(cluster.pools, pools, jobs) : null;
  const capacities = pools.map((pool) => pool.gpus);
  const cpuOf = (job: number): number => jobs.cpu?.[job] ?? 0;
  const memoryOf = (job: number): number => jobs.memory?.[job] ?? 0;
  const poolsFor = eligiblePools(
    jobs,
    pools,
    (job, p) => jobs.gpus[job] <= capacities[p] && cpuOf(job) <= pools[p].cpu && memoryOf(job) <= pools[p].memory,
  );
  let spare: Spare | null = null;

  const fits = (job: number, { free, cpuFree, memoryFree }: PoolState): boolean =>
    jobs.gpus[job] <= free && cpuOf(job) <= cpuFree && memoryOf(job) <= memoryFree;
  const leavesReserve = (job: number, pool: number): boolean =>
    spare === null ||
    spare.pool !== pool ||
    (jobs.gpus[job] <= spare.gpus && cpuOf(job) <= spare.cpu && memoryOf(job) <= spare.memory);
  const add = (job: number, pool: PoolState, sign: 1 | -1): void => {
    pool.free += sign * jobs.gpus[job];
    if (jobs.cpu) pool.cpuFree += sign * jobs.cpu[job];
    if (jobs.memory) pool.memoryFree += sign * jobs.memory[job];
  };

  /** Earliest second at which the pool has room for the job, and what it leaves then. */
  function earliest(job: number, pool: number, runs: Runs, now: number): { second: number; spare: Spare } | null {
    const { free, cpuFree, memoryFree } = pools[pool];
    const left: Spare = {
      pool,
      gpus: free - jobs.gpus[job],
      cpu: cpuFree - cpuOf(job),
      memory: memoryFree - memoryOf(job),
    };
    const enough = (): boolean => left.gpus >= 0 && left.cpu >= 0 && left.memory >= 0;
    const { running, estimatedEnd, poolOf } = runs;
    let second = now;
    for (let i = 0; i < running.length; i++) {
      const end = Math.max(now, estimatedEnd[running[i]]);
      if (end > second) {
        if (enough()) break;
        second = end;
      }
      if (poolOf[running[i]] !== pool) continue;
      left.gpus += jobs.gpus[running[i]];
      left.cpu += cpuOf(running[i]);
      left.memory += memoryOf(running[i]);
    }
    return enough() ? { second, spare: left } : null;
  }

  return {
    pools,
    poolsFor,
    find(job, candidates, beside) {
      for (const p of candidates) if (fits(job, pools[p]) && (!beside || leavesReserve(job, p))) return p;
      return -1;
    },
    take(job, pool, beside) {
      if (beside && spare?.pool === pool) {
        spare.gpus -= jobs.gpus[job];
        spare.cpu -= cpuOf(job);
        spare.memory -= memoryOf(job);
      }
      add(job, pools[pool], -1);
      ledger?.take(job, pool);
    },
    release(job, pool) {
      add(job, pools[pool], 1);
      ledger?.release(job, pool);
    },
    reserve(job, runs, now) {
      spare = null;
      let second = Number.POSITIVE_INFINITY;
      for (const p of poolsFor(job)) {
        const found = earliest(job, p, runs, now);
        if (found && found.second < second) {
          second = found.second;
          spare = found.spare;
        }
      }
      return second;
    },
    freeBeside() {
      let most = 0;
      for (let p = 0; p < pools.length; p++) {
        const free = spare?.pool === p ? Math.min(spare.gpus, pools[p].free) : pools[p].free;
        if (free > most) most = free;
      }
      return most;
    },
    setZones: (zones, up) => ledger?.setZones(zones, up) ?? [],
    nodesOf: () => null,
  };
}
