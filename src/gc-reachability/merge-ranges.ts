import type { SelectorRanges } from "./types.js";

/** The ranges of active rows, by row and then object, those of a row disjoint: where they overlapped or touched, joined. */
export function mergeRanges({ row, from, to }: SelectorRanges, isActive: (row: number) => boolean): SelectorRanges {
  const order = Int32Array.from(row.keys()).filter((k) => from[k] < to[k] && isActive(row[k]));
  order.sort((a, b) => row[a] - row[b] || from[a] - from[b]);
  const merged = { row: order.slice(), from: order.slice(), to: order.slice() };
  let count = 0;
  for (const k of order) {
    const last = count - 1;
    if (count > 0 && merged.row[last] === row[k] && from[k] <= merged.to[last]) {
      merged.to[last] = Math.max(merged.to[last], to[k]);
      continue;
    }
    merged.row[count] = row[k];
    merged.from[count] = from[k];
    merged.to[count++] = to[k];
  }
  return { row: merged.row.slice(0, count), from: merged.from.slice(0, count), to: merged.to.slice(0, count) };
}
