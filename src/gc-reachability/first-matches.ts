import { mergeRanges } from "./merge-ranges.js";
import type { SelectorRanges } from "./types.js";

/**
 * Calls `visit(object, row)` once for each object that an active row matches, with the first such row.
 * O(objects + ranges), however much ranges overlap: objects done with are jumped over (disjoint sets with path halving).
 *
 * @param n objects
 */
export function firstMatches(
  n: number,
  ranges: SelectorRanges,
  isActive: (row: number) => boolean,
  visit: (object: number, row: number) => void,
): void {
  const { row, from, to } = mergeRanges(ranges, isActive);
  if (row.length === 0) return;
  // From an object on: the next that is not done with, or a step towards it.
  const next = new Int32Array(n + 1);
  for (let i = 0; i <= n; i++) next[i] = i;
  const open = (object: number): number => {
    let i = object;
    while (next[i] !== i) {
      next[i] = next[next[i]];
      i = next[i];
    }
    return i;
  };
  for (let k = 0; k < row.length; k++) {
    for (let object = open(from[k]); object < to[k]; object = open(object)) {
      visit(object, row[k]);
      next[object] = object + 1;
    }
  }
}
