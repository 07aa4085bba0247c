import type { PathSet } from "../forecast/index.js";
import type { CompiledMapping } from "./compile-mapping.js";
import { placeDemand } from "./place-demand.js";

/** One path of one pool, by hour; the arrays are used again for the next path. */
export interface PoolHours {
  /** GPUs that want to run here: placed + overflow. */
  load: Float64Array;
  /** The part of the load that found no room. */
  overflow: Float64Array;
  /** GPUs of the load that may run on spot. */
  spot: Float64Array;
  /** GB/s that the placed GPUs ask of the storage. */
  rate: Float64Array;
}

/**
 * Places the demand of every path hour by hour and hands the pools' loads to `visit`, path after path, so that no
 * more than one path of them is ever held.
 *
 * @param gpus capacity of each pool
 */
export function walkPools(
  set: Pick<PathSet, "n" | "horizon" | "data">,
  mapping: CompiledMapping,
  gpus: readonly number[],
  visit: (path: number, pools: readonly PoolHours[]) => void,
): void {
  const { n, horizon, data } = set;
  const hours = gpus.map(
    (): PoolHours => ({
      load: new Float64Array(horizon),
      overflow: new Float64Array(horizon),
      spot: new Float64Array(horizon),
      rate: new Float64Array(horizon),
    }),
  );
  const entries = mapping.entries.filter((entry) => entry.queues.length > 0);
  const capacity = Float64Array.from(gpus);
  const demands = entries.map(() => new Float64Array(horizon));
  const room = new Float64Array(gpus.length);
  const placed = new Float64Array(gpus.length);
  const overflow = new Float64Array(gpus.length);
  for (let path = 0; path < n; path++) {
    for (const pool of hours) for (const values of Object.values(pool)) values.fill(0);
    entries.forEach((entry, e) => {
      sumPath(demands[e], entry.queues, data, path);
    });
    for (let h = 0; h < horizon; h++) {
      room.set(capacity);
      for (let e = 0; e < entries.length; e++) {
        const entry = entries[e];
        placeDemand(entry, demands[e][h], room, placed, overflow);
        for (let k = 0; k < entry.pools.length; k++) {
          const load = placed[k] + overflow[k];
          if (load <= 0) continue;
          const pool = hours[entry.pools[k]];
          pool.load[h] += load;
          pool.overflow[h] += overflow[k];
          pool.spot[h] += entry.spotShare * load;
          if (entry.rate !== null) pool.rate[h] += entry.rate * placed[k];
        }
      }
    }
    visit(path, hours);
  }
}

/** Demand of some queues together along one path. */
function sumPath(sum: Float64Array, queues: readonly number[], data: readonly Float64Array[], path: number): void {
  const horizon = sum.length;
  const row = path * horizon;
  sum.fill(0);
  for (const q of queues) {
    const values = data[q];
    for (let h = 0; h < horizon; h++) sum[h] += values[row + h];
  }
}
