import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchSizes } from "../../../src/ingest/index.js";

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe("batchSizes", () => {
  it("leaves most panels whole: M4's hourly and weekly files, one series, few long ones", () => {
    expect(batchSizes(new Array(414).fill(900), 48)).toEqual([414]);
    expect(batchSizes(new Array(359).fill(1000), 13)).toEqual([359]);
    expect(batchSizes([5], 1)).toEqual([1]);
    expect(batchSizes(new Array(127).fill(1_000_000), 28)).toEqual([127]);
  });

  it("cuts 100,000 daily series into batches of one size, the last of which is not small", () => {
    const sizes = batchSizes(new Array(100_000).fill(400), 28);
    expect(sum(sizes)).toBe(100_000);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(Math.max(...sizes) / 2);
    expect(Math.max(...sizes) * (400 + 200 * 28)).toBeLessThan(10_000_000);
  });

  it("covers every series once, in batches of at least 128 that hold enough, whatever their lengths", () => {
    const rows = fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 1500 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 200 }), (n, horizon) => {
        const sizes = batchSizes(n, horizon);
        expect(sum(sizes)).toBe(n.length);
        if (sizes.length === 1) return;
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(128);
        let at = 0;
        for (const size of sizes) {
          expect(sum(n.slice(at, at + size)) + size * 200 * horizon).toBeGreaterThanOrEqual(2_000_000);
          at += size;
        }
      }),
      { seed: 20_261_124, numRuns: 60 },
    );
  });
});
