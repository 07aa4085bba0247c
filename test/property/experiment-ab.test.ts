import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AbLook } from "../../src/experiment/ab/ab-look.js";
import { alwaysValid, gateAb, groupSequentialBounds } from "../../src/experiment/index.js";

const SEEDED = { seed: 20261127, numRuns: 60 };

const times = fc
  .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.sort((a, b) => a - b).map((part) => part / 100));

const arm = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 30, maxLength: 60 });

function row(a: readonly number[], b: readonly number[]): AbLook {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const squares = (values: readonly number[]) => sum(values.map((value) => value * value));
  const sums = { sum_a: sum(a), sumsq_a: squares(a), sum_b: sum(b), sumsq_b: squares(b) };
  return { experiment: "e", look: 1, information: 1, n_a: a.length, n_b: b.length, ...sums };
}

describe("A/B experiments", () => {
  it("bounds lie between a single test's and Bonferroni's of what each look spends", () => {
    fc.assert(
      fc.property(times, fc.constantFrom("obf" as const, "pocock" as const), (t, spending) => {
        const bounds = groupSequentialBounds(t, 0.025, spending);
        const stricter = groupSequentialBounds(t, 0.005, spending);
        bounds.forEach((bound, i) => {
          if (bound !== Number.POSITIVE_INFINITY) expect(stricter[i]).toBeGreaterThan(bound);
        });
        if (t[t.length - 1] === 1) expect(bounds[bounds.length - 1]).toBeGreaterThanOrEqual(1.9599639);
        // Bounds of a prefix are a prefix of the bounds: looks to come do not matter.
        expect(groupSequentialBounds(t.slice(0, -1), 0.025, spending)).toEqual(bounds.slice(0, -1));
      }),
      SEEDED,
    );
  });

  it("arms changed places give the same with the sign turned, units do not matter", () => {
    fc.assert(
      fc.property(arm, arm, fc.double({ min: 0.01, max: 100, noNaN: true }), (a, b, scale) => {
        const [look] = gateAb([row(a, b)]).experiments[0].looks;
        const [swapped] = gateAb([row(b, a)]).experiments[0].looks;
        fc.pre(look.z !== null);
        expect(swapped.z).toBe(-look.z!);
        expect(swapped.lower).toBe(-look.upper!);
        const scaled = (values: readonly number[]) => values.map((value) => value * scale);
        const [wide] = gateAb([row(scaled(a), scaled(b))]).experiments[0].looks;
        expect(Math.abs(wide.z! - look.z!)).toBeLessThanOrEqual(1e-7 * (1 + Math.abs(look.z!)));
      }),
      SEEDED,
    );
  });

  it("the always-valid interval is narrowest where it is tuned, and always wider than one of a single look", () => {
    const width = (rows: number, alpha: number, tunedRows: number) =>
      alwaysValid(0, 1 / Math.sqrt(rows), rows, { alpha, tunedRows }).bound;
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.3, noNaN: true }),
        fc.integer({ min: 100, max: 1e6 }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        (alpha, rows, factor) => {
          const tuned = width(rows, alpha, rows);
          expect(tuned).toBeLessThanOrEqual(width(rows, alpha, rows * factor) * (1 + 1e-12));
          expect(tuned).toBeGreaterThan(Math.sqrt(-2 * Math.log(alpha)));
        },
      ),
      SEEDED,
    );
  });
});
