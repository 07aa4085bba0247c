import { type ErrorScale, errorScales } from "./scale.js";
import { backtestErrors, type FittedComponent } from "./score-pool.js";

/** What intervals are made from: point forecasts of all series that have the component. */
export interface CalibrationTask {
  items: readonly FittedComponent[];
  /** Season of each series' naive scale. */
  seasons: readonly number[];
  horizon: number;
  probabilities: readonly number[];
}

/**
 * Quantile number `at` of item i at step h: of its forecast (`origin` null) or of the backtest forecast from an origin, then
 * with an error scale that does not know that origin.
 */
export type QuantileAt = (i: number, origin: number | null, at: number, h: number) => number;

/** Error scales of the items' point forecasts. */
export function scalesOf({ items, seasons }: CalibrationTask): ErrorScale[] {
  return errorScales(
    items.map((item, i) => ({
      errors: backtestErrors(item),
      history: item.series.y,
      cuts: item.plan.cuts,
      season: seasons[i],
      spread: item.fit.spread,
      backtestSpread: item.fit.backtest.map(({ spread }) => spread),
    })),
  );
}
