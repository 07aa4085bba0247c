import { estimate } from "./estimate.js";
import type { Pool } from "./plan-file.js";
import type { PoolPaths } from "./pool-paths.js";
import type { IoCheck } from "./result-pools.js";

/** A pool is a bottleneck when its storage is asked for too much with more than this probability. */
const RISK = 0.05;

/** Storage throughput of a pool against what its running GPUs ask; null when the pool names none. */
export function ioCheck(
  pool: Pool,
  paths: PoolPaths,
  queuesWithoutRate: string[],
  levels: readonly number[],
): IoCheck | null {
  if (!pool.io) return null;
  const pAnyHour = paths.rateHours.reduce((count, hours) => count + (hours > 0 ? 1 : 0), 0) / paths.rateHours.length;
  return {
    pool: pool.name,
    gbytesPerS: pool.io.gbytes_per_s,
    peakGbytesPerS: estimate(paths.peakRate, levels),
    hoursAtRisk: estimate(paths.rateHours, levels),
    pAnyHour,
    bottleneck: pAnyHour > RISK,
    queuesWithoutRate,
  };
}
