import { mergeRanges } from "./merge-ranges.js";
import { isErasing, isHolding } from "./selector-rows.js";
import type { Conflict, GcColumns, SelectorRanges } from "./types.js";

/** Conflicts that are listed. */
const LISTED = 10_000;

/** From object `at` on, `row` is among `rows` or no longer. */
interface Change {
  at: number;
  rows: Set<number>;
  row: number;
  matches: boolean;
}

function changesOf({ row, from, to }: SelectorRanges, rows: Set<number>): Change[] {
  return Array.from(row, (r, k): Change[] => [
    { at: from[k], rows, row: r, matches: true },
    { at: to[k], rows, row: r, matches: false },
  ]).flat();
}

const ascending = (rows: Set<number>): number[] => [...rows].sort((a, b) => a - b);

/**
 * Objects with both an active hold and an active erasure: a sweep along the objects, over the places where the rows that
 * match change. Gives the first 10,000, by object, hold and erasure, and the number of all.
 */
export function findConflicts(columns: GcColumns, asOfMs: number): { conflicts: Conflict[]; conflictCount: number } {
  const holds = mergeRanges(columns.holdRanges, (row) => isHolding(columns.holds[row], asOfMs));
  const erasures = mergeRanges(columns.erasureRanges, (row) => isErasing(columns.erasures[row]));
  const [holding, erasing] = [new Set<number>(), new Set<number>()];
  const changes = [...changesOf(holds, holding), ...changesOf(erasures, erasing)].sort((a, b) => a.at - b.at);
  const conflicts: Conflict[] = [];
  let conflictCount = 0;
  const list = (object: number): void => {
    for (const hold of ascending(holding)) {
      for (const erasure of ascending(erasing)) {
        if (conflicts.length < LISTED) conflicts.push({ object, hold, erasure });
      }
    }
  };
  changes.forEach(({ at, rows, row, matches }, k) => {
    if (matches) rows.add(row);
    else rows.delete(row);
    const to = changes[k + 1]?.at ?? at;
    const pairs = holding.size * erasing.size;
    if (pairs === 0) return;
    conflictCount += pairs * (to - at);
    for (let object = at; object < to && conflicts.length < LISTED; object++) list(object);
  });
  return { conflicts, conflictCount };
}
