import { InputError } from "../core/errors.js";
import type { Csr } from "./types.js";

export interface DominatorOptions {
  /** One value a vertex, 1: never entered. A tip is always entered. */
  blocked?: Uint8Array;
}

export const DEFAULT_DOMINATOR_OPTIONS: Readonly<DominatorOptions> = Object.freeze({});

/** Which single vertex each vertex hangs on. */
export interface Dominators {
  /** The last vertex that every path from a tip passes; -1: none, it is a tip or has several ways; -2: not reached. */
  idom: Int32Array;
  /** What would become free without this vertex: its size and the sizes of all that hangs on it; 0 when not reached. */
  retained: Float64Array;
}

/** Depth-first numbers, from 1 on; 0 is the virtual root above all tips. */
interface Preorder {
  /** By vertex; 0 where the walk did not come. */
  number: Int32Array;
  /** By number. */
  vertex: Int32Array;
  parent: Int32Array;
  count: number;
}

function numberDepthFirst({ offsets, targets }: Csr, tips: Int32Array, blocked: Uint8Array | undefined): Preorder {
  const n = offsets.length - 1;
  const [number, vertex, parent] = [new Int32Array(n), new Int32Array(n + 1), new Int32Array(n + 1)];
  // Vertices on the path and how far their edges have been followed.
  const [path, edge] = [new Int32Array(n), new Int32Array(n)];
  let [count, length] = [0, 0];
  const enter = (v: number, above: number): void => {
    number[v] = ++count;
    vertex[count] = v;
    parent[count] = above;
    path[length] = v;
    edge[length++] = offsets[v];
  };
  for (const tip of tips) {
    if (tip >>> 0 >= n) {
      throw new InputError(`tip ${tip} is no vertex: they are 0 to ${n - 1}`, { tip, vertices: n });
    }
    if (number[tip] === 0) enter(tip, 0);
    while (length > 0) {
      const u = path[length - 1];
      if (edge[length - 1] === offsets[u + 1]) {
        length--;
        continue;
      }
      const v = targets[edge[length - 1]++];
      if (number[v] === 0 && blocked?.[v] !== 1) enter(v, number[u]);
    }
  }
  return { number, vertex, parent, count };
}

/** Numbers of the vertices before each number, in compressed rows: `before[starts[i]] … before[starts[i + 1] - 1]`. */
function predecessors({ offsets, targets }: Csr, { number, vertex, count }: Preorder) {
  const starts = new Int32Array(count + 2);
  const eachEdge = (visit: (from: number, to: number) => void): void => {
    for (let i = 1; i <= count; i++) {
      for (let e = offsets[vertex[i]]; e < offsets[vertex[i] + 1]; e++) {
        const to = number[targets[e]];
        if (to !== 0) visit(i, to);
      }
    }
  };
  eachEdge((_, to) => {
    starts[to]++;
  });
  for (let i = 1; i <= count + 1; i++) starts[i] += starts[i - 1];
  const before = new Int32Array(starts[count + 1]);
  eachEdge((from, to) => {
    before[--starts[to]] = from;
  });
  return { starts, before };
}

/** Immediate dominators by number; semi-NCA. */
function semiNca(csr: Csr, order: Preorder, tips: Int32Array): Int32Array {
  const { parent, number, count } = order;
  const { starts, before } = predecessors(csr, order);
  const semi = parent.slice(0, count + 1);
  for (const tip of tips) semi[number[tip]] = 0;
  const ancestor = parent.slice(0, count + 1);
  const best = Int32Array.from(semi.keys());
  const path = new Int32Array(count + 1);
  /** Of the numbers from i up to the last one processed, that with the smallest semidominator; shortens the way up. */
  const smallest = (i: number, processed: number): number => {
    let length = 0;
    let u = i;
    while (ancestor[u] >= processed) {
      path[length++] = u;
      u = ancestor[u];
    }
    const top = ancestor[u];
    let above = u;
    while (length > 0) {
      const w = path[--length];
      if (semi[best[above]] < semi[best[w]]) best[w] = best[above];
      ancestor[w] = top;
      above = w;
    }
    return best[i];
  };
  for (let i = count; i >= 1; i--) {
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      // A vertex numbered before i has not been processed: it stands for itself.
      const from = before[k];
      const candidate = from > i ? semi[smallest(from, i + 1)] : from;
      if (candidate < semi[i]) semi[i] = candidate;
    }
  }
  const idom = parent.slice(0, count + 1);
  for (let i = 1; i <= count; i++) while (idom[i] > semi[i]) idom[i] = idom[idom[i]];
  return idom;
}

/**
 * Dominator tree over a virtual root above all tips, for what-if questions about any single vertex: semi-NCA of
 * Georgiadis (2005), "Linear-time algorithms for dominators and related problems", without recursion.
 *
 * @param size of each vertex; sums are exact up to 2^53
 * @throws InputError when a tip is no vertex
 * @example
 * // 0 needs 1 and 2, both need 3: nothing but 0 alone holds 3
 * const csr = buildCsr(4, Int32Array.of(0, 0, 1, 2), Int32Array.of(1, 2, 3, 3));
 * dominators(csr, Int32Array.of(0), new Float64Array(4).fill(1)); // idom [-1, 0, 0, 0], retained [4, 1, 1, 1]
 */
export function dominators(
  csr: Csr,
  tips: Int32Array,
  size: Float64Array,
  { blocked }: DominatorOptions = DEFAULT_DOMINATOR_OPTIONS,
): Dominators {
  const n = csr.offsets.length - 1;
  const order = numberDepthFirst(csr, tips, blocked);
  const above = semiNca(csr, order, tips);
  const idom = new Int32Array(n).fill(-2);
  const retained = new Float64Array(n);
  for (let i = order.count; i >= 1; i--) {
    const v = order.vertex[i];
    retained[v] += size[v];
    idom[v] = above[i] === 0 ? -1 : order.vertex[above[i]];
    if (above[i] !== 0) retained[idom[v]] += retained[v];
  }
  return { idom, retained };
}
