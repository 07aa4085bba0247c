import { InputError } from "../core/index.js";
import type { SegmentCost } from "./types.js";

/**
 * The penalty of one change by its name, in units of twice the negative log-likelihood; multiply it by the noise
 * variance for a sum of squares. A change adds a segment's p parameters and its own location.
 *
 * - `aic`: 2 (p + 1)
 * - `bic`: (p + 1) ln n
 * - `mbic`: 3 ln n, to be searched with `withLengthTerm` (Zhang & Siegmund 2007)
 * - a number: itself
 *
 * @param parameters of a segment, `SegmentCost.parameters`
 * @param n observations
 * @throws {InputError} on an unknown name or a negative number
 */
export function changePenalty(penalty: "aic" | "bic" | "mbic" | number, parameters: number, n: number): number {
  if (penalty === "aic") return 2 * (parameters + 1);
  if (penalty === "bic") return (parameters + 1) * Math.log(Math.max(1, n));
  if (penalty === "mbic") return 3 * Math.log(Math.max(1, n));
  if (typeof penalty === "number" && penalty >= 0) return penalty;
  throw new InputError(`penalty must be aic, bic, mbic or a number of at least 0, got ${penalty}`, { penalty });
}

/**
 * A cost with the modified BIC's term ln(segment length / n) for every segment, which makes short segments cheap and
 * even ones dear. The searches stay exact with it: the term grows with the segment, and two parts have ln(n/4) less of
 * it than the whole.
 *
 * @param scale units of the cost per unit of twice the log-likelihood: the noise variance for a sum of squares
 */
export function withLengthTerm(cost: SegmentCost, n: number, scale = 1): SegmentCost {
  return {
    cost: (start, end) => cost.cost(start, end) + scale * Math.log((end - start) / n),
    parameters: cost.parameters,
    minSize: cost.minSize,
  };
}
