import { quantileSelect } from "../../core/statistics.js";
import { DAY_MS, HOUR_MS, WEEK_MS } from "../../core/time.js";
import type { FirstBad } from "../types.js";

/** Buckets of time at most, so that long tables of many moments stay small. */
const MOST_BUCKETS = 16_384;

/** Rows before and during an incident, and how much every row before counts towards what was to be expected. */
export interface IncidentWindows {
  /** Time bucket of every row before the incident; -1 during it, -2 of rows left out. */
  bucket: Int32Array;
  /** Number of buckets before the incident. */
  buckets: number;
  /** Weight of every bucket before: moments of the incident that it stands for. They sum to the incident's buckets. */
  weights: Float64Array;
  /** Variance of the expectation over that of what is observed, both for one rate: Σ weight² / Σ weight. */
  noise: number;
}

/** Bucket of rows during the incident, and of rows that belong to neither window. */
export const DURING = -1;
export const UNUSED = -2;

/**
 * The windows before and during an incident. Every moment of the incident is expected to be as the mean of the moments
 * before of the same hour of the week where there are two such weeks, else of the same hour of the day where there is a
 * day, else of all. The expectation of any slice is then the weighted sum of its rows before.
 *
 * Rows whose bucket reaches into the interval of the first bad time belong to neither window.
 */
export function incidentWindows(times: Float64Array, bad: FirstBad): IncidentWindows {
  if (times.length === 0) return { bucket: new Int32Array(0), buckets: 0, weights: new Float64Array(0), noise: 0 };
  const distinct = distinctTimes(times);
  const step = medianGap(distinct);
  const end = bad.recovered?.time ?? Number.POSITIVE_INFINITY;
  const [first, last] = [distinct[0], distinct[distinct.length - 1]];
  // The bucket that the incident begins in is neither good nor bad; without any other before, it has to do.
  const lastGood =
    [bad.timeLow - step, bad.time - step, bad.time - 1].find((time) => first <= time) ?? Number.NEGATIVE_INFINITY;
  const size = step * Math.ceil((last - first) / (step * MOST_BUCKETS) || 1);
  const origin = bad.time - Math.ceil((bad.time - first) / size) * size;
  const buckets = first <= lastGood ? Math.floor((lastGood - origin) / size) + 1 : 0;
  const bucket = new Int32Array(times.length);
  for (let i = 0; i < times.length; i++) {
    const time = times[i];
    if (time <= lastGood) bucket[i] = Math.floor((time - origin) / size);
    else bucket[i] = time >= bad.time && time < end ? DURING : UNUSED;
  }
  const moments = distinct.filter((time) => time >= bad.time && time < end);
  const weights = seasonalWeights(distinct, { origin, size, buckets, lastGood }, moments);
  let [sum, squares] = [0, 0];
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return { bucket, buckets, weights, noise: sum > 0 ? squares / sum : 0 };
}

function distinctTimes(times: Float64Array): Float64Array {
  const sorted = times.slice().sort();
  let count = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[count++] = sorted[i];
  return sorted.subarray(0, count);
}

/** Median step between moments; 1 ms for fewer than two. */
function medianGap(distinct: Float64Array): number {
  if (distinct.length < 2) return 1;
  const gaps = Float64Array.from({ length: distinct.length - 1 }, (_, i) => distinct[i + 1] - distinct[i]);
  return Math.max(1, Math.round(quantileSelect(gaps, 0.5)));
}

interface Grid {
  origin: number;
  size: number;
  buckets: number;
  lastGood: number;
}

const phaseOf = (time: number, period: number): number => Math.floor((((time % period) + period) % period) / HOUR_MS);

function seasonalWeights(distinct: Float64Array, grid: Grid, moments: Float64Array): Float64Array {
  const { origin, size, buckets, lastGood } = grid;
  const held = new Uint8Array(buckets);
  for (const time of distinct) if (time <= lastGood) held[Math.floor((time - origin) / size)] = 1;
  const starts = Array.from(held.keys()).filter((b) => held[b] === 1);
  const startOf = (b: number): number => origin + b * size;
  const span = starts.length === 0 ? 0 : startOf(starts[starts.length - 1]) + size - startOf(starts[0]);
  // An hour of the week must have been there twice: one of it says less than all its days.
  const seasons = [
    {
      period: WEEK_MS,
      fewest: span >= 2 * WEEK_MS ? (1.5 * HOUR_MS) / Math.min(size, HOUR_MS) : Number.POSITIVE_INFINITY,
    },
    { period: DAY_MS, fewest: span >= DAY_MS ? 1 : Number.POSITIVE_INFINITY },
  ].map((season) => {
    const counts = new Float64Array(season.period / HOUR_MS);
    for (const b of starts) counts[phaseOf(startOf(b), season.period)]++;
    return { ...season, counts, wanted: new Float64Array(counts.length) };
  });
  let anywhere = 0;
  const during = new Set<number>();
  for (const time of moments) during.add(Math.floor((time - origin) / size));
  for (const b of during) {
    const season = seasons.find(({ period, fewest, counts }) => counts[phaseOf(startOf(b), period)] >= fewest);
    if (season) season.wanted[phaseOf(startOf(b), season.period)]++;
    else anywhere++;
  }
  const weights = new Float64Array(buckets);
  for (const b of starts) {
    weights[b] = anywhere / starts.length;
    for (const { period, counts, wanted } of seasons) {
      const phase = phaseOf(startOf(b), period);
      weights[b] += wanted[phase] / counts[phase];
    }
  }
  return weights;
}
