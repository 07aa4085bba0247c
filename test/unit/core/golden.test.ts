import { describe, expect, it } from "vitest";
import { choleskyInPlace, choleskySolveInPlace } from "../../../src/core/linear-algebra.js";
import { createRandom, fnv1a32 } from "../../../src/core/random.js";
import { mean, median, quantile, standardDeviation } from "../../../src/core/statistics.js";
import golden from "../../golden/core.golden.json" with { type: "json" };

/** The statistics may differ from NumPy's by the order of their sums only. */
function expectClose(got: number, wanted: number, scale = Math.abs(wanted)): void {
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-12 * Math.max(1, scale));
}

describe(`src/core against NumPy ${golden.numpy}`, () => {
  it.each(golden.statistics)("statistics of $name", (sample) => {
    expectClose(mean(sample.x), sample.mean);
    expectClose(standardDeviation(Float64Array.from(sample.x)), sample.standardDeviation, Math.abs(sample.mean));
    expectClose(median(sample.x), sample.median);
    sample.probabilities.forEach((p, i) => {
      expectClose(quantile(sample.x, p), sample.quantiles[i]);
    });
  });

  it("factors and solves a positive definite system", () => {
    const { n, a, l, b, x } = golden.cholesky;
    const factor = Float64Array.from(a);
    choleskyInPlace(factor, n);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) expectClose(factor[i * n + j], l[i * n + j]);
    const solution = Float64Array.from(b);
    choleskySolveInPlace(factor, n, solution);
    solution.forEach((value, i) => {
      expectClose(value, x[i], 10);
    });
  });

  it("reads only the lower triangle of the matrix", () => {
    const { n, a, l } = golden.cholesky;
    const half = Float64Array.from(a, (value, k) => (k % n > Math.floor(k / n) ? Number.NaN : value));
    choleskyInPlace(half, n);
    expectClose(half[n * n - 1], l[n * n - 1]);
  });
});

describe("random numbers against a second writing of xoroshiro128+", () => {
  it.each(golden.random)("seed path $path", ({ path, uniforms }) => {
    const random = createRandom(path);
    expect(uniforms.map(() => random.uniform())).toEqual(uniforms);
  });

  it("reads a number as its low and high 32 bits, and a child as one more step of the path", () => {
    const byPath = (path: number[]) => golden.random.find((entry) => String(entry.path) === String(path))?.uniforms[0];
    expect(createRandom(42).uniform()).toBe(byPath([42, 0]));
    expect(createRandom(-1).uniform()).toBe(byPath([-1, -1]));
    expect(createRandom(7 + 123 * 2 ** 32).uniform()).toBe(byPath([7, 123]));
    expect(createRandom(42).child(3).uniform()).toBe(byPath([42, 0, 3]));
    expect(createRandom(42).child("vc6YE").uniform()).toBe(byPath([42, 0, fnv1a32("vc6YE")]));
  });

  it("hashes text by FNV-1a over its UTF-8 bytes", () => {
    for (const [text, hash] of Object.entries(golden.fnv1a32)) expect(fnv1a32(text)).toBe(hash);
    expect(fnv1a32("foobar")).toBe(0xbf9cf968);
  });
});
