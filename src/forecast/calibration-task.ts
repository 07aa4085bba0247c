import { type ErrorScale, errorScales, type ScaleInput } from "./scale.js";
import { backtestErrors, type FittedComponent } from "./score-pool.js";

/** What intervals are made from: point forecasts of all series that have the component. */
export interface CalibrationTask {
  items: readonly FittedComponent[];
  /** Season of each series' naive scale. */
  seasons: readonly number[];
  horizon: number;
  probabilities: readonly number[];
}

/** How a method makes quantiles: centre + scale · shift, in the unit in which it takes errors. */
export interface QuantileRule {
  /** Point forecasts of each item, of its forecast and from each origin. */
  centres: readonly { whole: Float64Array; byOrigin: readonly Float64Array[] }[];
  scales: readonly ErrorScale[];
  /** `shifts[at][h]` for probability number `at` at step h. */
  shifts: readonly Float64Array[];
  /** Whether the unit of an item is the log of its values. */
  logs: readonly boolean[];
}

/**
 * Quantile number `at` of item i at step h: of its forecast (`origin` null) or of the backtest forecast from an origin, then
 * with an error scale that does not know that origin.
 */
export function quantileAt(
  { centres, scales, shifts, logs }: QuantileRule,
  i: number,
  origin: number | null,
  at: number,
  h: number,
): number {
  const centre = origin === null ? centres[i].whole : centres[i].byOrigin[origin];
  const scale = origin === null ? scales[i].whole : scales[i].byOrigin[origin];
  const value = centre[h] + scale * shifts[at][h];
  return logs[i] ? Math.exp(value) : value;
}

/** Error scales of the items' point forecasts. */
export function scalesOf({ items, seasons }: CalibrationTask): ErrorScale[] {
  const inputs: ScaleInput[] = [];
  for (let i = 0; i < items.length; i++) inputs.push(scaleInput(items[i], seasons[i]));
  return errorScales(inputs);
}

function scaleInput(item: FittedComponent, season: number): ScaleInput {
  const { series, plan, fit } = item;
  return {
    errors: backtestErrors(item),
    history: series.y,
    cuts: plan.cuts,
    season,
    spread: fit.spread,
    backtestSpread: fit.backtest.map(({ spread }) => spread),
  };
}
