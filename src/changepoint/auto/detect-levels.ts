import { autoregressiveCost } from "../costs/autoregressive-cost.js";
import { sumCost } from "../costs/sum-cost.js";
import type { Found } from "../describe-changes.js";
import { fillGaps } from "../fill-gaps.js";
import { changeGain, locateChanges } from "../locate-changes.js";
import { autocorrelation, products, whitenedSquares } from "../noise.js";
import { scaledCost } from "../scaled-cost.js";
import { findSeason, type Season, seasonOfPeriod, withoutSeason } from "../season.js";
import { type SegmentShape, writeResiduals } from "../segment-lines.js";
import type { Detection, SegmentCost } from "../types.js";
import { type Dimension, prepareDimension, seasonAround } from "./dimension.js";
import { beatsStationary, isRhythm, significantChanges, type TestedChange } from "./guards.js";
import { heavyTails } from "./heavy-tails.js";
import { lineChanges } from "./line-changes.js";
import { dimensionCost, penaltyOf, type SearchOptions, searchDimension, searchJointly } from "./search.js";
import type { AutoSettings } from "./settings.js";
import { LEAST_SPREAD, spreadChanges } from "./spread-changes.js";

/** Largest autocorrelation of the noise around the final segments. */
const STATIONARY = 0.95;

/** Probability below which `auto` does not report a change: it is likelier that there is none. */
const LEAST_PROBABILITY = 0.5;

/** Options as the searches need them. */
export interface ModelOptions extends SearchOptions {
  /** Season in observations, null for none, undefined to look for one. */
  period: number | null | undefined;
  /** Periods to look at besides a free search. */
  candidates: readonly number[];
  level: number;
  exposure?: Float64Array;
}

/** What a search found, indices in observations. */
export interface ModelResult {
  model: Detection["model"];
  found: Found[];
  /** Noise of every column, in its units. */
  noise: { sigma: number; phi: number; period: number | null }[];
  penalty: number;
  outliers: number[];
  warnings: string[];
  /** Cost of the model, in units of the noise. */
  cost: SegmentCost;
}

/** Noise around the final segments. */
interface Residuals {
  values: Float64Array;
  phi: number;
  /** Variance of the innovations. */
  innovation: number;
}

/** Settings of a model that the user named: nothing is drawn in, and no change is too small to be seen. */
const asGiven = (settings: AutoSettings): AutoSettings => ({
  ...settings,
  spikeSigma: Number.POSITIVE_INFINITY,
  visibleVariance: 1e-9,
  significance: 1,
});

/**
 * Changes of levels (`mean`), of lines (`slope`), or with `auto` of whichever describes a series better.
 *
 * `auto` prepares every column, searches, and keeps what is no season, no rhythm, no autocorrelation and significant;
 * then it looks for changes of the spread in what is left of a single series. A model that is named takes the season
 * out and searches.
 */
export function detectLevels(
  columns: readonly Float64Array[],
  model: "auto" | SegmentShape,
  options: ModelOptions,
  autoSettings: AutoSettings,
): ModelResult {
  const settings = model === "auto" ? autoSettings : asGiven(autoSettings);
  const { dimensions, changes, penalty } = segment(columns, model, options, settings);
  const warnings: string[] = [];
  const tested =
    model === "auto"
      ? guarded(dimensions, changes, options, settings, warnings)
      : significantChanges(dimensions, changes, settings);
  const { found, residuals } = probableChanges(dimensions, tested, model === "auto", options, settings);
  const spreads =
    model === "auto" && dimensions.length === 1 ? spreadsOf(dimensions[0], residuals[0], found, options, settings) : [];
  const lines = dimensions.some((d) => d.shape === "slope") && (found.length > 0 || model === "slope");
  return {
    model: lines ? "slope" : spreads.length === 0 ? "mean" : found.length > 0 ? "meanvar" : "variance",
    found: [...found, ...spreads].sort((a, b) => a.index - b.index),
    noise: dimensions.map((d, i) => ({
      sigma: d.unit * Math.sqrt(residuals[i].innovation / (1 - residuals[i].phi ** 2)),
      phi: residuals[i].phi,
      period: d.season?.period ?? null,
    })),
    penalty,
    outliers: dimensions.length === 1 ? dimensions[0].outliers : [],
    warnings,
    cost: sumCost(dimensions.map((d) => dimensionCost(d, d.shape, options.penalty))),
  };
}

/** Prepares and searches, once more with the season taken anew around the first segments. */
function segment(
  columns: readonly Float64Array[],
  model: "auto" | SegmentShape,
  options: ModelOptions,
  settings: AutoSettings,
) {
  const dimensions = columns.map((y) => prepareDimension(y, settings, (x) => seasonFor(x, options, settings)));
  const first = searchAll(dimensions, model, options, settings);
  if (first.changes.length === 0 || dimensions.every((d) => d.season === null)) return { dimensions, ...first };
  const again = dimensions.map((d) =>
    d.season ? prepareDimension(d.given, settings, () => seasonAround(d, first.changes)) : d,
  );
  return { dimensions: again, ...searchAll(again, model, options, settings) };
}

/** The season of a series by the options. */
export function seasonFor(
  x: Float64Array,
  { period, candidates }: ModelOptions,
  settings: AutoSettings,
): Season | null {
  if (period === null) return null;
  return period === undefined ? findSeason(x, settings.seasonShare, candidates) : seasonOfPeriod(x, period);
}

/** Chooses the shape of every dimension, then searches them together. */
function searchAll(
  dimensions: readonly Dimension[],
  model: "auto" | SegmentShape,
  options: SearchOptions,
  settings: AutoSettings,
) {
  const single = dimensions.map((dimension) => {
    const best = searchDimension(dimension, model, options, settings);
    dimension.shape = best.shape;
    return best;
  });
  return dimensions.length === 1 ? single[0] : searchJointly(dimensions, options, settings);
}

/** What remains of the changes after the guards. */
function guarded(
  dimensions: readonly Dimension[],
  changes: readonly number[],
  options: SearchOptions,
  settings: AutoSettings,
  warnings: string[],
): TestedChange[] {
  if (changes.length === 0 || dimensions.every(isFlat) || !beatsStationary(dimensions, changes, settings)) return [];
  if (
    changes.length >= settings.rhythmSteps &&
    dimensions.every((d) => isRhythm(d, changes, settings) || (d.season && isRhythmUnder(d, options, settings)))
  ) {
    warnings.push(
      `${changes.length} steps at even distances, from which the series returns, are its rhythm and no changes; ` +
        "name a model to list them",
    );
    return [];
  }
  return significantChanges(dimensions, changes, settings);
}

/** Whether there is a rhythm where a season was taken out: cycles that differ a little leave many changes behind. */
function isRhythmUnder({ given }: Dimension, options: SearchOptions, settings: AutoSettings): boolean {
  const whole = prepareDimension(given, settings, () => null);
  const { shape, changes } = searchDimension(whole, "auto", options, settings);
  return isRhythm({ ...whole, shape }, changes, settings);
}

/** Changes with their places. With `drop` the unlikely ones go, the least likely among neighbours first, and the rest is placed anew. */
function probableChanges(
  dimensions: readonly Dimension[],
  tested: readonly TestedChange[],
  drop: boolean,
  options: ModelOptions,
  settings: AutoSettings,
): { found: Found[]; residuals: Residuals[] } {
  const residuals = dimensions.map((d) => residualsOf(d, tested));
  const found = locateAll(dimensions, residuals, tested, options, settings);
  const probability = (j: number): number => found[j]?.probability ?? 1;
  const kept = tested.filter(
    (_, j) =>
      !drop ||
      probability(j) >= LEAST_PROBABILITY ||
      probability(j) > probability(j - 1) ||
      probability(j) >= probability(j + 1),
  );
  if (kept.length === tested.length) return { found, residuals };
  return probableChanges(dimensions, kept, drop, options, settings);
}

function residualsOf(dimension: Dimension, changes: readonly TestedChange[]): Residuals {
  const { values, shape } = dimension;
  const n = values.length;
  const indices = changes.map((change) => change.index);
  const residuals = writeResiduals(values, indices, shape, new Float64Array(n));
  const sums = products(residuals, 0, n);
  const phi = autocorrelation(sums, STATIONARY);
  const parameters = (indices.length + 1) * (shape === "mean" ? 1 : 2);
  const innovation = Math.max(1e-9, whitenedSquares(sums, phi) / Math.max(1, n - parameters));
  return { values: residuals, phi, innovation };
}

/** Innovations of residuals, the first one scaled to their variance. */
function innovationsOf({ values, phi }: Residuals): Float64Array {
  return values.map((value, t) => (t > 0 ? value - phi * values[t - 1] : value * Math.sqrt(1 - phi * phi)));
}

function locateAll(
  dimensions: readonly Dimension[],
  residuals: readonly Residuals[],
  tested: readonly TestedChange[],
  options: ModelOptions,
  settings: AutoSettings,
): Found[] {
  if (tested.length === 0) return [];
  const n = dimensions[0].values.length;
  const costs = dimensions.map((d, i) => {
    const { phi, innovation } = residuals[i];
    const unit = innovation * heavyTails(innovationsOf(residuals[i]));
    return scaledCost(autoregressiveCost(d.values, phi, d.shape), unit);
  });
  const cost = sumCost(costs);
  const located = locateChanges(
    { ...cost, minSize: Math.max(cost.minSize, options.minSize) },
    tested.map((change) => change.index),
    n,
    options.level,
  );
  const searched = dimensions.map((d) => dimensionCost(d, d.shape, "auto"));
  const found = located.map((change, j): Found => {
    const start = located[j - 1]?.index ?? 0;
    const end = located[j + 1]?.index ?? n;
    const gains = searched.map((cost) => changeGain(cost, start, change.index, end));
    const moved = movedColumns(gains, searched, n, settings);
    return {
      ...change,
      pValue: tested[j].pValue,
      kind: dimensions.length > 1 ? dimensions[moved[0]].shape : "mean",
      gain: gains.reduce((sum, gain) => sum + gain, 0),
      dims: dimensions.length > 1 ? moved : [],
      gains: dimensions.length > 1 ? gains : [],
    };
  });
  if (dimensions.length > 1 || dimensions[0].shape === "mean") return found;
  return lineChanges(dimensions[0].values, found, residuals[0], options.level, options.minSize);
}

/** Columns whose own gain would pay for a change, most gain first; the largest at least. */
function movedColumns(
  gains: readonly number[],
  costs: readonly SegmentCost[],
  n: number,
  settings: AutoSettings,
): number[] {
  const order = gains.map((_, d) => d).sort((a, b) => gains[b] - gains[a] || a - b);
  const moved = order.filter((d) => gains[d] > penaltyOf("auto", costs[d].parameters, n, settings));
  return moved.length > 0 ? moved : order.slice(0, 1);
}

/** Whether all observations but the spikes are the same: what is left has neither levels nor a spread. */
function isFlat({ given, outliers }: Dimension): boolean {
  const spikes = new Set(outliers);
  const rest = given.filter((value, i) => !Number.isNaN(value) && !spikes.has(i));
  return rest.every((value) => value === rest[0]);
}

/** Changes of the spread, but for those that a change of the level or slope explains. */
function spreadsOf(
  dimension: Dimension,
  residuals: Residuals,
  found: readonly Found[],
  options: ModelOptions,
  settings: AutoSettings,
): Found[] {
  const { given } = dimension;
  if (isFlat(dimension)) return [];
  // Spikes as they are: the clipped ones would hide what is looked for.
  const plain = withoutSeason(fillGaps(given), dimension.season);
  const around = writeResiduals(
    plain,
    found.map((change) => change.index),
    dimension.shape,
    new Float64Array(plain.length),
  );
  const innovations = innovationsOf({ ...residuals, values: around });
  const at = Int32Array.from(given, (_, i) => i).filter((i) => !Number.isNaN(given[i]));
  const least = Math.max(LEAST_SPREAD, options.minSize);
  const present = innovations.filter((_, i) => !Number.isNaN(given[i]));
  const spreads = spreadChanges(present, options.level, least, settings);
  return spreads
    .map((spread) => ({ ...spread, index: at[spread.index], low: at[spread.low], high: at[spread.high] }))
    .filter((spread) => spread.probability >= LEAST_PROBABILITY)
    .filter((spread) => found.every((change) => Math.abs(change.index - spread.index) >= least))
    .map((spread) => ({ ...spread, kind: "variance" as const, dims: [], gains: [] }));
}
