import { changeGain } from "./locate-changes.js";
import type { SegmentCost } from "./types.js";

/**
 * Joins every segment that is too short to one of its neighbours, the cheaper one. What was an excursion leaves a change
 * between equal levels, which is not significant.
 */
export function withoutShort(changes: readonly number[], cost: SegmentCost, n: number, minSize: number): number[] {
  const kept = [...changes];
  for (let j = 0; j <= kept.length && kept.length > 0; ) {
    const bounds = [kept[j - 2] ?? 0, kept[j - 1] ?? 0, kept[j] ?? n, kept[j + 1] ?? n];
    if (bounds[2] - bounds[1] >= minSize) {
      j++;
      continue;
    }
    const left = j > 0 ? changeGain(cost, bounds[0], bounds[1], bounds[2]) : Number.POSITIVE_INFINITY;
    const right = j < kept.length ? changeGain(cost, bounds[1], bounds[2], bounds[3]) : Number.POSITIVE_INFINITY;
    kept.splice(left < right ? j - 1 : j, 1);
    j = Math.max(0, j - 1);
  }
  return kept;
}
