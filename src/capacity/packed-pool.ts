import type { CompiledMapping } from "./compile-mapping.js";
import { packJobs } from "./pack-jobs.js";
import type { Pool } from "./plan-file.js";
import type { PoolResult } from "./result-pools.js";
import type { PlanJobs } from "./types.js";

/** A pool with how much of its nodes jobs can fill. */
export interface PackedPool extends Pool {
  /** GPUs of a node that the job mix can fill on average: GPUs per node × packing efficiency. */
  usable_gpus: number;
  packing: PoolResult["packing"];
}

/** Why packing efficiency may be missing. */
export const NO_PACKING =
  "packing efficiency needs the job sizes of the history, and the demand is telemetry; nodes are GPUs ÷ GPUs per node, rounded up";

/** Pools with the packing efficiency of the jobs whose queues prefer them, or have a share of them. */
export function packPools(
  pools: readonly Pool[],
  mapping: CompiledMapping,
  jobs: PlanJobs | undefined,
  queues: readonly string[],
  seed: number,
): PackedPool[] {
  return pools.map((pool, p): PackedPool => {
    const unpacked = (reason: string): PackedPool => ({
      ...pool,
      usable_gpus: pool.gpus_per_node,
      packing: { efficiency: null, jobs: null, reason },
    });
    if (!jobs) return unpacked(NO_PACKING);
    const own = new Set(
      mapping.entries.flatMap(({ queues: theirs, pools: wanted, shares }) =>
        (shares ? (shares[wanted.indexOf(p)] ?? 0) > 0 : wanted[0] === p) ? theirs.map((q) => queues[q]) : [],
      ),
    );
    const positions = new Set(jobs.queues.flatMap((queue, q) => (own.has(queue) ? [q] : [])));
    const packed = packJobs(jobs, positions, pool.gpus_per_node, seed);
    if (!packed) {
      return unpacked(
        `no job of the history prefers pool "${pool.name}"; its nodes are GPUs ÷ GPUs per node, rounded up`,
      );
    }
    return {
      ...pool,
      usable_gpus: pool.gpus_per_node * packed.efficiency,
      packing: { ...packed, reason: null },
    };
  });
}
