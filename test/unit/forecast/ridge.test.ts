import { describe, expect, it } from "vitest";
import { NumericalError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { dot, dotMany } from "../../../src/forecast/dot.js";
import { cycles, normalEquations } from "../../../src/forecast/lag-gram.js";
import { denseLags, sparseLags } from "../../../src/forecast/lags.js";
import { fitLagRidge, forecastRecursively } from "../../../src/forecast/ridge.js";
import golden from "../../golden/forecast.golden.json" with { type: "json" };

const free = (_value: number): number => _value;

describe("fitLagRidge", () => {
  it.each(golden.ridge.fits)("agrees with NumPy's least squares (lags $lags, $huberRounds Huber rounds)", (wanted) => {
    const { z } = golden.ridge;
    const { coefficients } = fitLagRidge(Float64Array.from(z), wanted.lags, [{ season: 12, pair: 1 }], wanted);
    for (const [i, value] of wanted.coefficients.entries()) expect(coefficients[i]).toBeCloseTo(value, 8);
  });

  it("finds the coefficients of a noiseless process and continues it", () => {
    // y(t) = 0.9 y(t−1) − 0.5 y(t−3) + 2, started away from its mean.
    const y = new Float64Array(60);
    for (let t = 0; t < 60; t++) y[t] = t < 3 ? t * t : 0.9 * y[t - 1] - 0.5 * y[t - 3] + 2;
    const fit = fitLagRidge(y.subarray(0, 50), [1, 3], [], { lambda: 0, huberRounds: 0 });
    [0.9, -0.5, 2].forEach((value, i) => {
      expect(fit.coefficients[i]).toBeCloseTo(value, 5);
    });
    const ahead = forecastRecursively(y.subarray(0, 50), fit, 10, free);
    for (let h = 0; h < 10; h++) expect(ahead[h]).toBeCloseTo(y[50 + h], 4);
  });

  it("Huber rounds hold against outliers that bend the plain fit", () => {
    const random = createRandom(11);
    const y = new Float64Array(400);
    for (let t = 1; t < 400; t++) y[t] = 0.8 * y[t - 1] + random.normal() + (t % 20 === 0 ? 40 : 0);
    const slope = (huberRounds: number) => fitLagRidge(y, [1], [], { lambda: 1e-3, huberRounds }).coefficients[0];
    expect(Math.abs(slope(3) - 0.8)).toBeLessThan(0.5 * Math.abs(slope(0) - 0.8));
  });

  it("stops early on a perfect fit and refuses a matrix without a penalty that has no inverse", () => {
    const constant = new Float64Array(20).fill(1);
    expect(fitLagRidge(constant, [1], [], { lambda: 1e-3, huberRounds: 3 }).coefficients.every(Number.isFinite)).toBe(
      true,
    );
    expect(() => fitLagRidge(new Float64Array(20), [1], [], { lambda: 0, huberRounds: 0 })).toThrow(NumericalError);
  });
});

describe("forecastRecursively", () => {
  it("feeds the bounded step back, so an unstable process cannot explode", () => {
    const fit = { lags: [1], turns: [], coefficients: Float64Array.of(2, 0) };
    const ahead = forecastRecursively(Float64Array.of(1), fit, 5, (v) => Math.min(v, 5));
    expect([...ahead]).toEqual([2, 4, 5, 5, 5]);
  });

  it("goes on with the waves where the series ends", () => {
    const fit = { lags: [], turns: [Float64Array.of(0, 1, -1)], coefficients: Float64Array.of(3, 1) };
    expect([...forecastRecursively(Float64Array.of(9), fit, 4, free)]).toEqual([4, -2, 1, 4]);
  });
});

describe("normalEquations", () => {
  it.each([
    { lags: sparseLags([24, 168]), waves: [] },
    { lags: denseLags([24, 168]), waves: [24, 168].flatMap((season) => [1, 2, 11].map((pair) => ({ season, pair }))) },
    {
      lags: [3],
      waves: [
        { season: 2, pair: 1 },
        { season: 5, pair: 7 },
      ],
    },
  ])("equal the products of the columns, one by one", ({ lags, waves }) => {
    const random = createRandom(5);
    const z = Float64Array.from({ length: 500 }, () => random.normal());
    const turns = cycles(waves);
    const { gram, right } = normalEquations(z, lags, waves, turns);
    const first = lags[lags.length - 1];
    const columns = [
      ...lags.map((lag) => (t: number) => z[t - lag]),
      ...waves.flatMap(({ season, pair }) =>
        [Math.sin, Math.cos].map((f) => (t: number) => f((2 * Math.PI * pair * t) / season)),
      ),
      () => 1,
    ];
    const product = (a: (t: number) => number, b: (t: number) => number): number => {
      let sum = 0;
      for (let t = first; t < z.length; t++) sum += a(t) * b(t);
      return sum;
    };
    columns.forEach((a, i) => {
      expect(right[i]).toBeCloseTo(
        product(a, (t) => z[t]),
        8,
      );
      for (let j = 0; j <= i; j++) expect(gram[i * columns.length + j]).toBeCloseTo(product(a, columns[j]), 8);
    });
  });
});

describe("dot products", () => {
  it("of many columns equal those of one, for every remainder of four", () => {
    const random = createRandom(1);
    const columns = Array.from({ length: 7 }, () => Float64Array.from({ length: 13 }, () => random.normal()));
    for (let count = 0; count <= 7; count++) {
      const out = new Float64Array(9).fill(1);
      dotMany(columns[0], columns, count, 13, out, 1);
      for (let j = 0; j < 9; j++) {
        const wanted = j >= 1 && j <= count ? 1 + dot(columns[0], columns[j - 1], 13) : 1;
        expect(out[j]).toBeCloseTo(wanted, 12);
      }
    }
    expect(dot(Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6), 3)).toBe(32);
  });
});
