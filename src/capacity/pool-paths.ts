import type { PathSet } from "../forecast/index.js";
import type { CompiledMapping } from "./compile-mapping.js";
import { loadLimit } from "./nodes-for.js";
import type { PackedPool } from "./packed-pool.js";
import { walkPools } from "./walk-pools.js";

/** What the plan's scenario asks of one pool, path by path. */
export interface PoolPaths {
  /** GPUs, path-major: `load[path * horizon + hour]`. */
  load: Float64Array;
  /**
   * Demand that the pool and those that stand in for it must carry together, path-major: their placed GPUs and this
   * pool's overflow. The same array as `load` where nothing stands in.
   */
  together: Float64Array;
  /** GPUs that jobs can fill of the pools that stand in for this one. */
  standInGpus: number;
  /** Whole nodes of that load that may run on spot, path-major; null when the pool sells no spot. */
  spotNodes: Uint32Array | null;
  /** GB/s of the highest hour, and hours that ask for more than the storage gives, by path. */
  peakRate: Float64Array;
  rateHours: Float64Array;
  /** Hours, and GPU-hours, beyond the pool's capacity by path. */
  shortHours: Float64Array;
  shortGpuHours: Float64Array;
  /** Share of the paths beyond the capacity, by hour. */
  shortByHour: Float64Array;
}

/** Pools that take over what does not fit into a pool: the further choices of the entries that prefer it. */
export function standIns(mapping: CompiledMapping, p: number): number[] {
  const preferring = mapping.entries.filter(
    ({ queues, pools, shares }) => queues.length > 0 && shares === null && pools[0] === p,
  );
  return [...new Set(preferring.flatMap(({ pools }) => pools))].filter((other) => other !== p).sort((a, b) => a - b);
}

/** Loads of every pool over all paths, kept for the sections that need them hour by hour. */
export function poolPaths(set: PathSet, mapping: CompiledMapping, pools: readonly PackedPool[]): PoolPaths[] {
  const { n, horizon } = set;
  const gpus = pools.map((pool) => pool.nodes * pool.usable_gpus);
  const others = pools.map((_, p) => standIns(mapping, p));
  const out = pools.map((pool, p): PoolPaths => {
    const load = new Float64Array(n * horizon);
    return {
      load,
      together: others[p].length > 0 ? new Float64Array(n * horizon) : load,
      standInGpus: others[p].reduce((sum, other) => sum + gpus[other], 0),
      spotNodes: pool.price?.spot !== undefined && pool.spot ? new Uint32Array(n * horizon) : null,
      peakRate: new Float64Array(n),
      rateHours: new Float64Array(n),
      shortHours: new Float64Array(n),
      shortGpuHours: new Float64Array(n),
      shortByHour: new Float64Array(horizon),
    };
  });
  const limits = pools.map((pool) => loadLimit(pool.nodes, pool.usable_gpus));
  walkPools(set, mapping, gpus, (path, hours) => {
    for (const [p, { load, spot, rate }] of hours.entries()) {
      const { usable_gpus: size, io } = pools[p];
      const throughput = io?.gbytes_per_s ?? Number.POSITIVE_INFINITY;
      const own = out[p];
      const row = path * horizon;
      own.load.set(load, row);
      if (others[p].length > 0) {
        own.together.set(load, row);
        for (const other of others[p]) {
          const placed = hours[other];
          for (let h = 0; h < horizon; h++) own.together[row + h] += placed.load[h] - placed.overflow[h];
        }
      }
      for (let h = 0; h < horizon; h++) {
        if (own.spotNodes) own.spotNodes[row + h] = Math.floor(spot[h] / size + 1e-9);
        if (rate[h] > own.peakRate[path]) own.peakRate[path] = rate[h];
        if (rate[h] > throughput) own.rateHours[path]++;
        if (load[h] > limits[p]) {
          own.shortHours[path]++;
          own.shortGpuHours[path] += load[h] - gpus[p];
          own.shortByHour[h]++;
        }
      }
    }
  });
  for (const { shortByHour } of out) for (let h = 0; h < horizon; h++) shortByHour[h] /= n;
  return out;
}

/** Highest hour of each path for every pool, without keeping the loads: `peaks[pool][path]`. */
export function poolPeaks(set: PathSet, mapping: CompiledMapping, pools: readonly PackedPool[]): Float64Array[] {
  const peaks = pools.map(() => new Float64Array(set.n));
  const gpus = pools.map((pool) => pool.nodes * pool.usable_gpus);
  walkPools(set, mapping, gpus, (path, hours) => {
    for (const [p, { load }] of hours.entries()) {
      let highest = 0;
      for (let h = 0; h < load.length; h++) if (load[h] > highest) highest = load[h];
      peaks[p][path] = highest;
    }
  });
  return peaks;
}
