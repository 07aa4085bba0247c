import { components } from "./components.js";
import { addExact, addSum, type ExactSum, emptySum, exactTotal } from "./exact-sum.js";
import { onesOf } from "./ones-of.js";
import type { Csr, SelectorRanges } from "./types.js";

/** Rows walked at once: the bits of a mask. */
const WIDTH = 32;

/** What the matches of each row reach, by row. */
export interface ReachableByRow {
  objects: Float64Array;
  bytes: bigint[];
}

/** Every object of some ranges once. */
function startsOf(n: number, { from, to }: SelectorRanges): Int32Array {
  const isStart = new Uint8Array(n);
  for (let k = 0; k < from.length; k++) isStart.fill(1, from[k], to[k]);
  return onesOf(isStart);
}

/**
 * How much each row reaches, matches included: 32 rows a pass, a bit each. Bits are carried from component to component
 * in the order of edges, so that a pass looks at each edge once, and only at edges behind a match.
 *
 * @param ranges of {@link mergeRanges}: sorted by row
 * @param blocked 1: never entered and never a start
 */
export function reachableByRow(
  csr: Csr,
  rows: number,
  ranges: SelectorRanges,
  blocked: Uint8Array,
  size: Float64Array,
): ReachableByRow {
  const { offsets, targets } = csr;
  const { row, from, to } = ranges;
  const { of, order, count } = components(csr, startsOf(offsets.length - 1, ranges), blocked);
  const members = new Int32Array(count);
  const sizes = Array.from({ length: count }, emptySum);
  for (const v of order) {
    members[of[v]]++;
    addExact(sizes[of[v]], size[v]);
  }
  const objects = new Float64Array(rows);
  const sums: ExactSum[] = Array.from({ length: rows }, emptySum);
  const mask = new Int32Array(count);
  for (let first = 0, k = 0; k < row.length; first += WIDTH) {
    mask.fill(0);
    for (; k < row.length && row[k] < first + WIDTH; k++) {
      for (let v = from[k]; v < to[k]; v++) if (of[v] >= 0) mask[of[v]] |= 1 << (row[k] - first);
    }
    for (let i = order.length - 1; i >= 0; i--) {
      const u = order[i];
      const own = of[u];
      const bits = mask[own];
      if (bits === 0) continue;
      for (let e = offsets[u]; e < offsets[u + 1]; e++) {
        const c = of[targets[e]];
        if (c >= 0 && c !== own) mask[c] |= bits;
      }
    }
    for (let c = 0; c < count; c++) {
      for (let bits = mask[c]; bits !== 0; bits &= bits - 1) {
        const r = first + 31 - Math.clz32(bits & -bits);
        objects[r] += members[c];
        addSum(sums[r], sizes[c]);
      }
    }
  }
  return { objects, bytes: sums.map(exactTotal) };
}
