import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChangeModel, detect, locationPosterior, meanCost } from "../../src/changepoint/index.js";
import { createRandom } from "../../src/core/random.js";

const settings = { numRuns: 40, seed: 20260 };

/** Levels of some length with normal noise: changes that are clear. */
const stepped = fc
  .record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    lengths: fc.array(fc.integer({ min: 25, max: 80 }), { minLength: 1, maxLength: 4 }),
    steps: fc.array(fc.constantFrom(-8, -5, 5, 8), { minLength: 4, maxLength: 4 }),
  })
  .map(({ seed, lengths, steps }) => {
    const random = createRandom(seed);
    let level = 0;
    return Float64Array.from(
      lengths.flatMap((length, k) => {
        level += k > 0 ? steps[k] : 0;
        return Array.from({ length }, () => level + random.normal());
      }),
    );
  });

const indices = (y: Float64Array, model: ChangeModel): number[] => detect(y, { model }).changes.map((c) => c.index);

describe("detect", () => {
  it.each(["auto", "mean", "slope", "meanvar", "nonparametric"] as const)(
    "%s: adding a constant and scaling change nothing but the units",
    (model) => {
      fc.assert(
        fc.property(stepped, fc.constantFrom(0.001, 3, 1e4), (y, factor) => {
          const found = indices(y, model);
          expect(
            indices(
              y.map((v) => factor * v),
              model,
            ),
          ).toEqual(found);
          expect(
            indices(
              y.map((v) => v + 1e9),
              model,
            ),
          ).toEqual(found);
        }),
        settings,
      );
    },
  );

  it("mean: reversing time mirrors the changes", () => {
    fc.assert(
      fc.property(stepped, (y) => {
        const mirrored = indices(y.slice().reverse(), "mean").map((index) => y.length - index);
        expect(mirrored.reverse()).toEqual(indices(y, "mean"));
      }),
      settings,
    );
  });

  it("every change is inside, ordered, in its interval, with sane numbers", () => {
    const any = fc.array(
      fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(0, 1, 1, Number.NaN)),
      {
        maxLength: 120,
      },
    );
    fc.assert(
      fc.property(any, (values) => {
        const y = Float64Array.from(values);
        const { changes, n } = detect(y);
        expect(n).toBe(y.length);
        let last = 0;
        for (const change of changes) {
          expect(change.index).toBeGreaterThan(last);
          expect(change.index).toBeLessThan(n);
          expect(y[change.index]).not.toBeNaN();
          expect(change.ciLow).toBeLessThanOrEqual(change.index);
          expect(change.ciHigh).toBeGreaterThanOrEqual(change.index);
          expect(change.pValue).toBeLessThanOrEqual(1);
          expect(change.probability).toBeLessThanOrEqual(1);
          last = change.index;
        }
        expect(detect(y)).toEqual({ ...detect(y) });
      }),
      { ...settings, numRuns: 200 },
    );
  });

  it("a copied column is more evidence for the same changes", () => {
    fc.assert(
      fc.property(stepped, (y) => {
        const [alone, twice] = [detect(y), detect([y, y])];
        if (alone.model !== "mean") return;
        expect(twice.changes.map((c) => c.index)).toEqual(expect.arrayContaining(alone.changes.map((c) => c.index)));
      }),
      settings,
    );
  });
});

describe("locationPosterior", () => {
  it("sums to 1, and its interval holds the level and the most probable index", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 4, maxLength: 60 }),
        fc.double({ min: 0.05, max: 0.99, noNaN: true }),
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        (values, level, scale) => {
          const y = Float64Array.from(values);
          const { from, weights, index, low, high } = locationPosterior(meanCost(y), 0, 2, y.length, { scale, level });
          expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 9);
          expect(weights.slice(low - from, high - from + 1).reduce((sum, w) => sum + w, 0)).toBeGreaterThan(
            level - 1e-9,
          );
          expect(low <= index && index <= high).toBe(true);
          expect(weights[index - from]).toBe(Math.max(...weights));
        },
      ),
      settings,
    );
  });
});
