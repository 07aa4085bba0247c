import { InputError } from "../core/index.js";
import { detectKinks } from "./auto/detect-kinks.js";
import { detectLevels, type ModelOptions, type ModelResult } from "./auto/detect-levels.js";
import { detectLikelihood } from "./auto/detect-likelihood.js";
import { likelyModel } from "./auto/likely-model.js";
import { AUTO_SETTINGS, type AutoSettings } from "./auto/settings.js";
import { crops } from "./crops.js";
import { describeChanges, type Found } from "./describe-changes.js";
import { centreOf } from "./prefix-sums.js";
import { seasonCandidates } from "./season-candidates.js";
import type { ChangeModel, Detection, DetectOptions } from "./types.js";

type Defaults = Required<Pick<DetectOptions, "model" | "penalty" | "period" | "level" | "path">>;

/** What `detect` does where an option is left out. */
export const DEFAULT_DETECT_OPTIONS: Readonly<Defaults> = Object.freeze<Defaults>({
  model: "auto",
  penalty: "auto",
  period: "auto",
  level: 0.95,
  path: false,
});

/** Fewest observations in which `auto` looks for changes. */
const LEAST_OBSERVATIONS = 10;

/** Fewest of any other model: two say nothing of noise. */
const LEAST_OF_A_MODEL = 3;

/** Fewest observations of a segment with `auto`: shorter excursions are spikes. */
const LEAST_SEGMENT = 4;

/** Penalties of the path, as multiples of the one used. */
const PATH = [0.25, 8];

const MODELS: readonly ChangeModel[] = [
  "auto",
  "mean",
  "meanvar",
  "variance",
  "slope",
  "slope-continuous",
  "poisson",
  "binomial",
  "nonparametric",
  "kernel",
];

/**
 * Finds where a series changes: when, with an interval, what moved and how sure that is.
 *
 * With the default model `auto` nothing needs tuning: it takes seasons out, allows for autocorrelated and heavy-tailed
 * noise, trends and spikes, and reports changes of the level, the slope, the spread or the rate of counts that are
 * significant and large enough to be seen. Any other model searches with that model as it is; its default penalty is
 * 1.5 (p + 1) ln n times the long-run noise, p the parameters of a segment.
 *
 * @param y one series, or several columns of the same length whose changes they share; NaN is missing
 * @returns a result also for series that are too short, constant or missing: their `status` says so
 * @throws {InputError} on columns of different length, infinite values or beyond 1e100, counts below 0, unknown options
 *
 * @example
 * const { changes } = detect(Float64Array.from(errorsPerHour), { times });
 * changes[0].index; // first observation of the new segment; ciLow … ciHigh holds it at 95 %
 */
export function detect(y: Float64Array | readonly Float64Array[], options: DetectOptions = {}): Detection {
  return detectWith(y, options, AUTO_SETTINGS);
}

/** `detect` with other constants, to measure what they do. */
export function detectWith(
  y: Float64Array | readonly Float64Array[],
  options: DetectOptions,
  settings: AutoSettings,
): Detection {
  const columns = y instanceof Float64Array ? [y] : y;
  const asked = checked(columns, { ...DEFAULT_DETECT_OPTIONS, ...options });
  const status = statusOf(columns, asked);
  if (status !== "ok") return emptyDetection(columns, asked.model, status);
  // A column without any movement has no noise to measure the others against.
  const moving = [...columns.keys()].filter((c) => moves(columns[c], asked.exposure));
  const searched = moving.map((c) => columns[c]);
  const result = search(searched, asked, settings);
  const missing = searched.reduce((sum, column) => sum + column.filter(Number.isNaN).length, 0);
  const sigmas = columns.map((_, c) => result.noise[moving.indexOf(c)]?.sigma ?? 0);
  const dimsOf = (dims: readonly number[]) =>
    columns.length > 1 && moving.length === 1 ? moving : dims.map((d) => moving[d]);
  const gainsOf = ({ gain, gains }: Found) =>
    columns.length === 1 ? [] : columns.map((_, c) => (moving.length === 1 ? [gain] : gains)[moving.indexOf(c)] ?? 0);
  const found = afterGaps(result.found, searched).map((change) => ({
    ...change,
    dims: dimsOf(change.dims),
    gains: gainsOf(change),
  }));
  const [noise] = result.noise;
  const ofRates = result.model === "poisson" || result.model === "binomial";
  return {
    n: columns[0].length,
    status,
    model: result.model,
    noise,
    penalty: result.penalty,
    warnings: [
      ...(missing > 0 ? [`${missing} missing observations were bridged in the search`] : []),
      ...(moving.length < columns.length
        ? [`columns left out of the search, as they are constant or missing: ${columns.length - moving.length}`]
        : []),
      ...result.warnings,
    ],
    changes: describeChanges(found, columns, sigmas, ofRates ? asked.exposure : undefined),
    outliers: result.outliers.map((index) => ({ index, value: searched[0][index] })),
    path: asked.path ? pathOf(result, columns[0].length) : [],
  };
}

type Asked = Defaults & DetectOptions;

function search(columns: readonly Float64Array[], asked: Asked, settings: AutoSettings): ModelResult {
  const options: ModelOptions = {
    penalty: asked.penalty,
    minSize: asked.minSize ?? (asked.model === "auto" ? LEAST_SEGMENT : 1),
    period: asked.period === "auto" ? undefined : asked.period === "none" ? null : asked.period,
    candidates: asked.times ? seasonCandidates(asked.times) : [],
    level: asked.level,
    exposure: asked.exposure,
  };
  const model: ChangeModel =
    asked.model === "auto" && columns.length === 1 ? likelyModel(columns[0], options, settings) : asked.model;
  switch (model) {
    case "auto":
    case "mean":
    case "slope":
      return detectLevels(columns, model, options, settings);
    case "slope-continuous":
      return detectKinks(columns, options, settings);
    default:
      return detectLikelihood(columns, model, options, settings);
  }
}

function checked(columns: readonly Float64Array[], asked: Asked): Asked {
  const { model, minSize, period, level, exposure, times } = asked;
  const n = columns[0]?.length;
  if (n === undefined) throw new InputError("no series to look at: give an array or several columns", {});
  for (const array of [...columns, exposure, times]) {
    if (array && array.length !== n) {
      throw new InputError(`columns, exposure and times must be as long as each other: ${n} and ${array.length}`, {});
    }
  }
  for (const column of columns) centreOf(column); // refuses infinite values
  if (!MODELS.includes(model)) throw new InputError(`unknown model ${model}: ${MODELS.join(", ")}`, { model });
  if (!(level > 0 && level < 1)) throw new InputError(`level must lie between 0 and 1, got ${level}`, { level });
  if (minSize !== undefined && !(Number.isInteger(minSize) && minSize >= 1)) {
    throw new InputError(`minSize must be a whole number of at least 1, got ${minSize}`, { minSize });
  }
  const whole =
    typeof period === "number" ? Number.isInteger(period) && period >= 2 : ["auto", "none"].includes(period);
  if (!whole) {
    throw new InputError(`period must be auto, none or a whole number of at least 2, got ${period}`, { period });
  }
  return asked;
}

/** Changes that fell into a gap of all columns, moved to the first observation after it; of two that meet, the surer. */
function afterGaps(found: readonly Found[], columns: readonly Float64Array[]): Found[] {
  const n = columns[0].length;
  const observed = (index: number): number => {
    let i = index;
    while (i < n - 1 && columns.every((column) => Number.isNaN(column[i]))) i++;
    return i;
  };
  const moved = found.map((change) => ({
    ...change,
    index: observed(change.index),
    low: observed(change.low),
    high: observed(change.high),
  }));
  return moved.filter((change) =>
    moved.every((other) => other.index !== change.index || other.pValue >= change.pValue),
  );
}

/** Whether the observations of a column differ; the same count of ever different exposures does, unless it is 0. */
function moves(column: Float64Array, exposure: Float64Array | undefined): boolean {
  const first = column.find((value) => !Number.isNaN(value));
  if (first === undefined) return false;
  if (column.some((value) => value !== first && !Number.isNaN(value))) return true;
  return first !== 0 && exposure?.some((e) => e !== exposure[0]) === true;
}

function statusOf(columns: readonly Float64Array[], { model, exposure }: Asked): Detection["status"] {
  const n = columns[0].length;
  const most = Math.max(...columns.map((column) => column.filter((value) => !Number.isNaN(value)).length));
  if (n > 0 && most === 0) return "all-missing";
  if (most > 2 && !columns.some((column) => moves(column, exposure))) return "constant";
  return most < (model === "auto" ? LEAST_OBSERVATIONS : LEAST_OF_A_MODEL) ? "too-short" : "ok";
}

function emptyDetection(columns: readonly Float64Array[], model: ChangeModel, status: Detection["status"]): Detection {
  return {
    n: columns[0].length,
    status,
    model: model === "auto" ? "mean" : model,
    noise: { sigma: 0, phi: 0, period: null },
    penalty: 0,
    warnings: [`no search: the series is ${status.replace("-", " ")}`],
    changes: [],
    outliers: [],
    path: [],
  };
}

function pathOf({ cost, penalty }: ModelResult, n: number): Detection["path"] {
  return crops(cost, n, PATH[0] * penalty, PATH[1] * penalty).map((entry) => ({
    changes: entry.changes,
    penalty: entry.penalty,
    cost: entry.cost,
  }));
}
