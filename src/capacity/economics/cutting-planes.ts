import type { Highs } from "highs";
import { NumericalError } from "../../core/errors.js";

/** Least of Σ price·x + value(x) over 0 ≤ x ≤ most, where `value` is convex, not negative, and falls in every x. */
export interface ConvexProgramme {
  price: Float64Array;
  most: Float64Array;
  /** Value and a subgradient. */
  value(x: Float64Array): { value: number; slopes: Float64Array };
}

export interface ConvexOptimum {
  x: Float64Array;
  /** Σ price·x + value(x). */
  total: number;
  /** No x has a total below this. */
  bound: number;
  iterations: number;
}

const MOST_ITERATIONS = 2000;

/**
 * Kelley's cutting planes (1960) on HiGHS: each visited x gives a plane below the function, the least x of all planes is
 * a bound. Every other x is taken half-way between that and the best so far, which keeps the method from swinging to and
 * fro (Ben-Ameur & Neto 2007).
 *
 * @param start where to look first
 * @param tolerance relative gap between the total and the bound at which to stop
 * @throws NumericalError when HiGHS gives up or the gap does not close
 */
export function cuttingPlanes(
  highs: Highs,
  { price, most, value }: ConvexProgramme,
  start: Float64Array,
  tolerance: number,
): ConvexOptimum {
  const n = price.length;
  const none = value(new Float64Array(n));
  // In units of its limit each x lies in [0, 1], and in units of doing nothing so does the total.
  const unit = none.value > 0 ? none.value : 1;
  return highs.withModel((model): ConvexOptimum => {
    model.options.set({ output_flag: false, primal_feasibility_tolerance: 1e-9, dual_feasibility_tolerance: 1e-9 });
    const alone = { indices: [], values: [] };
    for (let j = 0; j < n; j++) model.addCol((price[j] * most[j]) / unit, 0, 1, alone);
    model.addCol(1, 0, highs.infinity, alone);
    let best: ConvexOptimum = { x: new Float64Array(n), total: none.value, bound: 0, iterations: 0 };
    const visit = (x: Float64Array, at = value(x)) => {
      const total = at.value + x.reduce((sum, v, j) => sum + v * price[j], 0);
      if (total < best.total) best = { ...best, x, total };
      let offset = at.value;
      const values = new Float64Array(n + 1);
      for (let j = 0; j < n; j++) {
        offset -= at.slopes[j] * x[j];
        values[j] = (-at.slopes[j] * most[j]) / unit;
      }
      values[n] = 1;
      model.addRow(offset / unit, highs.infinity, { indices: Int32Array.from(values.keys()), values });
    };
    visit(best.x, none);
    visit(start);
    for (let iteration = 1; iteration <= MOST_ITERATIONS; iteration++) {
      model.run();
      if (model.getModelStatus() !== highs.constants.modelStatus.optimal) break;
      const bound = model.getObjectiveValue() * unit;
      best = { ...best, bound: Math.max(best.bound, Math.min(bound, best.total)), iterations: iteration };
      if (best.total - best.bound <= tolerance * best.total) return best;
      const least = model.getSolution().colValue.subarray(0, n);
      const step = iteration % 2 === 0 ? 1 : 0.5;
      const { x } = best;
      visit(x.map((v, j) => v + step * (Math.min(1, Math.max(0, least[j])) * most[j] - v)));
    }
    throw new NumericalError(
      `the purchase did not settle: after ${best.iterations} cutting planes the cost ${best.total} is still above its bound ${best.bound}; look for prices that differ by many orders of magnitude`,
      { total: best.total, bound: best.bound },
    );
  });
}
