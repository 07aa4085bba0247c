import type { CombinedFit } from "./combine.js";
import { conformalShifts, conformalWidths, type ScorePool } from "./conformal.js";
import type { QuantileForecast } from "./model.js";
import type { OriginPlan } from "./origins.js";
import type { PreparedSeries } from "./prepare.js";
import { type ErrorScale, errorScales } from "./scale.js";
import { isShort } from "./season-kind.js";

/** One component's fit of one series with what it is judged by. */
export interface FittedComponent {
  series: PreparedSeries;
  plan: OriginPlan;
  fit: CombinedFit;
}

/** Pools larger than this are thinned evenly: the quantiles of 20,000 scores are as good. */
const LARGEST_POOL = 20_000;

/** Calls back with every scored step: the actual value and where it belongs. */
function eachActual(item: FittedComponent, visit: (k: number, h: number, actual: number) => void): void {
  const { series, plan } = item;
  plan.cuts.forEach((cut, k) => {
    for (let h = 0; h < plan.horizon; h++) {
      if (series.observed[cut + h]) visit(k, h, series.y[cut + h]);
    }
  });
}

/** Backtest errors (actual − point) of one component on one series; NaN where nothing was observed. */
export function backtestErrors(item: FittedComponent): Float64Array[] {
  const errors = item.plan.cuts.map(() => new Float64Array(item.plan.horizon).fill(Number.NaN));
  eachActual(item, (k, h, actual) => {
    errors[k][h] = actual - item.fit.backtest[k].point[h];
  });
  return errors;
}

function poolOf(
  items: readonly FittedComponent[],
  scales: readonly ErrorScale[],
  score: (item: FittedComponent, k: number, h: number, actual: number) => number,
): ScorePool {
  const steps = items.reduce((most, item) => Math.max(most, item.plan.horizon), 0);
  const pool: number[][] = Array.from({ length: steps }, () => []);
  const scored = items.reduce((sum, item) => sum + item.plan.cuts.length, 0);
  const stride = Math.max(1, Math.ceil(scored / LARGEST_POOL));
  items.forEach((item, i) => {
    if (i % stride) return;
    eachActual(item, (k, h, actual) => {
      const scale = scales[i].byOrigin[k];
      const value = score(item, k, h, actual);
      // A series without any error so far is scored in its own units: zero stays zero.
      pool[h].push(scale > 0 ? value / scale : Math.abs(value) > 0 ? value : 0);
    });
  });
  return pool.map((values) => Float64Array.from(values));
}

/**
 * Calibrated quantiles of one component for all its series: pooled split-conformal (see `conformal.ts`).
 *
 * A component with only a point forecast gets symmetric intervals; one with a distribution keeps its shape and is
 * shifted quantile by quantile.
 *
 * @returns for each item the quantile forecasts at `probabilities`; the middle one is the point forecast
 */
export function calibrate(
  items: readonly FittedComponent[],
  horizon: number,
  probabilities: readonly number[],
): QuantileForecast[] {
  // Over a long season the level moves more than the season repeats: the change from step to step is the steadier scale.
  const seasonOf = ({ series }: FittedComponent) => (isShort(series.seasons[0]) ? series.seasons[0] : 1);
  const scales = errorScales(
    items.map(backtestErrors),
    items.map((item) => item.series.y),
    items.map(seasonOf),
  );
  const point = items.map((item, i) => ({ item, scale: scales[i] })).filter(({ item }) => !item.fit.distribution);
  const shaped = items.map((item, i) => ({ item, scale: scales[i] })).filter(({ item }) => item.fit.distribution);
  const coverages = probabilities.map((p) => Math.abs(2 * p - 1));
  const widths = point.length
    ? conformalWidths(
        poolOf(
          point.map((v) => v.item),
          point.map((v) => v.scale),
          (item, k, h, actual) => Math.abs(actual - item.fit.backtest[k].point[h]),
        ),
        coverages,
        horizon,
      )
    : [];
  const shifts = shaped.length
    ? conformalShifts(
        probabilities.map((_, p) =>
          poolOf(
            shaped.map((v) => v.item),
            shaped.map((v) => v.scale),
            (item, k, h, actual) => {
              const back = item.fit.backtest[k];
              return actual - (back.distribution ? back.distribution[p][h] : back.point[h]);
            },
          ),
        ),
        probabilities,
        horizon,
      )
    : [];
  return items.map((item, i) => {
    const scale = scales[i].whole;
    const { point: centre, distribution } = item.fit;
    const grid = probabilities.map((p, at) =>
      Float64Array.from({ length: horizon }, (_, h) => {
        if (distribution) return distribution[at][h] + scale * shifts[at][h];
        return centre[h] + Math.sign(p - 0.5) * scale * widths[at][h];
      }),
    );
    return nestAround(grid, centre, probabilities);
  });
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
