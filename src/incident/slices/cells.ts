import type { Frame } from "./frame.js";
import type { Leaves } from "./leaves.js";
import { largest, mayExplain, type SliceSpace } from "./slice-space.js";
import { STRIDE, type Totals, totalsAt } from "./totals.js";

/** Cells of one set of dimensions, at most: the beam of the search. */
const MOST_CELLS = 1024;
/** Conditions of a slice, at most. */
const MOST_CONDITIONS = 3;

/** A slice with its totals. */
export interface Cell {
  /** Numbers of the space, ascending: one a condition; none is everything. */
  slice: readonly number[];
  totals: Totals;
}

/** Cells by the key of their slice. */
export type Cells = ReadonlyMap<string, Cell>;

/** What a slice is found by. */
export const sliceKey = (slice: readonly number[]): string => slice.join();

/**
 * All slices of up to three conditions that can hold a share of the movement. As in Apriori, a slice can only hold it when
 * all wider ones can, so pairs are made of values, and triples of pairs, that may; of each set of dimensions the 1,024
 * cells with the most value are kept.
 */
export function enumerateCells(leaves: Leaves, space: SliceSpace, frame: Frame, leastShare: number): Cells {
  const cells = new Map<string, Cell>([[sliceKey([]), { slice: [], totals: frame.total }]]);
  const refine = (wider: Members, from: number): void => {
    for (let d = from; d < space.dimensions.length; d++) {
      const { values, first } = space.dimensions[d];
      const sums = sumCells(leaves, wider, leaves.places[d], values.length);
      const places = Array.from({ length: sums.length / STRIDE }, (_, place) => place);
      const able = places.filter((place) => mayExplain(frame, totalsAt(sums, place), leastShare));
      const kept = largest(sums, able, MOST_CELLS);
      const slices = kept.map((at) => [...wider.slices[Math.floor(at / values.length)], first + (at % values.length)]);
      slices.forEach((slice, s) => {
        cells.set(sliceKey(slice), { slice, totals: totalsAt(sums, kept[s]) });
      });
      const deepest = slices.length === 0 || slices[0].length === MOST_CONDITIONS;
      if (!deepest) refine({ ...membersOf(wider, leaves.places[d], values.length, kept), slices }, d + 1);
    }
  };
  const all = Int32Array.from({ length: leaves.count }, (_, leaf) => leaf);
  refine({ leaves: all, slots: new Int32Array(leaves.count), slices: [[]] }, 0);
  return cells;
}

/** Leaves that lie in one of some slices of the same dimensions. */
interface Members {
  leaves: Int32Array;
  /** Slice of every leaf. */
  slots: Int32Array;
  slices: readonly (readonly number[])[];
}

function sumCells({ sums }: Leaves, members: Members, places: Int32Array, values: number): Float64Array {
  const cells = new Float64Array(STRIDE * members.slices.length * values);
  for (let m = 0; m < members.leaves.length; m++) {
    const leaf = members.leaves[m];
    if (places[leaf] < 0) continue;
    const to = STRIDE * (members.slots[m] * values + places[leaf]);
    const from = STRIDE * leaf;
    cells[to] += sums[from];
    cells[to + 1] += sums[from + 1];
    cells[to + 2] += sums[from + 2];
    cells[to + 3] += sums[from + 3];
  }
  return cells;
}

/** The leaves in the kept cells of one more dimension. */
function membersOf(
  wider: Members,
  places: Int32Array,
  values: number,
  kept: readonly number[],
): Pick<Members, "leaves" | "slots"> {
  const slotOf = new Int32Array(wider.slices.length * values).fill(-1);
  kept.forEach((place, slot) => {
    slotOf[place] = slot;
  });
  const leaves = new Int32Array(wider.leaves.length);
  const slots = new Int32Array(wider.leaves.length);
  let count = 0;
  for (let m = 0; m < wider.leaves.length; m++) {
    const leaf = wider.leaves[m];
    if (places[leaf] < 0) continue;
    const slot = slotOf[wider.slots[m] * values + places[leaf]];
    if (slot < 0) continue;
    leaves[count] = leaf;
    slots[count++] = slot;
  }
  return { leaves: leaves.subarray(0, count), slots: slots.subarray(0, count) };
}
