import type { Leaves } from "./leaves.js";
import type { Noise } from "./noise.js";
import { onGrid } from "./slice-rows.js";
import { STRIDE } from "./totals.js";

/** Observations that a combination has to have for its growth to count. */
const ENOUGH = 10;
/** The whole wanders so many standard deviations of a moment, at most, without an incident. */
const USUAL = 2;

/**
 * The leaves with what was expected of them scaled to how the typical one did: all slices waver together from hour to
 * hour, and what they have in common is not the doing of one. Growth beyond what is usual stays as it is, since that may be
 * the incident.
 */
export function withoutDrift(leaves: Leaves, noise: Noise, ratio: boolean): Leaves {
  const drift = typicalGrowth(leaves, noise, ratio);
  if (drift === 1 || Math.abs(drift - 1) > USUAL * noise.wander) return leaves;
  const sums = leaves.sums.slice();
  const scaled = onGrid(Float64Array.from({ length: leaves.count }, (_, leaf) => sums[STRIDE * leaf] * drift));
  for (let leaf = 0; leaf < leaves.count; leaf++) sums[STRIDE * leaf] = scaled[leaf];
  return { ...leaves, sums };
}

/** Median of seen over expected of the leaves large enough to tell, by their size before; 1 when they are too few. */
function typicalGrowth({ count, sums }: Leaves, { dispersion }: Noise, ratio: boolean): number {
  const growths: { growth: number; size: number }[] = [];
  let [all, told] = [0, 0];
  for (let leaf = 0; leaf < count; leaf++) {
    const [valueBefore, weightBefore, valueAfter, weightAfter] = sums.subarray(STRIDE * leaf, STRIDE * leaf + STRIDE);
    all += valueBefore;
    const expected = ratio ? (valueBefore / weightBefore) * weightAfter : valueBefore;
    if (!(Math.min(valueBefore, expected) >= ENOUGH * dispersion)) continue;
    growths.push({ growth: valueAfter / expected, size: valueBefore });
    told += valueBefore;
  }
  if (told < all / 10) return 1;
  let below = 0;
  for (const { growth, size } of growths.sort((a, b) => a.growth - b.growth)) {
    below += size;
    if (below >= told / 2) return growth;
  }
  return 1;
}
