import { choleskyInPlace, choleskySolveInPlace, DAY_MS, median, WEEK_MS } from "../../core/index.js";
import { longRunInflation } from "./long-run.js";
import { robustScale } from "./robust-scale.js";
import { inTwoDays, type TwoDays, twoDays } from "./two-days.js";

/** Harmonics of the day that are looked at; sharper cycles than that are rare in key figures. */
const DAY_HARMONICS = 12;
/** Harmonics of the week: its own shape, and the day's height and shape from one day to another. */
const WEEK_HARMONICS = [1, 2, 3, 5, 6, 8, 9, 12, 13, 15, 16];
/** Full cycles that must be seen before a cycle is believed. */
const CYCLES = 2;
/** Residuals beyond this many robust standard deviations lose weight (Huber 1964). */
const HUBER = 1.345;
/** And beyond this many count for nothing: the incident itself must not bend the cycle. */
const REJECT = 4.5;
const PASSES = 5;
/** Inflation of AR(1) noise at φ = 0.8, the most that is believed of residuals that may hold an incident. */
const MOST_INFLATION = 9;

/** Parts of the day that may have an edge of their own, of how many days at least, beyond how many standard errors. */
const EDGE_PARTS = 96;
const EDGE_DAYS = 3;
const EDGE_ERRORS = 3;
/** Values are averaged over this long at the least: no wave that is looked at is shorter than four times of it. */
const BIN_MS = DAY_MS / 48;

/** What a KPI usually is at a time. */
export interface CyclicBaseline {
  at(time: number): number;
  /** Coefficients in use. */
  parameters: number;
}

/** Values over time with weights; a weight of 0 leaves a value out. */
export interface WeightedSeries {
  time: Float64Array;
  value: Float64Array;
  weight: Float64Array;
}

/** A column of the regression: a constant, a trend, or a wave; `weekend`: in two days of the week that begin there, else 0. */
type Column = ({ wave: null; trend: boolean } | { wave: "cos" | "sin"; trend: false; period: number }) & {
  weekend?: number;
};

const CONSTANT: Column = { wave: null, trend: false };

/** Shortest wave that rows of a step can show. */
const finest = (step: number): number => 2.5 * step;

const waves = (period: number): Column[] => [
  { wave: "cos", trend: false, period },
  { wave: "sin", trend: false, period },
];

function columnAt(column: Column, time: number, origin: number, span: number): number {
  if (column.weekend !== undefined && !inTwoDays(time, column.weekend)) return 0;
  if (column.wave === null) return column.trend ? (time - origin) / span - 0.5 : 1;
  const angle = (2 * Math.PI * ((time - origin) % column.period)) / column.period;
  return column.wave === "cos" ? Math.cos(angle) : Math.sin(angle);
}

/** Neighbouring values that count as one each bin of time. */
function binned({ time, value, weight }: WeightedSeries): WeightedSeries {
  const bins: { first: number; weight: number; value: number; time: number; n: number }[] = [];
  for (let i = 0; i < time.length; i++) {
    if (!(weight[i] > 0)) continue;
    const first = Math.floor(time[i] / BIN_MS);
    if (bins[bins.length - 1]?.first !== first) bins.push({ first, weight: 0, value: 0, time: 0, n: 0 });
    const bin = bins[bins.length - 1];
    bin.weight += weight[i];
    bin.value += weight[i] * value[i];
    bin.time += time[i];
    bin.n++;
  }
  return {
    time: Float64Array.from(bins, (bin) => bin.time / bin.n),
    value: Float64Array.from(bins, (bin) => bin.value / bin.weight),
    weight: Float64Array.from(bins, (bin) => bin.weight),
  };
}

/**
 * Columns to choose from: a base that is always in, waves of the day of which the first few are taken, and those of the
 * week, all or none.
 */
interface Choices {
  base: Column[];
  day: Column[];
  week: Column[];
}

/** A level and a day of their own in two days of the week: no wave has edges as sharp as a weekend. */
const weekendColumns = (weekend: number, step: number): Column[] =>
  [CONSTANT, ...[DAY_MS, DAY_MS / 2].filter((period) => period >= finest(step)).flatMap(waves)].map((column) => ({
    ...column,
    weekend,
  }));

/** @param seen ms of the values that count: what the incident hides tells nothing of the cycle */
function choices(seen: number, step: number, trend: boolean): Choices {
  const cycle = (period: number, harmonics: readonly number[]): Column[] =>
    seen < CYCLES * period * 0.95
      ? []
      : harmonics.filter((k) => period / k >= finest(step)).flatMap((k) => waves(period / k));
  return {
    base: [CONSTANT, ...(trend ? [{ wave: null, trend: true } as const] : [])],
    day: cycle(
      DAY_MS,
      Array.from({ length: DAY_HARMONICS }, (_, k) => k + 1),
    ),
    week: cycle(WEEK_MS, WEEK_HARMONICS),
  };
}

/** Sums of products of a weighted regression, lower triangle of XᵀWX row by row, XᵀWy and yᵀWy. */
interface Gram {
  xx: Float64Array;
  xy: Float64Array;
  yy: number;
}

function gramOf(x: Float64Array, p: number, y: Float64Array, w: Float64Array): Gram {
  const xx = new Float64Array(p * p);
  const xy = new Float64Array(p);
  let yy = 0;
  for (let i = 0; i < y.length; i++) {
    if (w[i] === 0) continue;
    yy += w[i] * y[i] * y[i];
    for (let a = 0; a < p; a++) {
      const wx = w[i] * x[i * p + a];
      xy[a] += wx * y[i];
      for (let b = 0; b <= a; b++) xx[a * p + b] += wx * x[i * p + b];
    }
  }
  return { xx, xy, yy };
}

/** Coefficients of the chosen columns (0 for the others) and what is left of yᵀWy. */
function solveColumns({ xx, xy, yy }: Gram, chosen: readonly number[]): { coefficients: Float64Array; left: number } {
  const p = xy.length;
  const q = chosen.length;
  const a = new Float64Array(q * q);
  const b = Float64Array.from(chosen, (column) => xy[column]);
  for (let i = 0; i < q; i++) {
    for (let j = 0; j <= i; j++) {
      const [low, high] = chosen[i] < chosen[j] ? [chosen[i], chosen[j]] : [chosen[j], chosen[i]];
      a[i * q + j] = xx[high * p + low];
    }
    // A trace of ridge: gaps may leave two waves alike, or nothing of a weekend.
    a[i * q + i] = a[i * q + i] * (1 + 1e-9) || 1;
  }
  choleskyInPlace(a, q);
  choleskySolveInPlace(a, q, b);
  const coefficients = new Float64Array(p);
  let left = yy;
  chosen.forEach((column, k) => {
    coefficients[column] = b[k];
    left -= b[k] * xy[column];
  });
  return { coefficients, left: Math.max(0, left) };
}

/** Weights of an iteratively reweighted fit, from residuals in standard deviations; all equal when nothing is left. */
function robustWeights(residual: Float64Array, weight: Float64Array): Float64Array {
  const scaled = residual.map((r, i) => Math.abs(r) * Math.sqrt(weight[i]));
  const scale = robustScale(scaled);
  if (scale === 0) return weight;
  return weight.map((w, i) => {
    const z = scaled[i] / scale;
    if (z > REJECT) return 0;
    return z > HUBER ? (w * HUBER) / z : w;
  });
}

/** The binned values around their median, and the columns at their times, row by row. */
interface Design {
  x: Float64Array;
  p: number;
  y: Float64Array;
  weight: Float64Array;
}

function residualOf({ x, p, y }: Design, coefficients: Float64Array): Float64Array {
  const residual = y.slice();
  for (let i = 0; i < y.length; i++) for (let c = 0; c < p; c++) residual[i] -= coefficients[c] * x[i * p + c];
  return residual;
}

/** Iteratively reweighted least squares of the chosen columns. */
function robustFit(design: Design, chosen: readonly number[], start?: Float64Array) {
  let coefficients = start ?? new Float64Array(design.p);
  let gram: Gram | null = null;
  for (let pass = 0; pass < PASSES; pass++) {
    gram = gramOf(design.x, design.p, design.y, robustWeights(residualOf(design, coefficients), design.weight));
    coefficients = solveColumns(gram, chosen).coefficients;
  }
  return { coefficients, gram: gram! };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k);

/**
 * Fits the columns with the least sum of squares and price, by the Bayesian information criterion.
 *
 * @param day columns after the base of which the first few are taken
 * @param weeks further columns of which one set is taken
 * @param start coefficients that the first fit, of all columns, begins with
 */
function cheapest(design: Design, base: number, day: number, weeks: readonly number[][], start: Float64Array) {
  const full = robustFit(design, range(0, design.p), start);
  const n = design.y.length;
  const penalty = Math.log(Math.max(2, n)) * longRunVariance(residualOf(design, full.coefficients), design.weight);
  let chosen: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const week of weeks) {
    for (let d = 0; d <= day; d += 2) {
      const some = [...range(0, base + d), ...week];
      const cost = solveColumns(full.gram, some).left + penalty * some.length;
      if (cost < least) {
        least = cost;
        chosen = some;
      }
    }
  }
  const { coefficients } = robustFit(design, chosen, solveColumns(full.gram, chosen).coefficients);
  return { chosen, coefficients };
}

/**
 * The usual course of a KPI: level, daily cycle from two days and weekly cycle from two weeks of data on, as waves
 * fitted by robust regression, so that any cycle in between, missing rows and uneven steps need no care; the two days of
 * the week that differ most may have a level and a day of their own. Which of these, and how many waves, is chosen by
 * the Bayesian information criterion with the variance of the noise's long-run mean.
 *
 * @param step usual distance of the values, ms
 * @param trend whether the level may drift by a straight line
 */
export function cyclicBaseline(rows: WeightedSeries, step: number, trend: boolean): CyclicBaseline {
  const seen = rows.weight.reduce((count, w) => count + (w > 0 ? 1 : 0), 0) * step;
  const { base, day, week } = choices(seen, step, trend);
  const { time, value, weight } = binned(rows);
  const origin = time[0];
  const span = Math.max(step, time[time.length - 1] - origin);
  // Around the median first: least squares would start from the incident.
  const centre = median(value);
  const y = value.map((v) => v - centre);
  const designOf = (columns: readonly Column[]): Design => {
    const p = columns.length;
    const x = new Float64Array(y.length * p);
    for (let i = 0; i < y.length; i++) {
      for (let c = 0; c < p; c++) x[i * p + c] = columnAt(columns[c], time[i], origin, span);
    }
    return { x, p, y, weight };
  };
  const columns = [...base, ...day, ...week];
  const weeks: number[][] = [[]];
  let weekend: TwoDays | null = null;
  if (week.length > 0) {
    const days = designOf([...base, ...day]);
    weekend = twoDays(time, residualOf(days, robustFit(days, range(0, days.p)).coefficients));
    columns.push(...weekendColumns(weekend.start, step));
    const [waves, apart, p] = [days.p, days.p + week.length, columns.length];
    weeks.push(range(waves, apart), range(apart, p), range(waves, p));
  }
  const start = new Float64Array(columns.length);
  // Far from the other days a weekend would lose all weight before it is fitted.
  if (weekend) start[base.length + day.length + week.length] = weekend.level;
  const { chosen, coefficients } = cheapest(designOf(columns), base.length, day.length, weeks, start);
  const smooth = (at: number): number => {
    let sum = centre;
    for (const c of chosen) sum += coefficients[c] * columnAt(columns[c], at, origin, span);
    return sum;
  };
  const apart = chosen.find((c) => columns[c].weekend !== undefined) === undefined ? null : weekend;
  const edgesOf = (inside: boolean): Float64Array =>
    dailyEdges(rows, smooth, step, (at) => apart === null || inTwoDays(at, apart.start) === inside);
  const usual = edgesOf(false);
  const others = apart ? edgesOf(true) : usual;
  const used = [...usual, ...(apart ? others : [])].filter((edge) => edge !== 0).length;
  return {
    at: (at) => smooth(at) + (apart && inTwoDays(at, apart.start) ? others : usual)[phaseOf(at, usual.length)],
    parameters: chosen.length + used,
  };
}

/** Part of the day that a time lies in, of `parts`. */
const phaseOf = (time: number, parts: number): number =>
  Math.floor((((time % DAY_MS) + DAY_MS) % DAY_MS) / (DAY_MS / parts));

/**
 * What the waves leave of a cycle with sharp edges: for every quarter of an hour of the day the median over the days of
 * its residual, where that cannot be noise; else 0.
 *
 * @param counts whether a time belongs to the days that are looked at
 */
function dailyEdges(
  { time, value, weight }: WeightedSeries,
  smooth: (time: number) => number,
  step: number,
  counts: (time: number) => boolean,
): Float64Array {
  const parts = Math.max(1, Math.min(EDGE_PARTS, Math.floor(DAY_MS / step)));
  const days = Array.from({ length: parts }, () => new Map<number, { sum: number; n: number }>());
  for (let i = 0; i < time.length; i++) {
    if (!(weight[i] > 0 && counts(time[i]))) continue;
    const ofPhase = days[phaseOf(time[i], parts)];
    const day = Math.floor(time[i] / DAY_MS);
    const mean = ofPhase.get(day) ?? { sum: 0, n: 0 };
    mean.sum += value[i] - smooth(time[i]);
    mean.n++;
    ofPhase.set(day, mean);
  }
  const means = days.map((ofPhase) => Float64Array.from(ofPhase.values(), ({ sum, n }) => sum / n));
  const middle = means.map((ofPhase) => (ofPhase.length < EDGE_DAYS ? 0 : median(ofPhase)));
  const spread = robustScale(
    Float64Array.from(means.flatMap((ofPhase, k) => Array.from(ofPhase, (m) => Math.abs(m - middle[k])))),
  );
  return Float64Array.from(middle, (m, k) => {
    // The standard error of a median is a quarter above that of a mean.
    const error = (1.2533 * spread) / Math.sqrt(Math.max(1, means[k].length));
    return Math.abs(m) > EDGE_ERRORS * error ? m : 0;
  });
}

/**
 * Robust variance of a weighted residual times its long-run inflation; at most what its differences allow at the largest
 * inflation that is taken for noise, since before the incident is found it is in the residual too.
 */
function longRunVariance(residual: Float64Array, weight: Float64Array): number {
  const z = residual.map((r, i) => r * Math.sqrt(weight[i]));
  const scale = robustScale(z.map(Math.abs));
  if (scale === 0) return Number.MIN_VALUE;
  const steps = robustScale(z.subarray(1).map((v, i) => Math.abs(v - z[i])));
  const variance = scale * scale * longRunInflation(z.map((v) => v / scale));
  return Math.min(variance, (MOST_INFLATION * steps * steps) / 2 || variance);
}
