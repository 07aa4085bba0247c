import { InputError } from "../core/errors.js";
import { DAY_MS } from "../core/time.js";
import { advance, type Frequency, regularise, stepLength } from "./frequency.js";
import { withClock } from "./season-clock.js";
import type { Forecast, Series } from "./types.js";
import { type WallClock, wallClock } from "./wall-clock.js";

/** A series on the grid that it is forecast on, and where the steps asked for lie on it. */
export interface LaidOutSeries {
  series: Series;
  /** Times of the steps asked for: epoch ms, or integer steps. */
  times: Float64Array;
  /** For each step asked for the step ahead on the grid, from 1. */
  steps: Int32Array;
}

/**
 * Lays a series out on its regular grid. With a zone, steps shorter than a day follow the wall clock, so that a daily
 * pattern keeps its hour when the clocks change: the hour that is skipped in spring is filled from the days beside it,
 * the two hours that share a name in autumn are averaged. Days and longer steps begin at local midnight.
 *
 * @param series values at strictly increasing times (epoch ms) or integer steps
 * @param horizon steps asked for, always counted in true time
 * @throws InputError as `regularise` does; for a zone with integer steps
 */
export function layOut(
  series: { id: string; t: Float64Array; y: Float64Array },
  frequency: Frequency,
  horizon: number,
  zone?: string,
): LaidOutSeries {
  const inOrder = countUp(horizon);
  if (zone === undefined) {
    const regular = regularise(series, frequency);
    return {
      series: withClock(regular, series.t[0], frequency),
      times: stepsAfter(series.t[series.t.length - 1], horizon, frequency),
      steps: inOrder,
    };
  }
  if (frequency === "int") {
    throw new InputError("a time zone means nothing to integer steps; give time stamps or leave it out", { zone });
  }
  const clock = clockOf(zone);
  const step = stepLength(frequency);
  if (step === null || step >= DAY_MS) {
    const t = series.t.map(clock.toWall);
    return {
      series: withClock(regularise({ ...series, t }, frequency), t[0], frequency),
      times: stepsAfter(t[t.length - 1], horizon, frequency).map(clock.toInstant),
      steps: inOrder,
    };
  }
  const regular = regularise(series, frequency);
  const times = stepsAfter(series.t[series.t.length - 1], horizon, frequency);
  const wall = Float64Array.from(regular.y, (_, i) => clock.toWall(series.t[0] + i * step));
  const first = wall.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
  const position = (ms: number): number => Math.round((ms - first) / step);
  const y = foldSteps(regular.y, wall.map(position), Math.round(DAY_MS / step));
  // Where the clock goes back just after the end, the nearest step ahead stands in.
  const steps = Int32Array.from(times, (ms) => Math.max(1, position(clock.toWall(ms)) - y.length + 1));
  return { series: withClock({ id: series.id, y }, first, frequency), times, steps };
}

function countUp(to: number): Int32Array {
  const steps = new Int32Array(to);
  for (let h = 0; h < to; h++) steps[h] = h + 1;
  return steps;
}

function stepsAfter(last: number, horizon: number, frequency: Frequency): Float64Array {
  const times = new Float64Array(horizon);
  for (let h = 0; h < horizon; h++) times[h] = advance(last, h + 1, frequency);
  return times;
}

/** The calendar of the zone asked for last: a panel has one. */
let latest: { zone: string; clock: WallClock } | null = null;

function clockOf(zone: string): WallClock {
  if (latest?.zone !== zone) latest = { zone, clock: wallClock(zone) };
  return latest.clock;
}

/** Means of the values that share a position; a position that none has is filled from a day before and after. */
function foldSteps(y: Float64Array, positions: Float64Array, day: number): Float64Array {
  const length = positions.reduce((most, at) => Math.max(most, at), 0) + 1;
  const sums = new Float64Array(length);
  const counts = new Uint8Array(length);
  const named = new Uint8Array(length);
  positions.forEach((at, i) => {
    named[at] = 1;
    if (Number.isNaN(y[i])) return;
    sums[at] += y[i];
    counts[at]++;
  });
  const folded = sums.map((sum, at) => (counts[at] > 0 ? sum / counts[at] : Number.NaN));
  for (let at = 0; at < length; at++) {
    if (named[at]) continue;
    const beside = [folded[at - day], folded[at + day]].filter((v) => v !== undefined && !Number.isNaN(v));
    if (beside.length > 0) folded[at] = beside.reduce((a, b) => a + b, 0) / beside.length;
  }
  return folded;
}

/** Steps ahead on the grid that the steps asked for reach. */
export function farthestStep(laidOut: readonly LaidOutSeries[]): number {
  let most = 1;
  for (const { steps } of laidOut) for (let h = 0; h < steps.length; h++) most = Math.max(most, steps[h]);
  return most;
}

/**
 * Values of the steps asked for.
 *
 * @param data one or several rows of `made` steps of the grid
 */
export function pickSteps(data: Float64Array, made: number, steps: Int32Array): Float64Array {
  const wanted = steps.length;
  if (areAll(steps, made)) return data;
  return Float64Array.from({ length: (data.length / made) * wanted }, (_, i) => {
    const row = Math.floor(i / wanted);
    return data[row * made + steps[i % wanted] - 1];
  });
}

function areAll(steps: Int32Array, made: number): boolean {
  if (steps.length !== made) return false;
  for (let h = 0; h < made; h++) if (steps[h] !== h + 1) return false;
  return true;
}

/** A forecast of the grid's steps as one of the steps asked for. */
export function pickForecast(forecast: Forecast, steps: Int32Array): Forecast {
  if (areAll(steps, forecast.mean.length)) return forecast;
  const pick = (values: Float64Array) => pickSteps(values, forecast.mean.length, steps);
  const each = (bounds: Record<number, Float64Array>) =>
    Object.fromEntries(Object.entries(bounds).map(([key, values]) => [key, pick(values)]));
  const { mean, lo, hi, quantiles, paths } = forecast;
  return {
    ...forecast,
    ...{ mean: pick(mean), lo: each(lo), hi: each(hi), quantiles: each(quantiles) },
    ...(paths ? { paths: { n: paths.n, data: pick(paths.data) } } : {}),
  };
}
