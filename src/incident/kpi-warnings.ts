import { kpiRows } from "./first-bad/kpi-rows.js";
import { FEWEST_ROWS } from "./first-bad.js";
import type { Kpi } from "./types.js";

/**
 * Why nothing can be found in a KPI, whatever happened: too few rows, or one value only. Empty where `firstBad` can judge.
 *
 * @throws {InputError} as `firstBad` does
 */
export function kpiWarnings(kpi: Kpi): string[] {
  const { value, trials } = kpiRows(kpi);
  if (value.length < FEWEST_ROWS) {
    const what = trials ? "with a value and requests" : "with a value";
    return [`rows of the KPI ${what}: ${value.length}; nothing can be found in fewer than ${FEWEST_ROWS}`];
  }
  return value.every((one) => one === value[0]) ? [`the KPI is constant, ${value[0]}: nothing can be found in it`] : [];
}
