import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { loess, loessAt } from "../../../src/forecast/decompose/loess.js";
import { mstl, seasonalStrength, stl } from "../../../src/forecast/index.js";

const generate = (n: number, f: (t: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, t) => f(t));

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
}

describe("loess", () => {
  it("keeps a straight line, whatever window and jump; a mean bends it at the ends only", () => {
    const line = generate(30, (t) => 3 - 0.5 * t);
    const out = new Float64Array(30);
    for (const window of [3, 5, 29, 31, 101]) {
      for (const jump of [1, 4, 50]) {
        loess(line, { window, degree: 1, jump }, null, out);
        expect(largestDifference(out, line)).toBeLessThan(1e-12);
      }
    }
    loess(line, { window: 7, degree: 0, jump: 1 }, null, out);
    expect(largestDifference(out.subarray(3, 27), line.subarray(3, 27))).toBeLessThan(1e-12);
    expect(out[0]).toBeLessThan(3);
    expect(loessAt(line, 30, { window: 7, degree: 1, jump: 1 }, null)).toBeCloseTo(3 - 15, 12);
    expect(loessAt(line, -1, { window: 7, degree: 1, jump: 1 }, null)).toBeCloseTo(3.5, 12);
  });

  it("weighs by the tricube", () => {
    // Window 5, so that half a window is 2 steps: weights 1 and (1 - 1/8)³, and nothing at the rim.
    const w = (1 - 1 / 8) ** 3;
    const smoother = { window: 5, degree: 0, jump: 1 } as const;
    expect(loessAt(Float64Array.of(9, 0, 1, 0, 9), 2, smoother, null)).toBeCloseTo(1 / (1 + 2 * w), 12);
    const weights = Float64Array.of(1, 0, 1, 0.5, 1);
    expect(loessAt(Float64Array.of(9, 7, 1, 0, 9), 2, smoother, weights)).toBeCloseTo(1 / (1 + 0.5 * w), 12);
  });

  it("has no fit where every weight is zero, and leaves such values alone", () => {
    const y = Float64Array.of(1, 5, 2, 8);
    const smoother = { window: 3, degree: 1, jump: 1 } as const;
    expect(loessAt(y, 1, smoother, new Float64Array(4))).toBeNaN();
    const out = new Float64Array(4);
    loess(y, smoother, new Float64Array(4), out);
    expect(out).toEqual(y);
  });

  it("takes a single value", () => {
    const out = new Float64Array(1);
    loess(Float64Array.of(4), { window: 7, degree: 1, jump: 3 }, null, out);
    expect(out[0]).toBe(4);
  });
});

describe("stl", () => {
  const wave = (t: number): number => 3 * Math.sin((2 * Math.PI * t) / 12);

  it("tells season and trend apart", () => {
    const { seasonal, trend, remainder } = stl(
      generate(120, (t) => 10 + 0.1 * t + wave(t)),
      12,
    );
    expect(largestDifference(seasonal, generate(120, wave))).toBeLessThan(0.02);
    expect(
      largestDifference(
        trend,
        generate(120, (t) => 10 + 0.1 * t),
      ),
    ).toBeLessThan(0.02);
    expect(seasonalStrength(seasonal, remainder)).toBeGreaterThan(0.999);
  });

  it("robust: an outlier goes to the remainder and weighs nothing", () => {
    const random = createRandom(7);
    const y = generate(120, (t) => wave(t) + 0.1 * random.normal());
    const spoilt = Float64Array.from(y);
    spoilt[50] += 40;
    const calm = stl(y, 12, { robust: true });
    const robust = stl(spoilt, 12, { robust: true });
    const plain = stl(spoilt, 12);
    expect(robust.weights[50]).toBe(0);
    expect(robust.remainder[50]).toBeGreaterThan(39);
    expect(plain.weights.every((w) => w === 1)).toBe(true);
    expect(largestDifference(robust.trend, calm.trend)).toBeLessThan(0.1);
    expect(largestDifference(plain.trend, calm.trend)).toBeGreaterThan(1);
  });

  it("jumps change little", () => {
    const random = createRandom(8);
    const y = generate(600, (t) => wave(t) + 0.01 * t + random.normal());
    const exact = stl(y, 12);
    const quick = stl(y, 12, { trend: { jump: 3 }, lowPass: { jump: 2 } });
    expect(largestDifference(quick.trend, exact.trend)).toBeGreaterThan(0);
    expect(largestDifference(quick.trend, exact.trend)).toBeLessThan(0.1);
    expect(largestDifference(quick.seasonal, exact.seasonal)).toBeLessThan(0.1);
  });

  it("constant and all-zero series have no season, robust or not", () => {
    for (const c of [0, 5, -1e9]) {
      for (const robust of [false, true]) {
        const { seasonal, trend, weights } = stl(new Float64Array(40).fill(c), 7, { robust });
        const size = 1e-12 * Math.abs(c);
        expect(largestDifference(seasonal, new Float64Array(40))).toBeLessThanOrEqual(size);
        expect(largestDifference(trend, new Float64Array(40).fill(c))).toBeLessThanOrEqual(size);
        expect(weights.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("refuses what cannot be meant", () => {
    const y = generate(24, wave);
    const wrong: [() => unknown, string][] = [
      [() => stl(y, 1), "period"],
      [() => stl(y, 6.5), "period"],
      [() => stl(y, 13), "at least 26 values"],
      [() => stl(new Float64Array(0), 2), "at least 4 values"],
      [
        () =>
          stl(
            y.map((v, t) => (t === 3 ? Number.NaN : v)),
            12,
          ),
        "finite",
      ],
      [() => stl(y, 12, { seasonal: { window: 8 } }), "seasonal.window must be odd"],
      [() => stl(y, 12, { trend: { window: 1 } }), "trend.window"],
      [() => stl(y, 12, { lowPass: { jump: 0 } }), "lowPass.jump"],
      [() => stl(y, 12, { innerIterations: 0 }), "innerIterations"],
      [() => stl(y, 12, { outerIterations: -1 }), "outerIterations"],
      [() => mstl(y, []), "at least one"],
      [() => mstl(y, [12, 4]), "ascend"],
      [() => mstl(y, [4, 4]), "ascend"],
      [() => mstl(y, [4, 12], { windows: [7] }), "windows"],
      [() => mstl(y, [4, 12], { iterations: 0 }), "iterations"],
    ];
    for (const [call, text] of wrong) {
      expect(call).toThrow(InputError);
      expect(call).toThrow(text);
    }
  });
});

describe("mstl", () => {
  it("tells a day from a week, in a hundred thousand hours too", () => {
    const day = (t: number): number => 4 * Math.sin((2 * Math.PI * t) / 24);
    const week = (t: number): number => (t % 168 < 120 ? 1 : -2.5);
    for (const [n, jump] of [
      [1500, 1],
      [100_000, 20],
    ]) {
      const y = generate(n, (t) => 20 + 0.001 * t + day(t) + week(t));
      const d = mstl(y, [24, 168], { trend: { jump }, lowPass: { jump } });
      expect(d.periods).toEqual([24, 168]);
      const together = d.seasonal[0].map((v, t) => v + d.seasonal[1][t]);
      const inside = (x: Float64Array): Float64Array => x.subarray(200, n - 200);
      const wanted = generate(n, (t) => day(t) + week(t));
      expect(largestDifference(inside(together), inside(wanted))).toBeLessThan(0.1);
      expect(seasonalStrength(d.seasonal[0], d.remainder)).toBeGreaterThan(0.99);
    }
  });
});

describe("seasonalStrength", () => {
  it("by hand", () => {
    const seasonal = Float64Array.of(1, -1, 1, -1);
    expect(seasonalStrength(seasonal, new Float64Array(4))).toBe(1);
    expect(seasonalStrength(new Float64Array(4), seasonal)).toBe(0);
    expect(seasonalStrength(new Float64Array(4), new Float64Array(4))).toBe(0);
    // Uncorrelated with the season and as large: half of the variance.
    expect(seasonalStrength(seasonal, Float64Array.of(1, 1, -1, -1))).toBeCloseTo(0.5, 12);
    // Against the season: together they vary less than the remainder alone.
    expect(
      seasonalStrength(
        seasonal,
        seasonal.map((v) => -1.5 * v),
      ),
    ).toBe(0);
  });
});
