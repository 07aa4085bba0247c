import type { SliceRows } from "./slice-rows.js";
import type { SliceSpace } from "./slice-space.js";
import { STRIDE, type Totals, totalsAt } from "./totals.js";

/** Totals of every combination of values that the data have. */
export interface Leaves {
  count: number;
  /** By dimension: place of every leaf's value, -1 where it has none that may be in a where. */
  places: readonly Int32Array[];
  /** Totals of every leaf. */
  sums: Float64Array;
}

/** Sums rows of equal values, by an open hash of their places. */
export function sliceLeaves({ dimensions }: SliceSpace, { rows, offset, value, weight }: SliceRows): Leaves {
  const slots = 2 ** Math.ceil(Math.log2(2 * rows.length + 2));
  const leafOf = new Int32Array(slots).fill(-1);
  const sums = new Float64Array(STRIDE * rows.length);
  const here = new Int32Array(dimensions.length);
  const places = dimensions.map(() => new Int32Array(rows.length));
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    let hash = 0;
    for (let d = 0; d < dimensions.length; d++) {
      const code = dimensions[d].codes[rows[i]];
      here[d] = code < 0 ? -1 : dimensions[d].place[code];
      hash = Math.imul(hash ^ here[d], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    let slot = hash & (slots - 1);
    while (leafOf[slot] >= 0 && !same(places, leafOf[slot], here)) slot = (slot + 1) & (slots - 1);
    if (leafOf[slot] < 0) {
      for (let d = 0; d < dimensions.length; d++) places[d][count] = here[d];
      leafOf[slot] = count++;
    }
    const at = STRIDE * leafOf[slot] + offset[i];
    sums[at] += value[i];
    sums[at + 1] += weight[i];
  }
  // Copies give back what is not needed; views do not need twice the room where nearly all is.
  if (2 * count > rows.length) {
    return { count, places: places.map((column) => column.subarray(0, count)), sums: sums.subarray(0, STRIDE * count) };
  }
  return { count, places: places.map((column) => column.slice(0, count)), sums: sums.slice(0, STRIDE * count) };
}

function same(places: readonly Int32Array[], leaf: number, here: Int32Array): boolean {
  for (let d = 0; d < here.length; d++) if (places[d][leaf] !== here[d]) return false;
  return true;
}

/** Leaves that a slice, given by numbers of the space, holds. */
export function leavesOf(leaves: Leaves, space: SliceSpace, slice: readonly number[]): Int32Array {
  const wanted = slice.map((number) => {
    const d = space.dimensionOf[number];
    return { places: leaves.places[d], place: number - space.dimensions[d].first };
  });
  const inside = new Int32Array(leaves.count);
  let count = 0;
  for (let leaf = 0; leaf < leaves.count; leaf++) {
    if (wanted.every(({ places, place }) => places[leaf] === place)) inside[count++] = leaf;
  }
  return inside.subarray(0, count);
}

/** Totals of some leaves; of all without a list. */
export function sumLeaves(leaves: Leaves, some?: Int32Array): Totals {
  const sums = new Float64Array(STRIDE);
  const n = some ? some.length : leaves.count;
  for (let k = 0; k < n; k++) {
    const at = STRIDE * (some ? some[k] : k);
    for (let part = 0; part < STRIDE; part++) sums[part] += leaves.sums[at + part];
  }
  return totalsAt(sums, 0);
}

/** Leaves but some. */
export function withoutLeaves({ count, places, sums }: Leaves, some: Int32Array): Leaves {
  const gone = new Uint8Array(count);
  for (const leaf of some) gone[leaf] = 1;
  return {
    count: count - some.length,
    places: places.map((column) => column.filter((_, leaf) => gone[leaf] === 0)),
    sums: sums.filter((_, at) => gone[Math.floor(at / STRIDE)] === 0),
  };
}
