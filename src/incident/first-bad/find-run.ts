import { type BadRun, badRun } from "./bad-run.js";
import { type CyclicBaseline, cyclicBaseline } from "./cyclic-baseline.js";
import type { KpiRows, KpiUnits } from "./kpi-rows.js";
import { type RowNoise, rowNoise, unitDeviations } from "./row-noise.js";

/** Rounds of: what is usual without the incident, what stands out against it. Most cases settle in two. */
const ROUNDS = 4;
/** Deviations beyond this many standard deviations count no more when two explanations are compared. */
const BOUND = 3;
/** An incident costs two changes and an effect, a drift one slope; in units of ln n. */
const INCIDENT_COST = 4;
const DRIFT_COST = 1;

/** What is usual, and what stands out against it. */
export interface Finding {
  baseline: CyclicBaseline;
  noise: RowNoise;
  run: BadRun | null;
}

/** Units first … end − 1 are left out. */
type Span = { first: number; end: number };

/** What is usual outside a span. */
export function usual(
  units: KpiUnits,
  step: number,
  span: Span | null,
  drift: boolean,
): Omit<Finding, "run"> & { expected: Float64Array } {
  const inside = (u: number): boolean => span !== null && u >= span.first && u < span.end;
  const weight = Float64Array.from(units.value, (_, u) => (inside(u) ? 0 : (units.trials?.[u] ?? 1)));
  const baseline = cyclicBaseline({ time: units.time, value: units.value, weight }, step, drift);
  const expected = expectedAt(baseline, units.time, units);
  return { baseline, expected, noise: rowNoise(units, expected, inside) };
}

/** What is expected at each time; of a ratio inside 0 … 1. */
export function expectedAt(
  baseline: CyclicBaseline,
  time: Float64Array,
  { trials, leastRate }: Pick<KpiRows, "trials" | "leastRate">,
): Float64Array {
  const expected = time.map(baseline.at);
  return trials ? expected.map((rate) => Math.max(leastRate, Math.min(1 - leastRate, rate))) : expected;
}

type Settled = Finding & { residual: Float64Array; sd: Float64Array };

/** Finds the run against what is usual without it, over and over until it stays. */
function settle(units: KpiUnits, step: number, signs: readonly (1 | -1)[], drift: boolean): Settled {
  let run: BadRun | null = null;
  let found = usual(units, step, null, drift);
  let residual = units.value;
  let sd = units.value;
  for (let round = 0; round < ROUNDS; round++) {
    residual = units.value.map((value, u) => value - found.expected[u]);
    sd = unitDeviations(units, found.expected, found.noise.extra);
    // At first the incident itself would pass for slow noise: the worst run is set aside whatever the noise is.
    const inflation = round === 0 ? 1 : found.noise.inflation;
    const next = badRun(residual, sd, inflation, units.first[1], signs);
    const same = round > 0 && next?.first === run?.first && next?.end === run?.end;
    run = next;
    if (same || !run) break;
    found = usual(units, step, run, drift);
  }
  return { ...found, run, residual, sd };
}

/** Takes the straight line out of a part of the values, weighted equally. */
function withoutLine(values: Float64Array): Float64Array {
  const n = values.length;
  const middle = (n - 1) / 2;
  let [sum, slope, spread] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    sum += values[i];
    slope += values[i] * (i - middle);
    spread += (i - middle) ** 2;
  }
  return values.map((value, i) => value - sum / n - (spread > 0 ? (slope / spread) * (i - middle) : 0));
}

/** What a finding leaves unexplained, in units of a common noise, with the price of its words. */
function unexplained({ run, residual }: Settled, drift: boolean, sd: Float64Array, inflation: number): number {
  const left = residual.slice();
  if (run) left.set(withoutLine(residual.subarray(run.first, run.end)), run.first);
  const sum = left.reduce((total, r, u) => total + Math.min(BOUND, Math.abs(r) / sd[u]) ** 2, 0);
  return sum / inflation + Math.log(sd.length) * ((run ? INCIDENT_COST : 0) + (drift ? DRIFT_COST : 0));
}

/**
 * The incident and the usual course of a KPI, which may drift by a straight line where that explains more than an
 * incident does.
 *
 * @param signs of a deviation that are bad
 */
export function findRun(units: KpiUnits, step: number, signs: readonly (1 | -1)[]): Finding & { drift: boolean } {
  const steady = settle(units, step, signs, false);
  const drifting = settle(units, step, signs, true);
  const { sd } = drifting;
  const inflation = Math.min(steady.noise.inflation, drifting.noise.inflation);
  const drift = unexplained(drifting, true, sd, inflation) < unexplained(steady, false, sd, inflation);
  return { ...(drift ? drifting : steady), drift };
}
