import { quantileSelect, standardDeviation } from "../../core/index.js";
import type { KpiUnits } from "./kpi-rows.js";
import { longRunInflation } from "./long-run.js";
import { robustScale } from "./robust-scale.js";

/** Median of a squared standard normal. */
const MEDIAN_CHI = 0.4549;
const HALVINGS = 25;
/** Least variance of a row, in variances of the whole KPI. */
const LEAST_VARIANCE = 1e-4;

/** How rows vary around what is expected. */
export interface RowNoise {
  /** Variance of a row beyond chance: of a value that is no ratio, all of it. */
  extra: number;
  /** See `longRunInflation`. */
  inflation: number;
}

/** Variance of chance of a unit and by how much its extra variance is averaged out. */
function chance(units: KpiUnits, expected: Float64Array, u: number): { binomial: number; share: number } {
  if (!units.trials || !units.squares) return { binomial: 0, share: 1 };
  const p = expected[u];
  return { binomial: (p * (1 - p)) / units.trials[u], share: units.squares[u] / units.trials[u] ** 2 };
}

/** Standard deviation of every unit. */
export function unitDeviations(units: KpiUnits, expected: Float64Array, extra: number): Float64Array {
  return expected.map((_, u) => {
    const { binomial, share } = chance(units, expected, u);
    return Math.sqrt(binomial + extra * share);
  });
}

/**
 * Noise of the units outside the incident: the extra variance makes the median squared deviation what it should be.
 *
 * @param inside units that belong to the incident and do not count
 */
export function rowNoise(units: KpiUnits, expected: Float64Array, inside: (u: number) => boolean): RowNoise {
  const outside = Int32Array.from(units.value.keys()).filter((u) => !inside(u));
  const squares = Float64Array.from(outside, (u) => (units.value[u] - expected[u]) ** 2);
  const chances = Array.from(outside, (u) => chance(units, expected, u));
  const medianOf = (extra: number): number =>
    quantileSelect(
      squares.map((square, k) => square / (chances[k].binomial + extra * chances[k].share)),
      0.5,
    );
  const plain = robustScale(squares.map(Math.sqrt)) ** 2;
  const least = LEAST_VARIANCE * standardDeviation(units.value) ** 2;
  const extra = units.trials ? solveExtra(medianOf, plain) : Math.max(plain, least);
  const sd = unitDeviations(units, expected, extra);
  const z = sd.map((s, u) => (inside(u) ? Number.NaN : (units.value[u] - expected[u]) / s));
  return { extra, inflation: longRunInflation(z) };
}

/** The extra variance of a ratio: the larger it is, the smaller the deviations, so halve the range until it is found. */
function solveExtra(medianOf: (extra: number) => number, plain: number): number {
  if (!(medianOf(0) > MEDIAN_CHI)) return 0;
  let [low, high] = [0, 4 * plain];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (medianOf(middle) > MEDIAN_CHI) low = middle;
    else high = middle;
  }
  return high;
}
