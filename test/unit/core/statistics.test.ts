import { describe, expect, it } from "vitest";
import { InputError, NumericalError } from "../../../src/core/errors.js";
import { choleskyInPlace, choleskySolveInPlace } from "../../../src/core/linear-algebra.js";
import {
  mean,
  median,
  quantile,
  quantileSorted,
  sortedFinite,
  standardDeviation,
} from "../../../src/core/statistics.js";

describe("statistics of degenerate samples", () => {
  it("gives NaN for nothing and the value itself for one", () => {
    for (const f of [mean, median, standardDeviation]) expect(f([])).toBeNaN();
    expect(quantile([], 0.5)).toBeNaN();
    expect(mean([4])).toBe(4);
    expect(standardDeviation([4])).toBe(0);
    for (const p of [0, 0.3, 1]) expect(quantile([4], p)).toBe(4);
  });

  it("leaves NaN out of quantiles, and only there", () => {
    expect(median([Number.NaN, 1, 3, Number.NaN])).toBe(2);
    expect(quantile([Number.NaN], 0.5)).toBeNaN();
    expect(mean([1, Number.NaN])).toBeNaN();
  });

  it("keeps infinities where they belong in the order", () => {
    expect([...sortedFinite([Infinity, 1, -Infinity, Number.NaN])]).toEqual([-Infinity, 1, Infinity]);
  });

  it("does not change its input", () => {
    const x = Float64Array.of(3, 1, 2);
    quantile(x, 0.5);
    expect([...x]).toEqual([3, 1, 2]);
  });

  it.each([-0.1, 1.1, Number.NaN])("refuses the probability %d", (p) => {
    expect(() => quantileSorted([1, 2], p)).toThrow(InputError);
  });
});

describe("Cholesky", () => {
  it.each([
    ["singular", [1, 1, 1, 1], 1],
    ["indefinite", [1, 2, 2, 1], 1],
    ["zero", [0, 0, 0, 0], 0],
    ["NaN", [Number.NaN, 0, 0, 1], 0],
  ])("refuses a %s matrix, naming the row", (_, matrix, row) => {
    const factor = () => choleskyInPlace(Float64Array.from(matrix), 2);
    expect(factor).toThrow(NumericalError);
    expect(factor).toThrow(`matrix is not positive definite at row ${row}; add a penalty`);
  });

  it("does nothing to a system of no unknowns and divides one of one", () => {
    choleskyInPlace(new Float64Array(0), 0);
    const l = Float64Array.of(4);
    const b = Float64Array.of(8);
    choleskyInPlace(l, 1);
    choleskySolveInPlace(l, 1, b);
    expect([l[0], b[0]]).toEqual([2, 2]);
  });
});
