import { createMinHeap } from "../min-heap.js";
import { alignSpans } from "./align-spans.js";
import { augmentSpans } from "./augment-spans.js";
import type { Spans } from "./spans.js";

/** Above so many pairs within the tolerance their table would be too large. */
const MOST_ALIGNED_PAIRS = 1e8;

/**
 * Pairs spans one to one, no two further apart than `tolerance`: as many pairs as can be, and of those pairings the one
 * with the least sum of distances.
 *
 * Where every row finds a span that it overlaps, that is the answer. Where no span lies within another of its side, a
 * best pairing without crossings exists, which {@link alignSpans} finds. The rest is left to {@link augmentSpans}.
 *
 * @param rows at most as many as `columns`, which keeps the search short
 * @returns of each row its column, or −1
 */
export function assignSpans(rows: Spans, columns: Spans, tolerance: number): Int32Array {
  const overlaps = pairOverlaps(rows, columns);
  if (overlaps.every((column) => column >= 0)) return overlaps;
  const isNested = !(isAscending(rows.end) && isAscending(columns.end));
  const aligned = isNested ? null : alignSpans(rows, columns, tolerance, MOST_ALIGNED_PAIRS);
  return aligned ?? augmentSpans(rows, columns, tolerance, overlaps);
}

function isAscending(values: Float64Array): boolean {
  return values.every((value, k) => k === 0 || values[k - 1] <= value);
}

/** A pairing of spans that overlap: each row takes the column that is open and ends first. */
function pairOverlaps(rows: Spans, columns: Spans): Int32Array {
  const columnOf = new Int32Array(rows.start.length).fill(-1);
  const open = createMinHeap();
  let next = 0;
  for (let row = 0; row < columnOf.length; row++) {
    for (; next < columns.start.length && columns.start[next] <= rows.end[row]; next++)
      open.push(columns.end[next], next);
    while (open.least() < rows.start[row]) open.pop();
    const column = open.pop();
    if (column < 0) continue;
    // A row inside an earlier one may end before this column starts.
    if (columns.start[column] <= rows.end[row]) columnOf[row] = column;
    else open.push(columns.end[column], column);
  }
  return columnOf;
}
