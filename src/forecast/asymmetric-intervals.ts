import type { CalibrationTask, QuantileRule } from "./calibration-task.js";
import { pooledShifts } from "./conformal.js";
import { errorScales, type ScaleInput } from "./scale.js";
import { errorsAt, type FittedComponent, poolScores } from "./score-pool.js";

/**
 * Asymmetric split-conformal intervals: quantiles of signed errors, in log space for series that are positive
 * throughout, pooled over series in units of each one's error scale there.
 */
export function asymmetricQuantiles({ items, seasons, horizon, probabilities }: CalibrationTask): QuantileRule {
  const judged = items.map((item, i) => inErrorUnit(item, seasons[i]));
  const scales = errorScales(judged.map(({ input }) => input));
  const errors = judged.map(({ input }) => input.errors);
  return {
    centres: judged.map(({ centres }) => centres),
    scales,
    shifts: pooledShifts(poolScores(errors, scales), probabilities, horizon),
    logs: judged.map(({ logs }) => logs),
  };
}

/** A series, its forecasts and their errors in the unit in which errors are taken. */
interface Judged {
  input: ScaleInput;
  centres: QuantileRule["centres"][number];
  logs: boolean;
}

function inErrorUnit(item: FittedComponent, season: number): Judged {
  const { series, plan, fit } = item;
  const floor = logFloor(series.y);
  const history = converted(series.y, floor);
  const centres = { whole: converted(fit.point, floor), byOrigin: [] as Float64Array[] };
  const errors: Float64Array[] = [];
  const backtestSpread: Float64Array[] = [];
  for (let k = 0; k < plan.cuts.length; k++) {
    const { point, spread } = fit.backtest[k];
    const centre = converted(point, floor);
    centres.byOrigin.push(centre);
    errors.push(errorsAt(item, k, centre, history));
    backtestSpread.push(convertedSpread(point, spread, floor));
  }
  const spread = convertedSpread(fit.point, fit.spread, floor);
  const input = { errors, history, cuts: plan.cuts, season, spread, backtestSpread };
  return { input, centres, logs: floor !== null };
}

/** Least value whose log is taken, of a series that is positive throughout; null for others, whose values are left as they are. */
function logFloor(y: Float64Array): number | null {
  let smallest = Number.POSITIVE_INFINITY;
  for (let t = 0; t < y.length; t++) smallest = Math.min(smallest, y[t]);
  return smallest > 0 ? smallest / 2 : null;
}

const convert = (v: number, floor: number | null): number => (floor === null ? v : Math.log(Math.max(v, floor)));

function converted(values: Float64Array, floor: number | null): Float64Array {
  const out = new Float64Array(values.length);
  for (let h = 0; h < out.length; h++) out[h] = convert(values[h], floor);
  return out;
}

function convertedSpread(point: Float64Array, spread: Float64Array, floor: number | null): Float64Array {
  const out = new Float64Array(point.length);
  for (let h = 0; h < out.length; h++) out[h] = convert(point[h] + spread[h], floor) - convert(point[h], floor);
  return out;
}
