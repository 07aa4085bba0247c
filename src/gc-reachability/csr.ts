import { InputError } from "../core/errors.js";
import type { Csr } from "./types.js";

/** Vertices of a block, a power of two: their offsets fit into the cache nearest to the processor. */
const SHIFT = 16;
const BLOCK = 1 << SHIFT;

function checkEnds(n: number, src: Int32Array, dst: Int32Array): void {
  if (src.length !== dst.length) {
    throw new InputError(`edges need as many sources as targets, got ${src.length} and ${dst.length}`, {
      src: src.length,
      dst: dst.length,
    });
  }
  for (let e = 0; e < src.length; e++) {
    // A negative number is far above n as an unsigned one, so one comparison checks both ends.
    if (src[e] >>> 0 < n && dst[e] >>> 0 < n) continue;
    throw new InputError(
      `edge ${e} goes from ${src[e]} to ${dst[e]}: vertices are 0 to ${n - 1}, leave out edges to objects not listed`,
      { edge: e, src: src[e], dst: dst[e], vertices: n },
    );
  }
}

/** Where the edges of each block of sources start, and the end of the last. */
function blockStarts(n: number, src: Int32Array): Int32Array {
  const starts = new Int32Array((Math.max(n - 1, 0) >>> SHIFT) + 2);
  for (let e = 0; e < src.length; e++) starts[(src[e] >>> SHIFT) + 1]++;
  for (let b = 1; b < starts.length; b++) starts[b] += starts[b - 1];
  return starts;
}

/** Sorts the edges of each block by their source, stably; gives the offsets of all vertices. */
function sortBlocks(n: number, starts: Int32Array, src: Int32Array | Uint16Array, targets: Int32Array): Int32Array {
  const offsets = new Int32Array(n + 1);
  const next = new Int32Array(BLOCK);
  for (let b = 0; b + 1 < starts.length; b++) {
    const [from, to, first] = [starts[b], starts[b + 1], b * BLOCK];
    next.fill(0);
    for (let k = from; k < to; k++) next[src[k] & (BLOCK - 1)]++;
    for (let v = 0, at = from; v < BLOCK && first + v < n; v++) {
      const count = next[v];
      next[v] = at;
      offsets[first + v] = at;
      at += count;
    }
    const parted = targets.slice(from, to);
    for (let k = from; k < to; k++) targets[next[src[k] & (BLOCK - 1)]++] = parted[k - from];
  }
  offsets[n] = targets.length;
  return offsets;
}

/**
 * Edges grouped by their source (compressed sparse rows) by a counting sort: O(V + E) and stable, so that the edges of a
 * vertex stay in input order. Parallel edges and self loops stay too.
 *
 * Edges are parted by blocks of sources first, since counting over all of a large graph at once would wait for memory at
 * each edge. Besides the result that takes 2 bytes an edge, and 4 for those of the largest block.
 *
 * @param n vertices, 0 to n - 1
 * @param src, dst the ends of each edge
 * @throws InputError when the two differ in length or an end is no vertex
 * @example
 * buildCsr(3, Int32Array.of(2, 0, 2), Int32Array.of(0, 1, 1)); // offsets [0, 1, 1, 3], targets [1, 0, 1]
 */
export function buildCsr(n: number, src: Int32Array, dst: Int32Array): Csr {
  checkEnds(n, src, dst);
  const starts = blockStarts(n, src);
  const targets = new Int32Array(src.length);
  const low = new Uint16Array(src.length);
  const next = starts.slice();
  for (let e = 0; e < src.length; e++) {
    const place = next[src[e] >>> SHIFT]++;
    targets[place] = dst[e];
    low[place] = src[e];
  }
  return { offsets: sortBlocks(n, starts, low, targets), targets };
}

/** Moves edges in place so that they lie by blocks of their sources (American flag sort; McIlroy et al. 1993). */
function partInPlace(starts: Int32Array, src: Int32Array, dst: Int32Array): void {
  const next = starts.slice();
  for (let b = 0; b + 1 < starts.length; b++) {
    while (next[b] < starts[b + 1]) {
      const hole = next[b]++;
      let source = src[hole];
      let target = dst[hole];
      // Carries edges to their blocks until one belongs here.
      for (let block = source >>> SHIFT; block !== b; block = source >>> SHIFT) {
        const place = next[block]++;
        const [pushedSource, pushedTarget] = [src[place], dst[place]];
        src[place] = source;
        dst[place] = target;
        source = pushedSource;
        target = pushedTarget;
      }
      src[hole] = source;
      dst[hole] = target;
    }
  }
}

/**
 * {@link buildCsr} with hardly more memory than the edges themselves take: `dst` becomes the targets of the result, and
 * `src` is of no more use. The edges of a vertex come in no particular order, which no walk depends on.
 */
export function buildCsrInPlace(n: number, src: Int32Array, dst: Int32Array): Csr {
  checkEnds(n, src, dst);
  const starts = blockStarts(n, src);
  partInPlace(starts, src, dst);
  return { offsets: sortBlocks(n, starts, src, dst), targets: dst };
}
