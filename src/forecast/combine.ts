import { mean, median, orderlessMean } from "../core/statistics.js";
import type { ComponentFit } from "./fit-series.js";
import type { QuantileForecast } from "./model.js";
import type { OriginPlan } from "./origins.js";
import type { PreparedSeries } from "./prepare.js";

/** Members' fits of one component on one series with what they are judged by. */
export interface MemberFits {
  series: PreparedSeries;
  plan: OriginPlan;
  fit: ComponentFit;
}

/** What one component says about one series. */
export interface CombinedFit {
  name: string;
  /** Weight of each member, adding up to one. */
  weights: Record<string, number>;
  point: Float64Array;
  /** How far the members lie from the point at each step (weighted mean distance): where they differ, errors are larger. */
  spread: Float64Array;
  distribution: QuantileForecast | null;
  /** Forecasts from each origin of the plan, made with weights that know nothing of that origin. */
  backtest: { point: Float64Array; spread: Float64Array; distribution: QuantileForecast | null }[];
}

/** How sharply weights follow the errors: twice the error is an eighth of the weight. */
const SHARPNESS = 3;
/** Origins' worth of trust in the panel as a whole against the series itself. */
const SHRINKAGE = 1;
/** A member that is right by chance at one origin counts as having at least this share of the others' error there. */
const LEAST_ERROR = 1e-3;

/**
 * Step-wise weighted median of the members of one component, for all series that have it.
 *
 * A member's weight falls with the cube of its mean absolute errors on the origins inside the history (geometric mean
 * over origins, relative to the members' median, shrunk towards the panel's mean).
 */
export function combineFits(items: readonly MemberFits[]): CombinedFit[] {
  const scores = items.map(memberScores);
  const depth = scores.reduce((most, rows) => Math.max(most, rows.length), 0);
  // Weights for the forecast itself leave out no origin; those for the backtest leave out the one that they forecast.
  const panels = Array.from({ length: depth + 1 }, (_, left) => panelMean(items, scores, left));
  return items.map((item, i) => combineMembers(item, scores[i], panels));
}

function combineMembers(
  item: MemberFits,
  scores: readonly Float64Array[],
  panels: readonly ReadonlyMap<string, number>[],
): CombinedFit {
  const { fit, plan } = item;
  const final = weigh(fit.members, ownMean(scores, 0), panels[0]);
  const point = weightedMedians(fit.points, final) ?? new Float64Array(0);
  const backtest: CombinedFit["backtest"] = [];
  for (let k = 0; k < fit.backtest.length; k++) {
    const left = plan.cuts.length - k;
    backtest.push(combineAt(item, k, weigh(fit.members, ownMean(scores, left), panels[left])));
  }
  return {
    name: fit.name,
    weights: Object.fromEntries(fit.members.map((name, m) => [name, final[m]])),
    point,
    spread: spreadAround(point, fit.points, final),
    distribution: fit.distribution,
    backtest,
  };
}

/** Forecast of the members together from one origin. */
function combineAt(
  { series, plan, fit }: MemberFits,
  k: number,
  weights: readonly number[],
): CombinedFit["backtest"][number] {
  const { points, distribution } = fit.backtest[k];
  // A component that fails at an origin is judged there by the last value: it must earn its weight.
  const point = weightedMedians(points, weights) ?? new Float64Array(plan.horizon).fill(series.y[plan.cuts[k] - 1]);
  return { point, spread: spreadAround(point, points, weights), distribution };
}

/** `scores[k][m]`: log error of member m at origin k relative to the members' median there, NaN where it has none. */
function memberScores(item: MemberFits): Float64Array[] {
  const scores: Float64Array[] = [];
  for (let k = 0; k < item.plan.cuts.length; k++) scores.push(originScores(item, k));
  return scores;
}

function originScores({ series, plan, fit }: MemberFits, k: number): Float64Array {
  const { points } = fit.backtest[k];
  const scores = new Float64Array(points.length);
  const known: number[] = [];
  for (let m = 0; m < points.length; m++) {
    const point = points[m];
    scores[m] = point ? meanAbsoluteError(series, plan.cuts[k], point) : Number.NaN;
    if (!Number.isNaN(scores[m])) known.push(scores[m]);
  }
  const floor = known.length ? LEAST_ERROR * mean(known) : 0;
  if (!(floor > 0)) return scores.fill(known.length ? 0 : Number.NaN);
  for (let m = 0; m < scores.length; m++) scores[m] = Math.log(Math.max(scores[m], floor));
  const middle = median(scores);
  for (let m = 0; m < scores.length; m++) scores[m] -= middle;
  return scores;
}

function meanAbsoluteError({ y, observed }: PreparedSeries, cut: number, point: Float64Array): number {
  let total = 0;
  let count = 0;
  for (let h = 0; h < point.length; h++) {
    if (!observed[cut + h]) continue;
    total += Math.abs(y[cut + h] - point[h]);
    count++;
  }
  return count ? total / count : Number.NaN;
}

interface OwnMean {
  /** Mean score by member, NaN without any. */
  scores: Float64Array;
  origins: number;
}

/** Mean over a series' origins but the `left`-th from the end (0 leaves out none). */
function ownMean(rows: readonly Float64Array[], left: number): OwnMean {
  const scores = new Float64Array(rows[0]?.length ?? 0);
  for (let m = 0; m < scores.length; m++) {
    let total = 0;
    let count = 0;
    for (let k = 0; k < rows.length; k++) {
      if (rows.length - k === left || Number.isNaN(rows[k][m])) continue;
      total += rows[k][m];
      count++;
    }
    scores[m] = count ? total / count : Number.NaN;
  }
  return { scores, origins: left > 0 && left <= rows.length ? rows.length - 1 : rows.length };
}

/** Mean score over the panel by member's name. */
function panelMean(
  items: readonly MemberFits[],
  scores: readonly (readonly Float64Array[])[],
  left: number,
): ReadonlyMap<string, number> {
  const known = new Map<string, number[]>();
  for (let i = 0; i < items.length; i++) addScores(known, items[i].fit.members, ownMean(scores[i], left));
  return new Map([...known].map(([name, values]) => [name, orderlessMean(values)]));
}

function addScores(known: Map<string, number[]>, members: readonly string[], { scores }: OwnMean): void {
  for (let m = 0; m < scores.length; m++) {
    if (Number.isNaN(scores[m])) continue;
    const list = known.get(members[m]);
    if (list) list.push(scores[m]);
    else known.set(members[m], [scores[m]]);
  }
}

function weigh(members: readonly string[], own: OwnMean, panel: ReadonlyMap<string, number>): number[] {
  const raw: number[] = [];
  let total = 0;
  for (let m = 0; m < members.length; m++) {
    const shared = panel.get(members[m]) ?? 0;
    const score = own.scores[m] ?? Number.NaN;
    const weight = Number.isNaN(score)
      ? Math.exp(-SHARPNESS * shared)
      : Math.exp((-SHARPNESS * (own.origins * score + SHRINKAGE * shared)) / (own.origins + SHRINKAGE));
    raw.push(weight);
    total += weight;
  }
  return raw.map((w) => w / total);
}

/** Weighted medians by step of those members that have a forecast; null when none has. */
function weightedMedians(points: readonly (Float64Array | null)[], weights: readonly number[]): Float64Array | null {
  const kept: Float64Array[] = [];
  const shares: number[] = [];
  for (let m = 0; m < points.length; m++) {
    const point = points[m];
    if (!point) continue;
    kept.push(point);
    shares.push(weights[m]);
  }
  if (kept.length < 2) return kept[0] ?? null;
  const values = new Float64Array(kept.length);
  const medians = new Float64Array(kept[0].length);
  const sorted = new Float64Array(kept.length);
  for (let h = 0; h < medians.length; h++) {
    for (let m = 0; m < kept.length; m++) insertSorted(values, sorted, m, kept[m][h], shares[m]);
    medians[h] = weightedMedian(values, sorted);
  }
  return medians;
}

/** Weighted mean distance of the members from their median at each step; 0 where only one has a forecast. */
function spreadAround(
  centre: Float64Array,
  points: readonly (Float64Array | null)[],
  weights: readonly number[],
): Float64Array {
  const spread = new Float64Array(centre.length);
  let total = 0;
  for (let m = 0; m < points.length; m++) if (points[m]) total += weights[m];
  for (let m = 0; m < points.length; m++) {
    const point = points[m];
    if (!point) continue;
    const share = weights[m] / total;
    for (let h = 0; h < centre.length; h++) spread[h] += share * Math.abs(point[h] - centre[h]);
  }
  return spread;
}

/** Puts a value among the first `count`, which ascend; few values make this the fastest sort. */
function insertSorted(values: Float64Array, shares: Float64Array, count: number, value: number, share: number): void {
  let at = count;
  for (; at > 0 && values[at - 1] > value; at--) {
    values[at] = values[at - 1];
    shares[at] = shares[at - 1];
  }
  values[at] = value;
  shares[at] = share;
}

/** Value at half of the weight, each value standing in the middle of its own; linear between them. */
function weightedMedian(values: Float64Array, shares: Float64Array): number {
  let half = 0;
  for (let i = 0; i < shares.length; i++) half += shares[i] / 2;
  let below = shares[0] / 2;
  if (half <= below) return values[0];
  for (let i = 1; i < values.length; i++) {
    const step = (shares[i - 1] + shares[i]) / 2;
    if (half <= below + step) return values[i - 1] + ((half - below) / step) * (values[i] - values[i - 1]);
    below += step;
  }
  return values[values.length - 1];
}
