import { addExact, emptySum, exactTotal } from "./exact-sum.js";
import { addBits, createBits, orderFresh } from "./frontier.js";
import { reach } from "./reach.js";
import type { Csr } from "./types.js";

export interface ExclusiveOptions {
  /** One value a vertex, 1: never entered and never a start. */
  blocked?: Uint8Array;
}

export const DEFAULT_EXCLUSIVE_OPTIONS: Readonly<ExclusiveOptions> = Object.freeze({});

/** What only one row of protections or holds keeps, by row. */
export interface ExclusiveByRoot {
  /** Summed sizes; the nearest number where they exceed 2^53. */
  bytes: Float64Array;
  exactBytes: bigint[];
  objects: Int32Array;
  /** Of each vertex: the one row that keeps it, -1 for none, -2 when several rows or others do. */
  label: Int32Array;
}

/** Labels of vertices that no row, or more than one row, keeps. */
export const [NONE, SHARED] = [-1, -2];

/** Marks all that the first `count` vertices of the queue reach. */
function spread(
  { offsets, targets }: Csr,
  queue: Int32Array,
  count: number,
  seen: Int32Array,
  known: Int32Array,
): void {
  let to = count;
  orderFresh(queue, 0, to, seen, known);
  for (let from = 0; from < to; ) {
    const end = to;
    for (; from < end; from++) {
      const u = queue[from];
      for (let e = offsets[u]; e < offsets[u + 1]; e++) {
        const v = targets[e];
        if (seen[v >>> 5] & (1 << v)) continue;
        seen[v >>> 5] |= 1 << v;
        queue[to++] = v;
      }
    }
    orderFresh(queue, end, to, seen, known);
  }
}

/** Row by whose start each vertex is found first; -1 where none comes, or something in `taken` stands. */
function firstRows(csr: Csr, rootOf: Int32Array, taken: Int32Array): Int32Array {
  const n = rootOf.length;
  const blocked = new Uint8Array(n);
  const tips = new Int32Array(n);
  let count = 0;
  for (let v = 0; v < n; v++) {
    if (taken[v >>> 5] & (1 << v)) blocked[v] = 1;
    else if (rootOf[v] >= 0) tips[count++] = v;
  }
  const { root } = reach(csr, tips.subarray(0, count), { blocked });
  for (let v = 0; v < n; v++) if (root[v] >= 0) root[v] = rootOf[root[v]];
  return root;
}

/**
 * What would become free if a single row alone were dropped: the vertices that only its starts reach. O(V + E) for all
 * rows together, without a dominator tree: where a walk from all starts at once passes from the land of one row into
 * that of another, several rows reach the vertex and all behind it.
 *
 * @param rootOf row of each start, -1 for other vertices
 * @param shared 1: kept by something else in any case, and so is all that it reaches
 * @param size of each vertex, whole numbers up to 2^53
 * @example
 * // 0 and 1 are starts of rows 0 and 1; both need 2, only 1 needs 3
 * const csr = buildCsr(4, Int32Array.of(0, 1, 1), Int32Array.of(2, 2, 3));
 * exclusiveByRoot(csr, Int32Array.of(0, 1, -1, -1), new Uint8Array(4), Float64Array.of(1, 2, 4, 8)).bytes; // [1, 10]
 */
export function exclusiveByRoot(
  csr: Csr,
  rootOf: Int32Array,
  shared: Uint8Array,
  size: Float64Array,
  { blocked }: ExclusiveOptions = DEFAULT_EXCLUSIVE_OPTIONS,
): ExclusiveByRoot {
  const { offsets, targets } = csr;
  const n = rootOf.length;
  const queue = new Int32Array(n);
  // Bits of what is shared, and of what may not be entered.
  const [taken, known] = [createBits(n), createBits(n)];
  if (blocked) addBits(blocked, taken, known);
  let count = 0;
  const take = (v: number): void => {
    if (taken[v >>> 5] & (1 << v)) return;
    taken[v >>> 5] |= 1 << v;
    queue[count++] = v;
  };
  for (let v = 0; v < n; v++) if (shared[v] === 1) take(v);
  spread(csr, queue, count, taken, known);

  const label = firstRows(csr, rootOf, taken);
  count = 0;
  for (let u = 0; u < n; u++) {
    if (label[u] < 0 || taken[u >>> 5] & (1 << u)) continue;
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      const v = targets[e];
      if (!(taken[v >>> 5] & (1 << v)) && label[v] !== label[u]) take(v);
    }
  }
  spread(csr, queue, count, taken, known);

  for (let v = 0; v < n; v++) {
    if (taken[v >>> 5] & (1 << v)) label[v] = blocked?.[v] === 1 ? NONE : SHARED;
  }
  return sumLabels(label, rootOf, size);
}

/** Sums of the vertices that bear the label of a row; of `rootOf` only the largest row counts. */
export function sumLabels(label: Int32Array, rootOf: Int32Array, size: Float64Array): ExclusiveByRoot {
  const rows = rootOf.reduce((most, row) => Math.max(most, row + 1), 0);
  const objects = new Int32Array(rows);
  const sums = Array.from({ length: rows }, emptySum);
  for (let v = 0; v < label.length; v++) {
    if (label[v] < 0) continue;
    objects[label[v]]++;
    addExact(sums[label[v]], size[v]);
  }
  const exactBytes = sums.map(exactTotal);
  return { bytes: Float64Array.from(exactBytes, Number), exactBytes, objects, label };
}
