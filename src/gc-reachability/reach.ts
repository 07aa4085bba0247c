import { InputError } from "../core/errors.js";
import { addBits, createBits, orderFresh } from "./frontier.js";
import type { Csr, Reach, ReachArrays } from "./types.js";

export interface ReachOptions {
  /** One value a vertex, 1: never entered. A tip is always entered. */
  blocked?: Uint8Array;
  /** Arrays to write to; places of vertices not reached stay as they are. Default: new ones, filled with -1. */
  into?: ReachArrays;
  /** Room for n vertices, which saves making it; `tips` may lie at its start. */
  queue?: Int32Array;
}

export const DEFAULT_REACH_OPTIONS: Readonly<ReachOptions> = Object.freeze({});

const unreached = (n: number): Int32Array => new Int32Array(n).fill(-1);

/** Puts the tips into the queue, each once; gives their number. Where both are one array no tip is overwritten unread. */
function enterTips(tips: Int32Array, n: number, seen: Int32Array, queue: Int32Array): number {
  let count = 0;
  for (const tip of tips) {
    if (tip >>> 0 >= n) throw new InputError(`tip ${tip} is no vertex: they are 0 to ${n - 1}`, { tip, vertices: n });
    if (seen[tip >>> 5] & (1 << tip)) continue;
    seen[tip >>> 5] |= 1 << tip;
    queue[count++] = tip;
  }
  return count;
}

/**
 * Breadth-first walk from many tips at once: what they keep alive, how far away it is, and by which path.
 *
 * Of all shortest paths to a vertex the one with the smallest (root, parent) is told, whatever the order of tips and
 * edges. O(V + E) but for sorting small levels, without recursion; besides the results it takes 4.25 bytes a vertex.
 *
 * @param tips vertices to start from; twice is once
 * @throws InputError when a tip is no vertex
 * @example
 * const chain = buildCsr(3, Int32Array.of(0, 1), Int32Array.of(1, 2));
 * reach(chain, Int32Array.of(0)).depth; // Int32Array [0, 1, 2]
 */
export function reach(csr: Csr, tips: Int32Array, options: ReachOptions = DEFAULT_REACH_OPTIONS): Reach {
  const { offsets, targets } = csr;
  const n = offsets.length - 1;
  const { depth, parent, root } = options.into ?? { depth: unreached(n), parent: unreached(n), root: unreached(n) };
  const queue = options.queue ?? new Int32Array(n);
  // Bits of the vertices found so far, and of those found before the present step.
  const [seen, known] = [createBits(n), createBits(n)];
  let to = enterTips(tips, n, seen, queue);
  for (let k = 0; k < to; k++) {
    parent[queue[k]] = -1;
    root[queue[k]] = queue[k];
  }
  orderFresh(queue, 0, to, seen, known);
  if (options.blocked) addBits(options.blocked, seen, known);
  // With one root there is nothing to compare, which saves a read far away for most edges.
  const several = to > 1;
  for (let from = 0, level = 0; from < to; level++) {
    const end = to;
    for (; from < end; from++) {
      const u = queue[from];
      const tip = root[u];
      depth[u] = level;
      for (let e = offsets[u]; e < offsets[u + 1]; e++) {
        const v = targets[e];
        const bit = 1 << v;
        if (known[v >>> 5] & bit) continue;
        if (!(seen[v >>> 5] & bit)) {
          seen[v >>> 5] |= bit;
          parent[v] = u;
          root[v] = tip;
          queue[to++] = v;
        } else if (several && tip < root[v]) {
          // Vertices of a level come in ascending order: of those with the same root the first found it.
          parent[v] = u;
          root[v] = tip;
        }
      }
    }
    orderFresh(queue, end, to, seen, known);
  }
  return { depth, parent, root, count: to };
}
