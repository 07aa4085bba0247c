import { NumericalError } from "../../core/errors.js";
import { choleskyInPlace, choleskySolveInPlace } from "../../core/linear-algebra.js";

/** Normal equations of a sum of squares at a point: `gram` = JᵀJ (row-major, lower triangle), `gradient` = Jᵀr. */
export interface NormalEquations {
  gram: Float64Array;
  gradient: Float64Array;
}

/** A sum of squares to be made small within a box. */
export interface LeastSquares {
  /** Bounds by coordinate; may be infinite. */
  lower: Float64Array;
  upper: Float64Array;
  /** Sum of squares; Infinity outside the domain. */
  value(x: Float64Array): number;
  /** Called only where `value` is finite. The arrays may be used again by the next call. */
  linearise(x: Float64Array): NormalEquations;
}

export interface LeastSquaresMinimum {
  x: Float64Array;
  value: number;
  /** Linearisations made. */
  iterations: number;
}

const MAX_ITERATIONS = 100;
const FIRST_DAMPING = 1e-3;
const DAMPING_RANGE = [1e-10, 1e10] as const;
/** Two steps running that gain less than this share of the sum end the search. */
const TOLERANCE = 1e-6;

/**
 * Levenberg–Marquardt (Marquardt 1963; damping as in Nielsen 1999) with box constraints: coordinates that a step would
 * carry over a bound are held there and the rest is solved again.
 */
export function minimiseSquares(
  problem: LeastSquares,
  start: Float64Array,
  maxIterations: number = MAX_ITERATIONS,
): LeastSquaresMinimum {
  let x = Float64Array.from(start);
  let value = problem.value(x);
  let damping = FIRST_DAMPING;
  let growth = 2;
  let iterations = 0;
  for (let calm = 0; iterations < maxIterations && calm < 2 && value > 0 && Number.isFinite(value); ) {
    const equations = problem.linearise(x);
    iterations++;
    const before = value;
    while (value === before && damping < DAMPING_RANGE[1]) {
      const step = boxedStep(equations, x, problem, damping);
      const expected = step ? predictedGain(equations, step) : Number.POSITIVE_INFINITY;
      const next = step ? x.map((v, i) => clamp(v + step[i], problem.lower[i], problem.upper[i])) : x;
      const reached = step ? problem.value(next) : Number.POSITIVE_INFINITY;
      if (reached < before) {
        const ratio = Math.min(1.5, (before - reached) / expected);
        damping = Math.max(DAMPING_RANGE[0], damping * Math.max(1 / 5, 1 - (2 * ratio - 1) ** 3));
        growth = 2;
        x = next;
        value = reached;
      } else {
        // Where even the linear model promises nothing, no smaller step will find anything.
        if (expected < 1e-14 * before) return { x, value, iterations };
        damping *= growth;
        growth *= 2;
      }
    }
    if (value === before) break;
    calm = before - value < TOLERANCE * before ? calm + 1 : 0;
  }
  return { x, value, iterations };
}

const clamp = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));

/** What the linear model expects the sum of squares to fall by. */
function predictedGain({ gram, gradient }: NormalEquations, step: Float64Array): number {
  const p = step.length;
  let gain = 0;
  for (let i = 0; i < p; i++) {
    let row = gradient[i] + 0.5 * gram[i * p + i] * step[i];
    for (let j = 0; j < i; j++) row += gram[i * p + j] * step[j];
    gain -= 2 * step[i] * row;
  }
  return gain;
}

/** Damped Gauss–Newton step that stays in the box; null when the equations cannot be solved. */
function boxedStep(
  { gram, gradient }: NormalEquations,
  x: Float64Array,
  { lower, upper }: LeastSquares,
  damping: number,
): Float64Array | null {
  const p = x.length;
  const step = new Float64Array(p);
  const at = (i: number, j: number) => (i > j ? gram[i * p + j] : gram[j * p + i]);
  let free = Array.from(x.keys()).filter(
    (i) => !(x[i] <= lower[i] && gradient[i] > 0) && !(x[i] >= upper[i] && gradient[i] < 0) && at(i, i) > 0,
  );
  const held: number[] = [];
  while (free.length > 0) {
    const k = free.length;
    const matrix = new Float64Array(k * k);
    const right = new Float64Array(k);
    free.forEach((i, a) => {
      right[a] = -gradient[i];
      for (const j of held) right[a] -= at(i, j) * step[j];
      for (let b = 0; b < a; b++) matrix[a * k + b] = at(i, free[b]);
      matrix[a * k + a] = at(i, i) * (1 + damping);
    });
    try {
      choleskyInPlace(matrix, k);
    } catch (error) {
      if (error instanceof NumericalError) return null;
      throw error;
    }
    choleskySolveInPlace(matrix, k, right);
    const crossing = free.filter((i, a) => x[i] + right[a] < lower[i] || x[i] + right[a] > upper[i]);
    if (crossing.length === 0) {
      free.forEach((i, a) => {
        step[i] = right[a];
      });
      break;
    }
    for (const i of crossing) step[i] = (right[free.indexOf(i)] < 0 ? lower[i] : upper[i]) - x[i];
    held.push(...crossing);
    free = free.filter((i) => !crossing.includes(i));
  }
  return step;
}
