import { InputError, median } from "../../core/index.js";
import type { Kpi } from "../types.js";

/** Expected bad requests of a unit: fewer are too few for a normal approximation. */
const BAD_A_UNIT = 5;
/** Units a KPI is pooled into at the least. */
const FEWEST_UNITS = 50;

/** The observed rows of a KPI, by column. */
export interface KpiRows {
  /** Row of the KPI of every observed row. */
  index: Int32Array;
  /** Bucket of every row, epoch ms: it begins where the observed row before it ends when rows between are missing. */
  start: Float64Array;
  end: Float64Array;
  value: Float64Array;
  /** Requests of every row of a ratio; null for any other KPI. */
  trials: Float64Array | null;
  /** Nearest to 0 and 1 that a rate is expected to be: half a request of all. 0 for a KPI that is no ratio. */
  leastRate: number;
  /** Usual distance of rows, ms. */
  step: number;
}

/** Some consecutive rows as one: with few requests a row a unit is many rows, else it is one. */
export interface KpiUnits {
  /** Middle of the unit, epoch ms. */
  time: Float64Array;
  value: Float64Array;
  trials: Float64Array | null;
  leastRate: number;
  /** Σ trials² over the rows of the unit. */
  squares: Float64Array | null;
  /** First row of every unit, and the number of rows at the end. */
  first: Int32Array;
}

function checkKpi({ times, values, requests }: Kpi): void {
  if (times.length !== values.length || (requests && requests.length !== values.length)) {
    const lengths = [times.length, values.length, requests?.length ?? "none"].join(", ");
    throw new InputError(`times, values and requests of a KPI must be of one length, got ${lengths}`);
  }
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < times.length; i++) {
    if (!(times[i] >= last && times[i] < Number.POSITIVE_INFINITY)) {
      throw new InputError(`time of row ${i} is ${times[i]} after ${last}: sort the KPI by time`, { row: i });
    }
    last = times[i];
    if (values[i] === Number.POSITIVE_INFINITY || values[i] === Number.NEGATIVE_INFINITY) {
      throw new InputError(`value of row ${i} is ${values[i]}: leave missing values empty`, { row: i });
    }
    if (requests && (requests[i] < 0 || requests[i] === Number.POSITIVE_INFINITY)) {
      throw new InputError(`requests of row ${i} are ${requests[i]}: counts are 0 or more`, { row: i });
    }
  }
}

function isRatio({ values, requests }: Kpi, asked: boolean | undefined): boolean {
  const outside = values.findIndex((value) => value < 0 || value > 1);
  if (!asked) return asked === undefined && requests !== undefined && outside < 0;
  if (!requests) throw new InputError("a ratio needs the requests of every row");
  if (outside >= 0) {
    throw new InputError(`value of row ${outside} is ${values[outside]}: a ratio lies in 0 … 1`, { row: outside });
  }
  return true;
}

/**
 * The observed rows of a KPI: those with a value and, of a ratio, with requests.
 *
 * @param ratio whether the values are shares of the requests; by default they are when there are requests and all
 *   values lie in 0 … 1
 * @throws {InputError} on lengths that differ, times that go back, infinite values, negative requests
 */
export function kpiRows(kpi: Kpi, ratio?: boolean): KpiRows {
  checkKpi(kpi);
  const { times, values, requests } = kpi;
  const binomial = isRatio(kpi, ratio);
  const observed = (i: number): boolean => !Number.isNaN(values[i]) && (!binomial || requests![i] > 0);
  const index = Int32Array.from(values.keys()).filter(observed);
  const steps = Float64Array.from(times.subarray(1), (time, i) => time - times[i]).filter((step) => step > 0);
  const step = steps.length > 0 ? median(steps) : 1;
  const end = Float64Array.from(index, (i) => times[i] + step);
  const start = Float64Array.from(index, (i, k) => (k > 0 ? Math.min(times[i], end[k - 1]) : times[i]));
  const trials = binomial ? Float64Array.from(index, (i) => requests![i]) : null;
  return {
    ...{ index, start, end, step },
    value: Float64Array.from(index, (i) => values[i]),
    trials,
    leastRate: trials ? 0.5 / trials.reduce((sum, t) => sum + t, 1) : 0,
  };
}

/** Pools rows until a unit holds about five expected bad requests (or good ones, where those are the rare ones). */
export function poolRows({ end, value, trials, leastRate, step }: KpiRows): KpiUnits {
  const n = value.length;
  if (!trials) {
    const time = end.map((until) => until - step / 2);
    return { time, value, trials, leastRate, squares: null, first: Int32Array.from({ length: n + 1 }, (_, i) => i) };
  }
  const total = trials.reduce((sum, t) => sum + t, 0);
  const rate = trials.reduce((sum, t, i) => sum + t * value[i], 0) / total;
  const aRow = median(trials) * Math.min(rate, 1 - rate);
  const size = Math.max(1, Math.min(Math.ceil(BAD_A_UNIT / aRow), Math.floor(n / FEWEST_UNITS)));
  const count = Math.ceil(n / size);
  const first = Int32Array.from({ length: count + 1 }, (_, u) => Math.min(n, u * size));
  const units = { trials: new Float64Array(count), squares: new Float64Array(count), first };
  const time = new Float64Array(count);
  const pooled = new Float64Array(count);
  for (let u = 0; u < count; u++) {
    for (let i = first[u]; i < first[u + 1]; i++) {
      units.trials[u] += trials[i];
      units.squares[u] += trials[i] ** 2;
      pooled[u] += trials[i] * value[i];
      time[u] += (end[i] - step / 2) / (first[u + 1] - first[u]);
    }
    pooled[u] /= units.trials[u];
  }
  return { time, value: pooled, leastRate, ...units };
}
