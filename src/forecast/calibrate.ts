import { mean, standardDeviation } from "../core/statistics.js";
import { adaptiveGrids } from "./adaptive-intervals.js";
import { asymmetricQuantiles } from "./asymmetric-intervals.js";
import { type CalibrationTask, type QuantileRule, quantileAt, scalesOf } from "./calibration-task.js";
import { conformalShifts, conformalWidths, type ScorePool } from "./conformal.js";
import { enbpiGrids } from "./enbpi.js";
import { intervalScores } from "./interval-score.js";
import type { QuantileForecast } from "./model.js";
import type { ErrorScale } from "./scale.js";
import { absoluteErrors, backtestErrors, errorsAt, type FittedComponent, poolScores } from "./score-pool.js";
import { isShort } from "./season-kind.js";
import type { IntervalMethod } from "./types.js";

/** Fewer series than these cannot tell which of two methods is better: on small panels the choice only cost coverage. */
const LEAST_FOR_CHOICE = 30;

const METHODS: Record<IntervalMethod, (task: CalibrationTask) => QuantileForecast[]> = {
  auto: (task) => gridsOf(task, betterQuantiles(task)),
  pooled: (task) => gridsOf(task, pooledQuantiles(task)),
  asymmetric: (task) => gridsOf(task, asymmetricQuantiles(task)),
  adaptive: adaptiveGrids,
  enbpi: enbpiGrids,
};

function gridsOf(task: CalibrationTask, rule: QuantileRule): QuantileForecast[] {
  const grids: QuantileForecast[] = [];
  for (let i = 0; i < task.items.length; i++) grids.push(gridOf(task, rule, i));
  return grids;
}

function gridOf({ probabilities, horizon }: CalibrationTask, rule: QuantileRule, i: number): QuantileForecast {
  const grid: QuantileForecast = [];
  for (let at = 0; at < probabilities.length; at++) {
    const quantile = new Float64Array(horizon);
    for (let h = 0; h < horizon; h++) quantile[h] = quantileAt(rule, i, null, at, h);
    grid.push(quantile);
  }
  return grid;
}

/**
 * Asymmetric intervals where they would have done clearly better than symmetric ones at the panel's own origins: by more
 * than two standard errors over series, since they have only half as many errors on each side to learn from.
 */
function betterQuantiles(task: CalibrationTask): QuantileRule {
  const symmetric = pooledQuantiles(task);
  if (task.items.length < LEAST_FOR_CHOICE) return symmetric;
  const asymmetric = asymmetricQuantiles(task);
  const before = intervalScores(task, symmetric);
  const gains = intervalScores(task, asymmetric).map((after, i) => before[i] - after);
  const error = standardDeviation(gains) / Math.sqrt(gains.length);
  return mean(gains) > 2 * error ? asymmetric : symmetric;
}

/**
 * Calibrated quantiles of one component for all its series.
 *
 * A component with only a point forecast gets intervals by `method`; one with a distribution keeps its shape and is
 * shifted quantile by quantile (pooled split-conformal, see `conformal.ts`).
 *
 * @returns for each item the quantile forecasts at `probabilities`; the middle one is the point forecast
 */
export function calibrate(
  items: readonly FittedComponent[],
  horizon: number,
  probabilities: readonly number[],
  method: IntervalMethod,
): QuantileForecast[] {
  const places = items.map((_, i) => i);
  const grids = new Array<QuantileForecast>(items.length);
  const fill = (kept: readonly number[], gridsOf: (task: CalibrationTask) => QuantileForecast[]): void => {
    if (kept.length === 0) return;
    const task = {
      items: kept.map((i) => items[i]),
      seasons: kept.map((i) => scaleSeason(items[i])),
      horizon,
      probabilities,
    };
    const made = gridsOf(task);
    for (let at = 0; at < kept.length; at++) {
      grids[kept[at]] = nestAround(made[at], items[kept[at]].fit.point, probabilities);
    }
  };
  fill(
    places.filter((i) => !items[i].fit.distribution),
    METHODS[method],
  );
  fill(
    places.filter((i) => items[i].fit.distribution),
    shiftedGrids,
  );
  return grids;
}

/** Over a long season the level moves more than the season repeats: the change from step to step is steadier. */
function scaleSeason({ series }: FittedComponent): number {
  return isShort(series.seasons[0]) ? series.seasons[0] : 1;
}

/** Symmetric intervals: pooled absolute errors times the series' scale. */
function pooledQuantiles(task: CalibrationTask): QuantileRule {
  const { items, horizon, probabilities } = task;
  const scales = scalesOf(task);
  const coverages = probabilities.map((p) => Math.abs(2 * p - 1));
  const widths = conformalWidths(poolScores(items.map(absoluteErrors), scales), coverages, horizon);
  return {
    centres: items.map(pointsOf),
    scales,
    shifts: widths.map((width, at) => width.map((w) => Math.sign(probabilities[at] - 0.5) * w)),
    logs: items.map(() => false),
  };
}

function pointsOf({ fit }: FittedComponent): QuantileRule["centres"][number] {
  return { whole: fit.point, byOrigin: fit.backtest.map(({ point }) => point) };
}

/** Distributions, each quantile shifted by the same quantile of its own scores. */
function shiftedGrids(task: CalibrationTask): QuantileForecast[] {
  const { items, horizon, probabilities } = task;
  const scales = scalesOf(task);
  const errors = items.map(backtestErrors);
  const pools = probabilities.map((_, at) => poolQuantile(items, at, scales, errors));
  const shifts = conformalShifts(pools, probabilities, horizon);
  const grids: QuantileForecast[] = [];
  for (let i = 0; i < items.length; i++) grids.push(shiftedGrid(items[i], scales[i].whole, shifts));
  return grids;
}

/** Scores against quantile number `at`. They are taken in `errors`: new arrays for each quantile would be very many. */
function poolQuantile(
  items: readonly FittedComponent[],
  at: number,
  scales: readonly ErrorScale[],
  errors: readonly Float64Array[][],
): ScorePool {
  for (let i = 0; i < items.length; i++) {
    const { fit, series } = items[i];
    for (let k = 0; k < errors[i].length; k++) {
      const { distribution, point } = fit.backtest[k];
      errorsAt(items[i], k, distribution?.[at] ?? point, series.y, errors[i][k]);
    }
  }
  return poolScores(errors, scales);
}

function shiftedGrid({ fit }: FittedComponent, scale: number, shifts: readonly Float64Array[]): QuantileForecast {
  const grid: QuantileForecast = [];
  for (let at = 0; at < shifts.length; at++) {
    const quantile = (fit.distribution?.[at] ?? fit.point).slice();
    for (let h = 0; h < quantile.length; h++) quantile[h] += scale * shifts[at][h];
    grid.push(quantile);
  }
  return grid;
}

/** Makes quantiles ascend outwards from the point forecast at every step. */
export function nestAround(
  grid: QuantileForecast,
  centre: Float64Array,
  probabilities: readonly number[],
): QuantileForecast {
  const middle = probabilities.indexOf(0.5);
  for (let h = 0; h < centre.length; h++) {
    grid[middle][h] = centre[h];
    for (let i = middle + 1; i < grid.length; i++) grid[i][h] = Math.max(grid[i][h], grid[i - 1][h]);
    for (let i = middle - 1; i >= 0; i--) grid[i][h] = Math.min(grid[i][h], grid[i + 1][h]);
  }
  return grid;
}
