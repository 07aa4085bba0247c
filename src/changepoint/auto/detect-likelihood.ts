import { InputError, standardDeviation } from "../../core/index.js";
import { binomialCost } from "../costs/binomial-cost.js";
import { kernelCost } from "../costs/kernel-cost.js";
import { meanVarCost } from "../costs/mean-var-cost.js";
import { nonparametricCost } from "../costs/nonparametric-cost.js";
import { poissonCost } from "../costs/poisson-cost.js";
import { sumCost } from "../costs/sum-cost.js";
import { varianceCost } from "../costs/variance-cost.js";
import type { Found } from "../describe-changes.js";
import { countDispersion } from "../dispersion.js";
import { fillGaps } from "../fill-gaps.js";
import { fpop } from "../fpop.js";
import { changeGain, locateChanges } from "../locate-changes.js";
import { differenceNoise } from "../noise.js";
import { pelt } from "../pelt.js";
import { withLengthTerm } from "../penalties.js";
import { scaledCost } from "../scaled-cost.js";
import { withoutSeason } from "../season.js";
import type { ChangeKind, ChangeModel, SegmentCost } from "../types.js";
import { type ModelOptions, type ModelResult, seasonFor } from "./detect-levels.js";
import { penaltyOf } from "./search.js";
import { type AutoSettings, mostPhi } from "./settings.js";

export type LikelihoodModel = Exclude<ChangeModel, "auto" | "mean" | "slope" | "slope-continuous">;

const isCount = (model: LikelihoodModel): boolean => model === "poisson" || model === "binomial";

/** Changes under one of the models with a likelihood of their own: counts, spreads, distributions. */
export function detectLikelihood(
  columns: readonly Float64Array[],
  model: LikelihoodModel,
  options: ModelOptions,
  settings: AutoSettings,
): ModelResult {
  const n = columns[0].length;
  const parts = columns.map((y) => partOf(y, model, options, settings));
  const cost = sumCost(parts.map((part) => part.cost));
  const penalty = penaltyOf(options.penalty, cost.parameters, n, settings);
  const plainPoisson = model === "poisson" && columns.length === 1 && !options.exposure && options.penalty !== "mbic";
  const minSize = Math.max(cost.minSize, options.minSize);
  const changes =
    plainPoisson && options.minSize <= 1
      ? fpop(columns[0], penalty * parts[0].unit, "poisson")
      : pelt(cost, n, penalty, minSize);
  const located = locateChanges({ ...cost, minSize }, Array.from(changes), n, options.level);
  const found = located.map((change, j): Found => {
    const [start, end] = [located[j - 1]?.index ?? 0, located[j + 1]?.index ?? n];
    const gains = parts.map((part) => changeGain(part.cost, start, change.index, end));
    const order = gains.map((_, d) => d).sort((a, b) => gains[b] - gains[a] || a - b);
    const moved = order.filter((d, place) => place === 0 || gains[d] > penaltyOf("auto", 1, n, settings));
    return {
      ...change,
      kind: kindOf(model, columns[moved[0]], start, change.index, end),
      gain: gains.reduce((sum, gain) => sum + gain, 0),
      dims: columns.length === 1 ? [] : moved,
      gains: columns.length === 1 ? [] : gains,
    };
  });
  return {
    model,
    found,
    noise: parts.map(({ sigma, phi, period }) => ({ sigma, phi, period })),
    penalty,
    outliers: [],
    warnings: [],
    cost,
  };
}

/** Cost of a column in units of twice its log-likelihood, widened by what the noise has beyond the model. */
function partOf(y: Float64Array, model: LikelihoodModel, options: ModelOptions, settings: AutoSettings) {
  const filled = fillGaps(y);
  const season = isCount(model) ? null : seasonFor(filled, options, settings);
  const rest = season ? withoutSeason(y, season) : y;
  const noise = differenceNoise(season ? withoutSeason(filled, season) : filled, mostPhi(settings));
  const { cost, unit } = unitCost(rest, model, options.exposure, (1 + noise.phi) / (1 - noise.phi));
  const scaled = scaledCost(cost, unit);
  return {
    cost: options.penalty === "mbic" ? withLengthTerm(scaled, y.length) : scaled,
    unit,
    sigma: Math.sqrt(noise.variance),
    phi: noise.phi,
    period: season?.period ?? null,
  };
}

/** @param inflation of the long-run variance by autocorrelation */
function unitCost(
  y: Float64Array,
  model: LikelihoodModel,
  exposure: Float64Array | undefined,
  inflation: number,
): { cost: SegmentCost; unit: number } {
  switch (model) {
    case "meanvar":
      return { cost: meanVarCost(y), unit: inflation };
    case "variance":
      return { cost: varianceCost(y), unit: inflation };
    case "nonparametric":
      return { cost: nonparametricCost(y), unit: inflation };
    case "poisson":
      return { cost: poissonCost(y, exposure), unit: Math.max(1, countDispersion(y, exposure)) };
    case "binomial":
      if (!exposure) throw new InputError("the binomial model needs the trials of every observation as exposure", {});
      return { cost: binomialCost(y, exposure), unit: Math.max(1, countDispersion(y, exposure, true)) };
    case "kernel": {
      const cost = kernelCost(y);
      return { cost, unit: inflation * neighbourScatter(cost, y.length) };
    }
  }
}

/** Scatter of neighbouring observations in the kernel's space: what its noise is where little changes. */
function neighbourScatter(cost: SegmentCost, n: number): number {
  let sum = 0;
  for (let t = 2; t <= n; t++) sum += cost.cost(t - 2, t);
  return Math.max(1e-9, sum / (n - 1));
}

function kindOf(model: LikelihoodModel, y: Float64Array, start: number, k: number, end: number): ChangeKind {
  if (isCount(model)) return "count";
  if (model === "variance") return "variance";
  if (model !== "meanvar") return "distribution";
  const observed = (from: number, to: number) => y.subarray(from, to).filter((value) => !Number.isNaN(value));
  const [left, right] = [observed(start, k), observed(k, end)];
  const spread = Math.abs(Math.log(standardDeviation(left) / standardDeviation(right)));
  const step = Math.abs(
    left.reduce((a, b) => a + b, 0) / left.length - right.reduce((a, b) => a + b, 0) / right.length,
  );
  // In units of their sampling errors a step is divided by σ and a log ratio of spreads by 1/√2.
  return step / Math.max(standardDeviation(left), standardDeviation(right)) >= spread * Math.SQRT2
    ? "mean"
    : "variance";
}
