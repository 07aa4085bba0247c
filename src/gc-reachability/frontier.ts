/** Bits of n vertices, 32 in a word. */
export const createBits = (n: number): Int32Array => new Int32Array((n >>> 5) + 1);

/** Sets the bits of the vertices with 1. */
export function addBits(values: Uint8Array, ...bits: Int32Array[]): void {
  for (let v = 0; v < values.length; v++) {
    if (values[v] === 1) for (const words of bits) words[v >>> 5] |= 1 << v;
  }
}

/**
 * Puts the vertices that a step found into ascending order, which makes reading the graph cheap, and counts them as
 * known. Many are read off the bits, few are sorted.
 *
 * @param queue the vertices from `from` to `to` - 1: those of `seen` that are not in `known`
 */
export function orderFresh(queue: Int32Array, from: number, to: number, seen: Int32Array, known: Int32Array): void {
  if (to - from < seen.length >>> 3) {
    if (to - from > 1) sortShort(queue, from, to);
    for (let k = from; k < to; k++) known[queue[k] >>> 5] |= 1 << queue[k];
    return;
  }
  for (let word = 0, k = from; k < to; word++) {
    let fresh = seen[word] & ~known[word];
    if (fresh === 0) continue;
    known[word] = seen[word];
    // Lowest bit first.
    for (; fresh !== 0; fresh &= fresh - 1) queue[k++] = (word << 5) + 31 - Math.clz32(fresh & -fresh);
  }
}

function sortShort(queue: Int32Array, from: number, to: number): void {
  if (to - from > 32) {
    queue.subarray(from, to).sort();
    return;
  }
  for (let k = from + 1; k < to; k++) {
    const v = queue[k];
    let j = k;
    for (; j > from && queue[j - 1] > v; j--) queue[j] = queue[j - 1];
    queue[j] = v;
  }
}
