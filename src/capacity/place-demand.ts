import type { CompiledEntry } from "./compile-mapping.js";

/**
 * Places one entry's demand of one hour.
 *
 * By preference each pool takes what it has room for, and what fits nowhere stays with the first pool as overflow. With
 * fixed shares each pool gets its share, and what does not fit there is that pool's overflow. More demand never lowers
 * any pool's load, and more room never raises any overflow.
 *
 * @param room free GPUs by pool; lowered by what is placed
 * @param placed out: GPUs placed, by position in `entry.pools`
 * @param overflow out: GPUs without room, by position in `entry.pools`
 */
export function placeDemand(
  entry: CompiledEntry,
  demand: number,
  room: Float64Array,
  placed: Float64Array,
  overflow: Float64Array,
): void {
  const { pools, shares } = entry;
  let rest = demand;
  for (let k = 0; k < pools.length; k++) {
    const wanted = shares ? shares[k] * demand : rest;
    const free = room[pools[k]];
    const taken = Math.min(wanted, free);
    placed[k] = taken;
    overflow[k] = shares ? wanted - taken : 0;
    room[pools[k]] = free - taken;
    rest -= taken;
  }
  if (!shares && rest > 0) overflow[0] = rest;
}
