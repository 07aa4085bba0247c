import type { Csr } from "./types.js";

/** Strongly connected components of what some vertices reach. */
export interface Components {
  /** Component of each vertex, -1 where it was not reached. Components are numbered so that edges lead to smaller ones. */
  of: Int32Array;
  /** Vertices by component, smallest first, and then ascending, which makes reading the graph cheap. */
  order: Int32Array;
  count: number;
}

function byComponent(of: Int32Array, count: number, reached: number): Int32Array {
  const next = new Int32Array(count + 1);
  for (let v = 0; v < of.length; v++) next[of[v] + 1]++;
  // Vertices that were not reached have been counted at 0.
  next[0] = 0;
  for (let c = 1; c <= count; c++) next[c] += next[c - 1];
  const order = new Int32Array(reached);
  for (let v = 0; v < of.length; v++) if (of[v] >= 0) order[next[of[v]]++] = v;
  return order;
}

/**
 * Tarjan's algorithm (1972), without recursion, from the given vertices. A vertex's `low` is the smallest number on the
 * stack that it reaches; after its component is known, the component stands in its place.
 *
 * @param blocked 1: never entered and never a start
 */
export function components({ offsets, targets }: Csr, starts: Int32Array, blocked: Uint8Array): Components {
  const n = offsets.length - 1;
  const of = new Int32Array(n).fill(-1);
  // Number by order of discovery from 1 on; 0: not yet found.
  const [number, low] = [new Int32Array(n), new Int32Array(n)];
  const [path, edge, stack] = [0, 1, 2].map(() => new Int32Array(n));
  let [found, depth, waiting, done, count] = [0, 0, 0, 0, 0];
  const enter = (v: number): void => {
    number[v] = ++found;
    low[v] = found;
    path[depth] = v;
    edge[depth++] = offsets[v];
    stack[waiting++] = v;
  };
  for (const start of starts) {
    if (number[start] === 0 && blocked[start] !== 1) enter(start);
    while (depth > 0) {
      const u = path[depth - 1];
      if (edge[depth - 1] < offsets[u + 1]) {
        const v = targets[edge[depth - 1]++];
        if (blocked[v] === 1) continue;
        if (number[v] === 0) enter(v);
        else if (of[v] < 0 && number[v] < low[u]) low[u] = number[v];
        continue;
      }
      depth--;
      if (depth > 0 && low[u] < low[path[depth - 1]]) low[path[depth - 1]] = low[u];
      if (low[u] !== number[u]) continue;
      for (let v = -1; v !== u; ) {
        v = stack[--waiting];
        of[v] = count;
        done++;
      }
      count++;
    }
  }
  return { of, order: byComponent(of, count, done), count };
}
