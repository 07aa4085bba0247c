import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../../src/core/distributions.js";
import { spreadQuantiles } from "../../../src/forecast/index.js";

const KNOWN = [0.025, 0.1, 0.5, 0.9, 0.975];
const WANTED = [0.001, 0.025, 0.05, 0.1, 0.3, 0.5, 0.77, 0.975, 0.999];

describe("spreadQuantiles", () => {
  it("gives a normal distribution back, tails included", () => {
    const at = (probabilities: readonly number[]) =>
      probabilities.map((p) => Float64Array.of(3 + 2 * normalQuantile(p)));
    const spread = spreadQuantiles(at(KNOWN), KNOWN, WANTED);
    for (const [i, p] of WANTED.entries()) expect(spread[i][0]).toBeCloseTo(3 + 2 * normalQuantile(p), 9);
  });

  it("keeps the quantiles that it was given, and goes on along the outermost two", () => {
    const given = [1, 2, 5, 6, 10].map((v) => Float64Array.of(v, -v, v).sort());
    const spread = spreadQuantiles(given, KNOWN, [...KNOWN, 0.995]);
    expect(spread.slice(0, 5).map((q) => [...q])).toEqual(given.map((q) => [...q]));
    const slope = (10 - 6) / (normalQuantile(0.975) - normalQuantile(0.9));
    expect(spread[5][2]).toBeCloseTo(10 + slope * (normalQuantile(0.995) - normalQuantile(0.975)), 9);
  });

  it("ascends where the given ones do, and is flat where they are", () => {
    const steps = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(steps, (increments) => {
        let value = -10;
        const given = increments.map((step) => {
          value += step;
          return Float64Array.of(value, 7);
        });
        const spread = spreadQuantiles(given, KNOWN, WANTED);
        for (let i = 1; i < spread.length; i++) {
          expect(spread[i][0] - spread[i - 1][0]).toBeGreaterThanOrEqual(-1e-9 * Math.abs(value));
          expect(spread[i][1]).toBe(7);
        }
      }),
    );
  });
});
