import { compareCells } from "./compare-cells.js";
import type { DriftCell } from "./drift-cell.js";
import type { CategoricalDrift, NumericDrift } from "./drift-schema.js";
import { driftSettings } from "./drift-settings.js";
import { numericSample } from "./numeric-sample.js";
import type { DriftOptions } from "./types.js";

/**
 * Whether two samples of numbers differ: verdict, test, effect with its interval, and every statistic (`stats: "default"`
 * leaves it at the test's). A single comparison: p-values are not adjusted.
 *
 * @param reference values in any order; NaN is missing, ±Infinity is invalid and counts as missing
 * @param current the other sample
 * @throws InputError for options out of range
 * @example
 * compareColumns(Float64Array.of(1, 2, 3), Float64Array.of(2, 3, 4)).verdict // "inconclusive": fewer than 30 rows
 */
export function compareColumns(
  reference: Float64Array,
  current: Float64Array,
  options: DriftOptions = {},
): NumericDrift {
  return compareAlone(numericSample(reference), numericSample(current), options);
}

/** The entry of two samples by themselves. */
export function compareAlone(
  reference: DriftCell["reference"],
  current: DriftCell["current"],
  options: DriftOptions,
): NumericDrift | CategoricalDrift {
  const cell: DriftCell = { feature: "", slice: null, window: null, reference, current };
  const settings = driftSettings({ stats: "all", ...options });
  const [{ feature, slice, window, ...comparison }] = compareCells([cell], { ...settings, correction: "none" });
  return comparison;
}
