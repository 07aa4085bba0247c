import { InputError } from "../core/index.js";
import { expectedAt, type Finding, findRun, usual } from "./first-bad/find-run.js";
import { type KpiRows, type KpiUnits, kpiRows, poolRows } from "./first-bad/kpi-rows.js";
import { type Held, type Located, locate } from "./first-bad/locate.js";
import { PARTS } from "./first-bad/onset.js";
import type { FirstBad, Kpi } from "./types.js";

/** Options of `firstBad`. */
export interface FirstBadOptions {
  /** Which way is bad; `auto` takes the way that the KPI moved. Default `auto`. */
  direction?: "auto" | "up" | "down";
  /** Level of the intervals; default 0.95. */
  level?: number;
  /** Whether the values are shares of the requests; by default they are when all lie in 0 … 1. */
  ratio?: boolean;
}

export const DEFAULT_FIRST_BAD_OPTIONS = Object.freeze({ direction: "auto", level: 0.95 } as const);

/** Observed rows below which nothing is said. */
export const FEWEST_ROWS = 12;
/** An onset is a ramp when that is more likely than a step. */
const RAMP = 0.5;

const SIGNS = { auto: [1, -1], up: [1], down: [-1] } as const;

/** Spans of time of the parts of the rows that hold all but a trace of the posterior. */
function spans({ start, end }: KpiRows, { from, onset }: Located): FirstBad["onset"] {
  const { weights } = onset;
  const kept = Int32Array.from(weights.keys()).filter((k) => weights[k] > 1e-9);
  const edge = (k: number, after: number): number => {
    const i = from + Math.floor(k / PARTS);
    return start[i] + ((end[i] - start[i]) * ((k % PARTS) + after)) / PARTS;
  };
  const total = kept.reduce((sum, k) => sum + weights[k], 0);
  return {
    starts: Float64Array.from(kept, (k) => edge(k, 0)),
    ends: Float64Array.from(kept, (k) => edge(k, 1)),
    weights: Float64Array.from(kept, (k) => weights[k] / total),
  };
}

/** The posterior by row of the KPI, without the rows that hold a trace of it. */
function posterior({ index }: KpiRows, { from, rows }: Located): FirstBad["posterior"] {
  const kept = Int32Array.from(rows.keys()).filter((k) => rows[k] > 1e-9);
  const total = kept.reduce((sum, k) => sum + rows[k], 0);
  return { indices: kept.map((k) => index[from + k]), weights: Float64Array.from(kept, (k) => rows[k] / total) };
}

/** Units that hold a row of the incident, or that may. */
function unitsOf({ first }: KpiUnits, { firstBad, firstGood }: Located, n: number): { first: number; end: number } {
  const begin = first.findLastIndex((row) => row <= firstBad.low);
  const after = firstGood?.high ?? n;
  return { first: Math.max(1, begin), end: first.findIndex((row) => row >= after) };
}

/** Expected value and its deviation for all rows of the KPI, missing ones included. */
function course(kpi: Kpi, rows: KpiRows, { baseline, noise }: Finding) {
  const requests = rows.trials ? (kpi.requests as Float64Array) : null;
  const middle = kpi.times.map((time) => time + rows.step / 2);
  const expected = expectedAt(baseline, middle, rows);
  const chance = (i: number): number => (requests ? (expected[i] * (1 - expected[i])) / requests[i] : 0);
  const deviations = expected.map((_, i) => {
    const sd = Math.sqrt(chance(i) + noise.extra);
    return sd < Number.POSITIVE_INFINITY ? sd : Number.NaN;
  });
  return { expected, noise: deviations };
}

/** Variance of what is expected: that of a mean over the rows outside the incident, for every coefficient. */
function expectedVariance({ index }: KpiRows, located: Located, noise: Float64Array, finding: Finding): number {
  const [first, end] = [located.firstBad.best, located.firstGood?.best ?? index.length];
  let precision = 0;
  index.forEach((row, i) => {
    if (i < first || i >= end) precision += 1 / noise[row] ** 2;
  });
  return (finding.noise.inflation * finding.baseline.parameters) / precision;
}

/**
 * The first bad time of the largest incident of a KPI, with an interval; null when the KPI is quiet.
 *
 * What is usual is the level with a daily cycle (from two days on) and a weekly one (from two weeks on), by robust
 * regression on the rows outside the incident; FPOP on what is left finds the incident against it, and the
 * posterior of its onset is taken over steps and linear ramps of many lengths: of a ramp the first bad row is where it
 * begins. Ratios are weighed by the binomial likelihood of their requests plus the variance beyond chance; few requests
 * a row are pooled in the search. Autocorrelation widens intervals and raises the bar through the variance of long sums.
 * The end is the onset in reversed time.
 *
 * Rows are buckets that begin at their time. Missing values are NaN. Nothing is found in fewer than twelve observed
 * rows, in a constant KPI, or where an incident already runs at the first row.
 *
 * @throws {InputError} on lengths that differ, times that go back, infinite values, negative requests, a level
 *   outside 0 … 1, a ratio without requests or outside 0 … 1
 * @example
 * const found = firstBad({ times, values: errorRate, requests });
 * if (found) console.log(new Date(found.timeLow), new Date(found.time), new Date(found.timeHigh));
 */
export function firstBad(kpi: Kpi, options: FirstBadOptions = {}): FirstBad | null {
  const { direction, level, ratio } = { ...DEFAULT_FIRST_BAD_OPTIONS, ...options };
  if (!(level > 0 && level < 1)) throw new InputError(`level must lie between 0 and 1, got ${level}`, { level });
  if (!Object.hasOwn(SIGNS, direction)) {
    throw new InputError(`direction must be auto, up or down, got "${direction}"`, { direction });
  }
  const rows = kpiRows(kpi, ratio);
  const n = rows.value.length;
  if (n < FEWEST_ROWS || rows.value.every((value) => value === rows.value[0])) return null;
  const units = poolRows(rows);
  let finding = findRun(units, rows.step, SIGNS[direction]);
  const middle = rows.end.map((end) => end - rows.step / 2);
  const rowsExpected = (): Float64Array => expectedAt(finding.baseline, middle, rows);
  let located = locate(rows, units, rowsExpected(), finding, level);
  if (!located) return null;
  // Once more, against what is usual without the rows that may be bad.
  const span = unitsOf(units, located, n);
  finding = { ...finding, ...usual(units, rows.step, span, finding.drift) };
  located = locate(rows, units, rowsExpected(), finding, level);
  if (!located?.evident) return null;
  return result(kpi, rows, finding, located, level);
}

function result(kpi: Kpi, rows: KpiRows, finding: Finding, located: Located, level: number): FirstBad {
  const { index, start, end } = rows;
  const row = ({ best }: Held) => ({ index: index[best], time: kpi.times[index[best]] });
  const { firstBad: bad, firstGood: good, onset } = located;
  const { expected, noise } = course(kpi, rows, finding);
  return {
    ...row(bad),
    timeLow: start[bad.low],
    timeHigh: end[bad.high],
    level,
    kind: onset.ramp > RAMP ? "ramp" : "step",
    direction: finding.run!.sign === 1 ? "up" : "down",
    posterior: posterior(rows, located),
    onset: spans(rows, located),
    recovered: good && { ...row(good), timeLow: start[good.low], timeHigh: start[good.high], level },
    ...{ expected, noise, inflation: finding.noise.inflation },
    expectedVariance: expectedVariance(rows, located, noise, finding),
  };
}
