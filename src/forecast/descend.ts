import { dot } from "./dot.js";
import type { Minimum } from "./minimise.js";

export interface DescendOptions {
  /** First guess of the inverse Hessian, d×d row-major; the identity by default. */
  inverseHessian?: Float64Array;
  /** Stops when no entry of the gradient is larger than this; default 1e-5. */
  tolerance?: number;
  /** Default 100. */
  maxIterations?: number;
}

/** Step of the forward differences, about the square root of the rounding unit. */
const DIFFERENCE = 1e-7;
/** Longest move along one axis in one iteration: parameters are taken to be of order one. */
const LONGEST_MOVE = 1;
const LEAST_DECREASE = 1e-4;

/**
 * BFGS (Nocedal & Wright 2006, ch. 6) with a gradient of forward differences and a backtracking line search: for smooth
 * functions, d + 1 evaluations an iteration where Nelder–Mead needs hundreds in all. Deterministic.
 *
 * @param f function to be made small; Infinity or NaN outside its domain; must not keep its argument
 * @param start a point where `f` is finite; parameters should be of order one
 */
export function descend(
  f: (x: Float64Array) => number,
  start: ArrayLike<number>,
  options: DescendOptions = {},
): Minimum {
  const { tolerance = 1e-5, maxIterations = 100 } = options;
  const d = start.length;
  let evaluations = 0;
  const at = (x: Float64Array): number => {
    evaluations++;
    const value = f(x);
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  let x: Float64Array = Float64Array.from(start);
  let value = at(x);
  let gradient = forwardDifferences(at, x, value);
  let inverse = options.inverseHessian ? Float64Array.from(options.inverseHessian) : identity(d);
  let steepest = options.inverseHessian === undefined;
  for (let round = 0; round < maxIterations && gradient.some((g) => Math.abs(g) > tolerance); round++) {
    const found = lineSearch(at, x, value, gradient, multiply(inverse, gradient));
    if (found === null) {
      // The model of the curvature may be at fault: once more down the gradient itself, then it is over.
      if (steepest) break;
      inverse = identity(d);
      steepest = true;
      continue;
    }
    const next = forwardDifferences(at, found.x, found.value);
    const moved = found.x.map((v, i) => v - x[i]);
    const turned = next.map((g, i) => g - gradient[i]);
    updateInverse(inverse, moved, turned);
    steepest = false;
    const gain = value - found.value;
    [x, value, gradient] = [found.x, found.value, next];
    if (gain <= 1e-9 * Math.abs(value)) break;
  }
  return { x, value, evaluations };
}

function identity(d: number): Float64Array {
  return Float64Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0));
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const d = vector.length;
  return vector.map((_, i) => dot(matrix.subarray(i * d, (i + 1) * d), vector, d));
}

function forwardDifferences(at: (x: Float64Array) => number, x: Float64Array, value: number): Float64Array {
  return x.map((v, i) => {
    const moved = Float64Array.from(x);
    moved[i] = v + DIFFERENCE;
    const forward = at(moved);
    if (Number.isFinite(forward)) return (forward - value) / DIFFERENCE;
    moved[i] = v - DIFFERENCE;
    const backward = at(moved);
    return Number.isFinite(backward) ? (value - backward) / DIFFERENCE : 0;
  });
}

/** Goes along −direction until the value has fallen enough (Armijo); null when it does not fall. */
function lineSearch(
  at: (x: Float64Array) => number,
  x: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
): { x: Float64Array; value: number } | null {
  const slope = dot(gradient, direction, x.length);
  if (!(slope > 0)) return null;
  const longest = direction.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  let step = Math.min(1, LONGEST_MOVE / longest);
  for (let tries = 0; tries < 25; tries++) {
    const moved = x.map((v, i) => v - step * direction[i]);
    const here = at(moved);
    if (here <= value - LEAST_DECREASE * step * slope) return { x: moved, value: here };
    // Minimum of the parabola through both values and the slope, kept between a tenth and a half of the step.
    const parabola = (slope * step * step) / (2 * (here - value + slope * step));
    step = Number.isFinite(here) ? Math.min(0.5 * step, Math.max(0.1 * step, parabola)) : 0.1 * step;
  }
  return null;
}

/** BFGS update of the inverse Hessian in place, left out where the curvature along the move is not positive. */
function updateInverse(inverse: Float64Array, moved: Float64Array, turned: Float64Array): void {
  const d = moved.length;
  const curvature = dot(moved, turned, d);
  if (!(curvature > 1e-14)) return;
  const product = multiply(inverse, turned);
  const scale = (1 + dot(turned, product, d) / curvature) / curvature;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      inverse[i * d + j] += scale * moved[i] * moved[j] - (moved[i] * product[j] + product[i] * moved[j]) / curvature;
    }
  }
}
