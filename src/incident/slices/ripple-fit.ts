import { excessValue, type Frame } from "./frame.js";
import type { Leaves } from "./leaves.js";
import { effectsOn } from "./ripple.js";
import { STRIDE, type Totals, totalsAt } from "./totals.js";

/**
 * How well one effect describes all parts of a slice, 0 … 1: 1 − Σ|seen − common effect| / Σ|seen| over its parts by every
 * other dimension, the better of a common factor and (for a ratio) a common difference. It is the potential score of
 * Squeeze on sums, where rows are too few to be compared one by one.
 */
export function rippleFit(leaves: Leaves, inside: Int32Array, slice: Totals, frame: Frame): number {
  const misses = [0, 0];
  let all = 0;
  for (const places of leaves.places) {
    for (const part of partsOf(leaves, inside, places)) {
      const excess = excessValue(frame, part);
      all += Math.abs(excess);
      effectsOn(frame, slice, part).forEach((effect, rule) => {
        misses[rule] += Math.abs(excess - effect);
      });
    }
  }
  const miss = frame.ratio ? Math.min(...misses) : misses[0];
  return all > 0 ? Math.max(0, 1 - miss / all) : 1;
}

function partsOf({ sums }: Leaves, inside: Int32Array, places: Int32Array): Totals[] {
  let most = -1;
  for (const leaf of inside) most = Math.max(most, places[leaf]);
  const parts = new Float64Array(STRIDE * (most + 2));
  for (const leaf of inside) {
    // What has no value of its own comes first.
    const at = STRIDE * (places[leaf] + 1);
    for (let k = 0; k < STRIDE; k++) parts[at + k] += sums[STRIDE * leaf + k];
  }
  return Array.from({ length: most + 2 }, (_, place) => totalsAt(parts, place));
}
