import type { Random } from "../core/random.js";

/** Up to `limit` of the rows 0 … n − 1, ascending: all of them, or a random choice without replacement. */
export function chooseRows(n: number, limit: number, random: Random): Int32Array {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  if (n <= limit) return rows;
  shuffleStart(rows, limit, random);
  return rows.slice(0, limit).sort();
}

/** Puts a random choice of `count` items at the start, in random order (Fisher & Yates). */
export function shuffleStart(items: Int32Array, count: number, random: Random): void {
  for (let i = 0; i < count; i++) {
    const j = i + random.int(items.length - i);
    const item = items[j];
    items[j] = items[i];
    items[i] = item;
  }
}
