import { InputError } from "../../core/index.js";
import { slopeCost } from "../costs/slope-cost.js";
import { cpop } from "../cpop.js";
import type { Found } from "../describe-changes.js";
import { fillGaps } from "../fill-gaps.js";
import { locateKink } from "../kink.js";
import { differenceNoise } from "../noise.js";
import { scaledCost } from "../scaled-cost.js";
import { withoutSeason } from "../season.js";
import { type ModelOptions, type ModelResult, seasonFor } from "./detect-levels.js";
import { penaltyOf } from "./search.js";
import { type AutoSettings, mostPhi } from "./settings.js";

/** Changes of the slope of a continuous line (`slope-continuous`). */
export function detectKinks(
  columns: readonly Float64Array[],
  options: ModelOptions,
  settings: AutoSettings,
): ModelResult {
  if (columns.length > 1) throw new InputError("slope-continuous takes one series; use slope for several", {});
  const [y] = columns;
  const n = y.length;
  const filled = fillGaps(y);
  const season = seasonFor(filled, options, settings);
  const values = withoutSeason(filled, season);
  const noise = differenceNoise(values, mostPhi(settings));
  const variance = Math.max(noise.longRun, Number.MIN_VALUE);
  const penalty = penaltyOf(options.penalty === "mbic" ? "bic" : options.penalty, 1, n, settings);
  const indices = Array.from(cpop(withoutSeason(y, season), penalty * variance));
  const lines = scaledCost(slopeCost(values), variance);
  const found = indices.map((index, j): Found => {
    const [start, end] = [indices[j - 1] ?? 0, indices[j + 1] ?? n];
    const located = locateKink(values, start, index, end, variance, options.level);
    const { ratio, ...bend } = located ?? { index, low: start, high: end - 1, ratio: 0, pValue: 1, probability: 0 };
    return { ...bend, kind: "slope", gain: ratio, dims: [], gains: [] };
  });
  return {
    model: "slope-continuous",
    found,
    noise: [{ sigma: Math.sqrt(noise.variance), phi: noise.phi, period: season?.period ?? null }],
    penalty,
    outliers: [],
    warnings: options.penalty === "mbic" ? ["mbic has no meaning for continuous lines: bic was used"] : [],
    cost: lines,
  };
}
