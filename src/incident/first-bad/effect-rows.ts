import type { KpiRows } from "./kpi-rows.js";

/** Residuals beyond this many standard deviations count linearly (Huber 1964). */
const HUBER = 2;
/** And a rate this many standard deviations beyond both the expected and the bad one counts as that far only. */
const RATE_REACH = 3;

/** Share of the expected bad (or good) that an effect leaves at the least. */
const LEAST_LEFT = 0.05;

/** Rows in one order of time, and what each says about an effect. */
export interface EffectRows {
  n: number;
  /** Value minus expected. */
  residual: Float64Array;
  /** Inverse variance without an effect. */
  weight: Float64Array;
  /** Length of every row's bucket, in usual ones: longer after missing rows. */
  span: Float64Array;
  /** Twice the log-likelihood ratio of an effect (added to what is expected) against none. */
  gain(i: number, effect: number): number;
}

/** Huber's loss of a standardised residual: its square in the middle. */
function huber(z: number): number {
  const size = Math.abs(z);
  return size <= HUBER ? z * z : HUBER * (2 * size - HUBER);
}

/**
 * What the rows of a ratio say by the binomial likelihood, tempered by the variance beyond chance; rows of any other KPI
 * by a normal one with heavy tails.
 *
 * @param extra variance of a row beyond chance
 * @param backwards whether the last row comes first
 */
export function effectRows(rows: KpiRows, expected: Float64Array, extra: number, backwards: boolean): EffectRows {
  const n = rows.value.length;
  const at = (values: Float64Array): Float64Array => (backwards ? values.slice().reverse() : values);
  const usual = at(expected);
  const value = at(rows.value);
  const trials = rows.trials && at(rows.trials);
  const residual = value.map((v, i) => v - usual[i]);
  const chance = usual.map((p, i) => (trials ? (p * (1 - p)) / trials[i] : 0));
  const weight = chance.map((variance) => 1 / (variance + extra));
  const normal = (i: number, effect: number): number => {
    const root = Math.sqrt(weight[i]);
    return huber(residual[i] * root) - huber((residual[i] - effect) * root);
  };
  const binomial = (i: number, effect: number): number => {
    const tries = trials![i];
    const p = usual[i];
    // The effect is that of the mean row; where less was usual it may not fall below nothing.
    const q = Math.max(LEAST_LEFT * p, Math.min(1 - LEAST_LEFT * (1 - p), p + effect));
    const [up, down] = [Math.log(q / p), Math.log((1 - q) / (1 - p))];
    const far = RATE_REACH * Math.sqrt((q * (1 - q)) / tries + extra);
    const rate = Math.max(Math.min(p, q) - far, Math.min(Math.max(p, q) + far, value[i]));
    return 2 * tries * (rate * up + (1 - rate) * down) * chance[i] * weight[i];
  };
  // Backwards a row stands for the last bad one, after which any number may be missing.
  const span = rows.start.map((from, i) => (backwards ? 1 : (rows.end[i] - from) / rows.step));
  return { n, residual, weight, span, gain: trials ? binomial : normal };
}
