import { InputError } from "../core/errors.js";
import type { Forecaster } from "./model.js";
import { MODEL_NAMES } from "./models/registry.js";
import { type ForecastOptions, INTERVAL_METHODS, type IntervalMethod } from "./types.js";

/** Defaults of {@link ForecastOptions}; only `horizon` must be given. */
export const DEFAULT_FORECAST_OPTIONS = Object.freeze({
  season: [] as readonly number[],
  levels: [80, 95] as readonly number[],
  quantiles: [] as readonly number[],
  models: "auto" as readonly string[] | "auto",
  seed: 0,
  paths: 0,
  nonNegative: "auto" as boolean | "auto",
  maxGap: 24,
  keepErrors: false,
  intervals: "auto" as IntervalMethod,
  forecasters: [] as readonly Forecaster[],
});

export type ResolvedOptions = Required<Omit<ForecastOptions, "signal" | "onProgress">> &
  Pick<ForecastOptions, "signal" | "onProgress">;

const whole = (v: number, least: number): boolean => Number.isInteger(v) && v >= least;

function require(ok: boolean, name: string, wanted: string, got: unknown): void {
  if (!ok) throw new InputError(`${name} must be ${wanted}, got ${JSON.stringify(got)}`, { option: name });
}

/** Fills in the defaults and refuses what makes no sense. */
export function resolveOptions(options: ForecastOptions): ResolvedOptions {
  const o = { ...DEFAULT_FORECAST_OPTIONS, ...options };
  require(whole(o.horizon, 1), "horizon", "a whole number of at least 1", o.horizon);
  require(o.season.every((s) => whole(s, 1)), "season", "whole numbers of at least 1", o.season);
  require(o.levels.every((l) => l > 0 && l < 100), "levels", "per cents between 0 and 100", o.levels);
  require(o.quantiles.every((q) => q > 0 && q < 1), "quantiles", "probabilities between 0 and 1", o.quantiles);
  require(whole(o.paths, 0), "paths", "a whole number of at least 0", o.paths);
  require(Number.isSafeInteger(o.seed), "seed", "a whole number", o.seed);
  const methods = INTERVAL_METHODS.join(", ");
  require(INTERVAL_METHODS.includes(o.intervals), "intervals", `one of ${methods}`, o.intervals);
  require(o.maxGap >= 0, "maxGap", "a number of steps of at least 0", o.maxGap);
  const handedIn = o.forecasters.map(({ model }) => model.name);
  for (const name of handedIn) {
    const free = !MODEL_NAMES.includes(name) && handedIn.indexOf(name) === handedIn.lastIndexOf(name);
    require(free, "forecasters", "models of names that no other model has", name);
  }
  return { ...o, models: resolveModels(o.models, [...MODEL_NAMES, ...handedIn]) } as ResolvedOptions;
}

/** Each model once; "auto" chooses by itself, so nothing can be asked for beside it. */
function resolveModels(models: readonly string[] | "auto", known: readonly string[]): readonly string[] | "auto" {
  if (models === "auto") return models;
  require(models.length > 0, "models", '"auto" or at least one name', models);
  for (const name of models) {
    require(name === "auto" || known.includes(name), "models", `auto or one of ${known.join(", ")}`, name);
  }
  const names = [...new Set(models)];
  if (!names.includes("auto")) return names;
  require(names.length === 1, "models", '"auto" alone, or names of models without it', names);
  return "auto";
}
