import { InputError } from "../../core/errors.js";
import type { Model } from "../model.js";
import { empiricalMix } from "./empirical-mix.js";
import { globalLinearModels } from "./global-linear.js";
import { lagRidgeLong, lagRidgeShort } from "./lag-ridge.js";
import { naive } from "./naive.js";
import { seasonalGrowth } from "./seasonal-growth.js";
import { seasonalNaive } from "./seasonal-naive.js";

const ALL: readonly Model[] = [
  naive,
  seasonalNaive,
  seasonalGrowth,
  empiricalMix,
  ...lagRidgeShort,
  ...lagRidgeLong,
  ...globalLinearModels,
];

const BY_NAME = new Map(ALL.map((model) => [model.name, model]));

/** A season from this length on is "long": few of its cycles are ever seen, so each coefficient must be earned. */
const LONG_SEASON = 26;

/** Whether a season is one of hours, days or months, of which a history holds many cycles. */
export function isShort(season: number | undefined): boolean {
  return season !== undefined && season < LONG_SEASON;
}

/** Members of the LagRidge pool for a series with these usable seasons. */
export function lagRidgePool(seasons: readonly number[]): readonly Model[] {
  return isShort(seasons[0]) ? lagRidgeShort : [...lagRidgeLong, ...globalLinearModels, seasonalGrowth];
}

/** Names that `models` and `--model` take beside "auto". `lag_ridge` is the whole pool, combined by its median. */
export const MODEL_NAMES: readonly string[] = Object.freeze(["lag_ridge", ...BY_NAME.keys()]);

/** Members of a named model for a series with these usable seasons. */
export function membersOf(name: string, seasons: readonly number[]): readonly Model[] {
  if (name === "lag_ridge") return lagRidgePool(seasons);
  const model = BY_NAME.get(name);
  if (!model)
    throw new InputError(`unknown model "${name}"; there are: auto, ${MODEL_NAMES.join(", ")}`, { model: name });
  return [model];
}
