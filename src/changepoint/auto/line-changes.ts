import type { Found } from "../describe-changes.js";
import { locateKink, writeKinkResiduals } from "../kink.js";
import { products, whitenedSquares } from "../noise.js";
import { segmentLine, segmentSquares, writeResiduals } from "../segment-lines.js";

/**
 * Looks at every change between lines again: where a line that bends fits as well as two with a jump between them, the
 * slope changed, and the bend says where; where two parallel lines do, the level did.
 *
 * @param values without missing values
 * @param noise autocorrelation and variance of the innovations around the lines
 */
export function lineChanges(
  values: Float64Array,
  found: readonly Found[],
  { phi, innovation }: { phi: number; innovation: number },
  level: number,
  minSize: number,
): Found[] {
  const n = values.length;
  const variance = innovation / (1 - phi) ** 2;
  const residuals = new Float64Array(n);
  const likelihood = (start: number, end: number): number =>
    -whitenedSquares(products(residuals, start, end), phi) / innovation;
  const places = found.map((change) => change.index);
  return found.map((change, j): Found => {
    const start = places[j - 1] ?? 0;
    const end = places[j + 1] ?? n;
    const bend = locateKink(values, start, change.index, end, variance, level, Math.max(3, minSize));
    if (!bend) return change;
    const step = segmentSquares(values, start, end) - parallelSquares(values, start, change.index, end);
    const kind = step >= bend.ratio * variance ? "mean" : "slope";
    writeResiduals(values, [change.index], "slope", residuals, start, end);
    const jump = likelihood(start, end);
    writeKinkResiduals(values, start, bend.index, end, residuals);
    // Bend and step have three parameters; the jump between free lines has one more, at its BIC price.
    if (kind === "mean" || jump - likelihood(start, end) > Math.log(n)) return { ...change, kind };
    places[j] = bend.index;
    const { index, low, high, probability } = bend;
    return { ...change, kind, index, low, high, probability };
  });
}

/** Around two lines of one slope: the mean of both slopes, weighted by the spread of their times. */
function parallelSquares(values: Float64Array, start: number, k: number, end: number): number {
  const [left, right] = [(k - start) ** 3, (end - k) ** 3];
  const slopes = [segmentLine(values, start, k, "slope").slope, segmentLine(values, k, end, "slope").slope];
  const slope = (left * slopes[0] + right * slopes[1]) / (left + right);
  return segmentSquares(values, start, k, slope) + segmentSquares(values, k, end, slope);
}
