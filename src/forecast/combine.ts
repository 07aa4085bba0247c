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
  return items.map(({ series, plan, fit }, i) => {
    const weightsWithout = (left: number): number[] => weigh(fit.members, ownMean(scores[i], left), panels[left]);
    const final = weightsWithout(0);
    const point = weightedMedians(fit.points, final) ?? new Float64Array(0);
    return {
      name: fit.name,
      weights: Object.fromEntries(fit.members.map((name, m) => [name, final[m]])),
      point,
      spread: spreadAround(point, fit.points, final),
      distribution: fit.distribution,
      backtest: fit.backtest.map(({ points, distribution }, k) => {
        const weights = weightsWithout(plan.cuts.length - k);
        // A component that fails at an origin is judged there by the last value: it must earn its weight.
        const last = () => new Float64Array(plan.horizon).fill(series.y[plan.cuts[k] - 1]);
        const at = weightedMedians(points, weights) ?? last();
        return { point: at, spread: spreadAround(at, points, weights), distribution };
      }),
    };
  });
}

/** `scores[k][m]`: log error of member m at origin k relative to the members' median there, NaN where it has none. */
function memberScores({ series, plan, fit }: MemberFits): Float64Array[] {
  return plan.cuts.map((cut, k) => {
    const errors = fit.backtest[k].points.map((point) => (point ? meanAbsoluteError(series, cut, point) : Number.NaN));
    const known = errors.filter((e) => !Number.isNaN(e));
    const floor = known.length ? LEAST_ERROR * mean(known) : 0;
    if (!(floor > 0)) return new Float64Array(errors.length).fill(known.length ? 0 : Number.NaN);
    const logs = Float64Array.from(errors, (e) => Math.log(Math.max(e, floor)));
    const middle = median(logs.filter((v) => !Number.isNaN(v)));
    return logs.map((v) => v - middle);
  });
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
  const kept = rows.filter((_, k) => rows.length - k !== left);
  const scores = Float64Array.from(rows[0] ?? [], (_, m) => {
    const known = kept.map((row) => row[m]).filter((v) => !Number.isNaN(v));
    return known.length ? mean(known) : Number.NaN;
  });
  return { scores, origins: kept.length };
}

/** Mean score over the panel by member's name. */
function panelMean(
  items: readonly MemberFits[],
  scores: readonly (readonly Float64Array[])[],
  left: number,
): ReadonlyMap<string, number> {
  const known = new Map<string, number[]>();
  items.forEach(({ fit }, i) => {
    const own = ownMean(scores[i], left).scores;
    fit.members.forEach((name, m) => {
      if (Number.isNaN(own[m] ?? Number.NaN)) return;
      const list = known.get(name);
      if (list) list.push(own[m]);
      else known.set(name, [own[m]]);
    });
  });
  return new Map([...known].map(([name, values]) => [name, orderlessMean(values)]));
}

function weigh(members: readonly string[], own: OwnMean, panel: ReadonlyMap<string, number>): number[] {
  const raw = members.map((name, m) => {
    const shared = panel.get(name) ?? 0;
    const score = own.scores[m] ?? Number.NaN;
    if (Number.isNaN(score)) return Math.exp(-SHARPNESS * shared);
    return Math.exp((-SHARPNESS * (own.origins * score + SHRINKAGE * shared)) / (own.origins + SHRINKAGE));
  });
  const total = raw.reduce((a, b) => a + b, 0);
  return raw.map((w) => w / total);
}

/** Weighted medians by step of those members that have a forecast; null when none has. */
function weightedMedians(points: readonly (Float64Array | null)[], weights: readonly number[]): Float64Array | null {
  const kept = points.flatMap((point, m) => (point ? [{ point, weight: weights[m] }] : []));
  if (kept.length === 0) return null;
  if (kept.length === 1) return kept[0].point;
  const values = new Float64Array(kept.length);
  const shares = new Float64Array(kept.length);
  return kept[0].point.map((_, h) => {
    for (let m = 0; m < kept.length; m++) insertSorted(values, shares, m, kept[m].point[h], kept[m].weight);
    return weightedMedian(values, shares);
  });
}

/** Weighted mean distance of the members from their median at each step; 0 where only one has a forecast. */
function spreadAround(
  centre: Float64Array,
  points: readonly (Float64Array | null)[],
  weights: readonly number[],
): Float64Array {
  const spread = new Float64Array(centre.length);
  const total = points.reduce((sum, point, m) => (point ? sum + weights[m] : sum), 0);
  points.forEach((point, m) => {
    if (!point) return;
    const share = weights[m] / total;
    for (let h = 0; h < centre.length; h++) spread[h] += share * Math.abs(point[h] - centre[h]);
  });
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
  const half = shares.reduce((a, b) => a + b, 0) / 2;
  let below = shares[0] / 2;
  if (half <= below) return values[0];
  for (let i = 1; i < values.length; i++) {
    const step = (shares[i - 1] + shares[i]) / 2;
    if (half <= below + step) return values[i - 1] + ((half - below) / step) * (values[i] - values[i - 1]);
    below += step;
  }
  return values[values.length - 1];
}
