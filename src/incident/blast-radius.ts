import { InputError } from "../core/index.js";
import { normalTail } from "../core/normal-tail.js";
import { DAY_MS } from "../core/time.js";
import { excessShares } from "./excess-shares.js";
import { kpiRows } from "./first-bad/kpi-rows.js";
import type { FirstBad, Kpi, SliceTable } from "./types.js";

/** Options of `blastRadius`. */
export interface BlastRadiusOptions {
  /** Who the requests were, for the shares by dimension; default none. */
  slices?: SliceTable;
  /** Cost of one bad request (of one unit of excess for a KPI that is no ratio); default none. */
  costPerBad?: number;
  /** Objective of a ratio, as the share that is to be good, for example 0.999; default none. */
  target?: number;
  /** Days over which the objective holds; default 30. */
  windowDays?: number;
  /** Whether the values are shares of the requests; by default they are when all lie in 0 … 1. */
  ratio?: boolean;
}

export const DEFAULT_BLAST_RADIUS_OPTIONS = Object.freeze({ windowDays: 30 });

/** How much harm an incident did. */
export interface BlastRadius {
  /** Seconds from the first bad to the first good row, or to the end of the data. */
  badSeconds: number;
  /** Requests in them; null when they are not known. */
  requests: number | null;
  /** Bad requests beyond the expected ones; of a KPI that is no ratio, its excess summed over the rows. */
  excessBad: number;
  /** Interval of the excess at the level of the first bad time. */
  excessBadLow: number;
  excessBadHigh: number;
  /** Dimension to value to its share of the excess; empty without slices. */
  byDimension: Record<string, Record<string, number>>;
  /** Places that bear at least a twentieth of the excess, the most first; empty without a dimension of places. */
  geos: { dimension: string; value: string; share: number }[];
  /** Excess times the cost per bad; null without one. */
  cost: number | null;
  /** What the excess burnt of the error budget; null without a target or for a KPI that is no ratio. */
  slo: { target: number; windowDays: number; budgetBurnt: number } | null;
}

const GEO_NAME =
  /^(geo|region|country|state|province|city|town|metro|market|site|zone|territory|continent)s?(_?(id|name|code))?$/i;
const GEO_SHARE = 0.05;

/** z of a two-sided interval: the tail beyond it holds (1 − level) / 2. */
function zOf(level: number): number {
  let [low, high] = [0, 40];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > (1 - level) / 2) low = middle;
    else high = middle;
  }
  return low;
}

const total = (counts: Float64Array): number => counts.reduce((sum, count) => (count > 0 ? sum + count : sum), 0);

/** Places among the dimensions' values. */
function geosOf(byDimension: Record<string, Record<string, number>>): BlastRadius["geos"] {
  return Object.entries(byDimension)
    .filter(([name]) => GEO_NAME.test(name))
    .flatMap(([dimension, shares]) => Object.entries(shares).map(([value, share]) => ({ dimension, value, share })))
    .filter(({ share }) => share >= GEO_SHARE)
    .sort((a, b) => b.share - a.share);
}

/**
 * How much harm an incident did: how long, to how many requests, how much went bad beyond what was expected (with an
 * interval from the noise of the rows and of what is expected), who bears it, and what it cost.
 *
 * Bad is a high value when the KPI went up and a low one when it went down. Rows without a value count for the time and
 * not for the excess.
 *
 * @throws {InputError} on a cost below 0, a target outside 0 … 1, or what `firstBad` refuses
 */
export function blastRadius(kpi: Kpi, fb: FirstBad, options: BlastRadiusOptions = {}): BlastRadius {
  const { slices, costPerBad, target, windowDays, ratio } = { ...DEFAULT_BLAST_RADIUS_OPTIONS, ...options };
  if (costPerBad !== undefined && !(costPerBad >= 0)) {
    throw new InputError(`the cost per bad must be 0 or more, got ${costPerBad}`, { costPerBad });
  }
  if (target !== undefined && !(target > 0 && target < 1)) {
    throw new InputError(`a target must lie between 0 and 1, for example 0.999, got ${target}`, { target });
  }
  const { index, trials, step } = kpiRows(kpi, ratio);
  const end = fb.recovered?.index ?? kpi.times.length;
  const until = fb.recovered?.time ?? kpi.times[end - 1] + step;
  let [weight, bad, usual, variance] = [0, 0, 0, 0];
  index.forEach((row, i) => {
    if (row < fb.index || row >= end) return;
    const w = trials ? trials[i] : 1;
    weight += w;
    bad += w * kpi.values[row];
    usual += w * fb.expected[row];
    variance += (w * fb.noise[row]) ** 2;
  });
  const excessBad = fb.direction === "up" ? bad - usual : usual - bad;
  const half = zOf(fb.level) * Math.sqrt(excessVariance(fb, { weight, bad, usual, variance }, trials !== null));
  const byDimension = slices ? excessShares(slices, fb) : {};
  return {
    badSeconds: (until - fb.time) / 1000,
    requests: kpi.requests ? total(kpi.requests.subarray(fb.index, end)) : null,
    ...{ excessBad, excessBadLow: excessBad - half, excessBadHigh: excessBad + half, byDimension },
    geos: geosOf(byDimension),
    cost: costPerBad === undefined ? null : Math.max(0, excessBad) * costPerBad,
    slo: target === undefined || !trials ? null : budget(kpi, trials, excessBad, target, windowDays),
  };
}

/** Sums over the rows of the incident. */
interface Sums {
  weight: number;
  bad: number;
  usual: number;
  /** Σ (weight · noise)². */
  variance: number;
}

/** Variance of the excess: of its rows, of what is expected, and of chance at the rate of the incident. */
function excessVariance(fb: FirstBad, { weight, bad, usual, variance }: Sums, ratio: boolean): number {
  if (weight === 0) return 0;
  const chance = (part: number): number => (part / weight) * (1 - part / weight);
  const more = ratio ? weight * Math.max(0, chance(bad) - chance(usual)) : 0;
  return fb.inflation * variance + weight ** 2 * fb.expectedVariance + more;
}

/** The excess as a share of what may go bad in a window of the KPI's mean traffic. */
function budget(
  kpi: Kpi,
  trials: Float64Array,
  excessBad: number,
  target: number,
  windowDays: number,
): BlastRadius["slo"] {
  const days = (kpi.times[kpi.times.length - 1] - kpi.times[0]) / DAY_MS;
  const allowed = (1 - target) * (total(trials) / days) * windowDays;
  return { target, windowDays, budgetBurnt: Math.max(0, excessBad) / allowed };
}
