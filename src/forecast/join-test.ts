import { orderlessMean } from "../core/statistics.js";
import type { FittedComponent } from "./score-pool.js";
import type { JoinTest } from "./types.js";
import { blendWeights } from "./weights.js";

/** Standard errors by which the gain must lie above nothing: what joins by chance costs accuracy. */
const SURE = 2;
/** A smaller gain than this is not worth another model, however sure it is. */
const LEAST_GAIN = 1e-3;

/**
 * Whether a component joins the others: where the blend with it has the smaller mean absolute errors at the origins
 * inside the history, by more than two standard errors and a thousandth. The blend that forecasts from an origin has
 * weights that know nothing of that origin, with and without the component.
 *
 * The standard error is clustered both ways, since series have their ways and so have days: the variances of the means of
 * series and of the means of origins add up (Cameron, Gelbach & Miller 2011, on the safe side).
 *
 * @param before components of each series that has the one on trial, without it; those without an origin say nothing
 * @param after the same series with it
 * @param as the way in which it would join
 */
export function joinTest(
  before: readonly (readonly FittedComponent[])[],
  after: readonly (readonly FittedComponent[])[],
  as: "component" | "member",
): JoinTest {
  const gains = relativeGains(originErrors(before), originErrors(after));
  const means = (rows: readonly (readonly number[])[]) => rows.filter((row) => row.length > 0).map(orderlessMean);
  const bySeries = means(gains.map((row) => row.filter((gain) => !Number.isNaN(gain))));
  const byOrigin = means(fromTheEnd(gains));
  const counts = { series: bySeries.length, origins: byOrigin.length };
  if (bySeries.length === 0) return { joined: false, as: null, gain: null, se: null, ...counts };
  const gain = orderlessMean(bySeries);
  // A single forecast has no standard error.
  if (bySeries.length < 2 && byOrigin.length < 2) return { joined: false, as: null, gain, se: null, ...counts };
  const se = Math.sqrt(varianceOfMean(bySeries) + varianceOfMean(byOrigin));
  const joined = gain > SURE * se && gain >= LEAST_GAIN;
  return { joined, as: joined ? as : null, gain, se, ...counts };
}

/** Gains of all series from each origin, the latest first. */
function fromTheEnd(gains: readonly (readonly number[])[]): number[][] {
  const depth = gains.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: depth }, (_, left) =>
    gains.map((row) => row[row.length - 1 - left] ?? Number.NaN).filter((gain) => !Number.isNaN(gain)),
  );
}

function varianceOfMean(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 0;
  const middle = orderlessMean(values);
  return orderlessMean(values.map((v) => (v - middle) ** 2)) / (n - 1);
}

/** `errors[i][k]`: mean absolute error of the blend from origin k of series i, NaN where nothing was observed. */
function originErrors(items: readonly (readonly FittedComponent[])[]): Float64Array[] {
  const errors = items.map(([first]) => new Float64Array(first.plan.cuts.length));
  const depth = errors.reduce((most, { length }) => Math.max(most, length), 0);
  for (let left = 1; left <= depth; left++) {
    const weights = blendWeights(items, left);
    for (let i = 0; i < items.length; i++) {
      const k = errors[i].length - left;
      if (k >= 0) errors[i][k] = blendError(items[i], weights[i], k);
    }
  }
  return errors;
}

function blendError(row: readonly FittedComponent[], shares: readonly number[], k: number): number {
  const [{ series, plan }] = row;
  let total = 0;
  let count = 0;
  for (let h = 0; h < plan.horizon; h++) {
    const at = plan.cuts[k] + h;
    if (!series.observed[at]) continue;
    let value = 0;
    for (let c = 0; c < row.length; c++) value += shares[c] * row[c].fit.backtest[k].point[h];
    total += Math.abs(series.y[at] - value);
    count++;
  }
  return count ? total / count : Number.NaN;
}

/**
 * `gains[i][k]`: differences of both errors in units of the series' mean error, NaN where there is none. Large series count
 * no more than small ones, and an origin where both err by next to nothing says next to nothing.
 */
function relativeGains(before: readonly Float64Array[], after: readonly Float64Array[]): number[][] {
  return before.map((row, i) => {
    const sums = Array.from(row, (error, k) => error + after[i][k]);
    const known = sums.filter((sum) => !Number.isNaN(sum));
    const unit = known.length > 0 ? orderlessMean(known) / 2 : 0;
    return sums.map((sum, k) => (Number.isNaN(sum) || unit > 0 ? (row[k] - after[i][k]) / unit : 0));
  });
}
