import { InputError } from "../../core/errors.js";
import type { Model } from "../model.js";
import { isShort } from "../season-kind.js";
import { autoArima } from "./autoarima.js";
import { crostonModels } from "./croston.js";
import { drift } from "./drift.js";
import { empiricalMix } from "./empirical-mix.js";
import { autoEts, dampedHolt, holt, ses } from "./exponential-smoothing.js";
import { globalLinearLong, globalLinearShort } from "./global-linear.js";
import { historicMean } from "./historic-mean.js";
import { lagRidgeLong, lagRidgeShort } from "./lag-ridge.js";
import { mstlModel, stlModel } from "./mstl.js";
import { naive } from "./naive.js";
import { seasonalGrowth } from "./seasonal-growth.js";
import { seasonalNaive } from "./seasonal-naive.js";
import { thetaModels } from "./theta.js";
import { windowMean } from "./window-mean.js";

const ALL: readonly Model[] = [
  naive,
  seasonalNaive,
  seasonalGrowth,
  drift,
  historicMean,
  windowMean,
  ses,
  holt,
  dampedHolt,
  autoEts,
  autoArima,
  empiricalMix,
  ...thetaModels,
  stlModel,
  mstlModel,
  ...crostonModels,
  ...lagRidgeShort,
  ...lagRidgeLong,
  ...globalLinearLong,
];

const BY_NAME = new Map(ALL.map((model) => [model.name, model]));

/**
 * Every model by its name, to be used alone: `MODELS.theta.point(y, { horizon: 24, seasons: [24] })`. Values must be
 * finite; null is "too short for this model". Those with `fitPanel` (the global ones) take one of its fits besides.
 */
export const MODELS: Readonly<Record<string, Model>> = Object.freeze(Object.fromEntries(BY_NAME));

/** Members of the LagRidge pool for a series with these usable seasons. */
export function lagRidgePool(seasons: readonly number[]): readonly Model[] {
  return isShort(seasons[0])
    ? [...lagRidgeShort, ...globalLinearShort, seasonalNaive]
    : [...lagRidgeLong, ...globalLinearLong, seasonalGrowth, seasonalNaive];
}

/** Names that `models` and `--model` take beside "auto". `lag_ridge` is the whole pool, combined by its weighted median. */
export const MODEL_NAMES: readonly string[] = Object.freeze(["lag_ridge", ...BY_NAME.keys()]);

/** One of {@link MODEL_NAMES}. */
export type ModelName = (typeof MODEL_NAMES)[number];

/** Members of a named model for a series with these usable seasons. */
export function membersOf(name: string, seasons: readonly number[]): readonly Model[] {
  if (name === "lag_ridge") return lagRidgePool(seasons);
  const model = BY_NAME.get(name);
  if (!model)
    throw new InputError(`unknown model "${name}"; there are: auto, ${MODEL_NAMES.join(", ")}`, { model: name });
  return [model];
}
