import { standardDeviation } from "../../core/index.js";
import { fillGaps } from "../fill-gaps.js";
import { differenceNoise, type Noise } from "../noise.js";
import { averaged, phaseProfile, type Season, withoutSeason } from "../season.js";
import { type SegmentShape, writeResiduals } from "../segment-lines.js";
import { clipSpikes } from "../spikes.js";
import { type AutoSettings, mostPhi } from "./settings.js";

/** One series made ready for the search: gaps filled, season out, spikes drawn in, standardised. */
export interface Dimension {
  /** As given. */
  given: Float64Array;
  /** In standard deviations of the series, around 0; no missing values. */
  values: Float64Array;
  /** The same with NaN where the series has it. */
  searched: Float64Array;
  season: Season | null;
  /** Indices of spikes. */
  outliers: number[];
  /** Units of the series per unit of `values`. */
  unit: number;
  noise: Noise;
  /** Noise variance of the search, in squared units of `values`. */
  variance: number;
  /** Best model of this series alone. */
  shape: SegmentShape;
}

/** @param seasonOf the season of a series without gaps and large spikes */
export function prepareDimension(
  given: Float64Array,
  settings: AutoSettings,
  seasonOf: (x: Float64Array) => Season | null,
): Dimension {
  const filled = fillGaps(given);
  const clip = (x: Float64Array, around: Float64Array) =>
    clipSpikes(x, settings.spikeSigma, settings.visibleVariance * standardDeviation(around) ** 2);
  const rough = clip(filled, filled).values;
  const season = seasonOf(rough);
  const clipped = clip(withoutSeason(filled, season), withoutSeason(rough, season));
  const spread = standardDeviation(clipped.values);
  const unit = spread > 0 ? spread : 1;
  const centre = clipped.values.reduce((sum, value) => sum + value, 0) / clipped.values.length;
  const values = clipped.values.map((value) => (value - centre) / unit);
  const noise = differenceNoise(values, mostPhi(settings));
  const aroundLine = standardDeviation(writeResiduals(values, [], "slope", new Float64Array(values.length)));
  return {
    given,
    values,
    searched: given.some(Number.isNaN)
      ? values.map((value, i) => (Number.isNaN(given[i]) ? Number.NaN : value))
      : values,
    season,
    outliers: clipped.outliers.filter((i) => !Number.isNaN(given[i])),
    unit,
    noise,
    variance: Math.max(settings.visibleVariance * aroundLine ** 2, noise.longRun),
    shape: "mean",
  };
}

/** The season anew, from deviations of the series from its segments: no change bends it any more. */
export function seasonAround(dimension: Dimension, changes: readonly number[]): Season | null {
  const { given, values, season, unit, shape } = dimension;
  if (!season) return null;
  const filled = fillGaps(given);
  const residuals = writeResiduals(values, changes, shape, new Float64Array(values.length));
  const { period, width } = season;
  // filled = season + centre + unit · values, and values = segment + residual: the centre drops out with the profile's.
  const deviations = filled.map((value, i) => value - unit * (values[i] - residuals[i]));
  return { period, profile: phaseProfile(averaged(deviations, width), period), width };
}
