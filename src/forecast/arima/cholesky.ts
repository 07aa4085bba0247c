import { NumericalError } from "../../core/errors.js";
import { choleskyInPlace } from "../../core/linear-algebra.js";

/** Factors a symmetric n×n matrix in place; false, its contents then being spoilt, when it is not positive definite. */
export function tryCholesky(a: Float64Array, n: number): boolean {
  try {
    choleskyInPlace(a, n);
    return true;
  } catch (error) {
    if (error instanceof NumericalError) return false;
    throw error;
  }
}
