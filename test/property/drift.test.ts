import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adjust } from "../../src/drift/adjust.js";
import { categoricalStatistics } from "../../src/drift/categorical-statistics.js";
import { chi2 } from "../../src/drift/chi-square.js";
import { fisher } from "../../src/drift/fisher.js";
import { js } from "../../src/drift/jensen-shannon.js";
import { ks, ksPValue } from "../../src/drift/ks.js";
import { numericStatistics } from "../../src/drift/numeric-statistics.js";
import { psi } from "../../src/drift/psi.js";
import { tvd } from "../../src/drift/total-variation.js";

const RUNS = { seed: 20, numRuns: 200 };

/** Samples with many ties and with none. */
const sample = fc
  .array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.double({ min: -100, max: 100, noNaN: true })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((values) => Float64Array.from(values));

const counts = fc
  .array(fc.tuple(fc.constantFrom(..."abcdefgh"), fc.nat(200)), { minLength: 1, maxLength: 8 })
  .map((pairs) => new Map([["i", 1], ...pairs] as [string, number][]));

const expectShare = (value: number | null): void => {
  if (value === null) return;
  expect(value).toBeGreaterThanOrEqual(0);
  expect(value).toBeLessThanOrEqual(1);
};

const expectNear = (got: number, wanted: number): void => {
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(wanted)));
};

describe("statistics of drift", () => {
  it("of numbers lie within their bounds", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const all = numericStatistics(a.slice().sort(), b.slice().sort());
        const { ks: d, cvm, mannwhitney, welch, anderson } = all;
        for (const { p } of [d, cvm, mannwhitney, welch, anderson]) expectShare(p);
        for (const value of [d.statistic, all.hellinger.value, all.js.distance]) expectShare(value);
        for (const value of [all.wasserstein.value, all.energy.value, all.psi.value, all.kl.value]) {
          expect(value).toBeGreaterThanOrEqual(0);
        }
        expectShare(mannwhitney.statistic / (a.length * b.length));
        expect(all.psi.bins).toBeLessThanOrEqual(10);
      }),
      RUNS,
    );
  });

  it("of levels lie within their bounds", () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const all = categoricalStatistics(a, b);
        const values = [all.chi2.p, all.g.p, all.js.distance, all.tvd.value, all.hellinger.value];
        for (const value of values) expectShare(value);
        for (const value of [all.chi2.statistic, all.g.statistic, all.psi.value, all.kl.value]) {
          expect(value).toBeGreaterThanOrEqual(0);
        }
        // Le Cam: H² ≤ TVD ≤ H √(2 − H²).
        const h = all.hellinger.value;
        expect(h * h).toBeLessThanOrEqual(all.tvd.value + 1e-12);
        expect(all.tvd.value).toBeLessThanOrEqual(h * Math.sqrt(2 - h * h) + 1e-12);
      }),
      RUNS,
    );
  });

  it("are the same from either side", () => {
    fc.assert(
      fc.property(counts, counts, sample, sample, (a, b, x, y) => {
        expect(js(a, b)).toEqual(js(b, a));
        expect(tvd(a, b)).toEqual(tvd(b, a));
        expectNear(chi2(a, b).statistic, chi2(b, a).statistic);
        expectNear(psi(a, b).value, psi(b, a).value);
        expect(ks(x, y)).toEqual(ks(y, x));
        expect(ks(x, y, { exact: true })).toEqual(ks(y, x, { exact: true }));
        const [there, back] = [x, y].map((side) => side.slice().sort());
        const [of, from] = [numericStatistics(there, back), numericStatistics(back, there)];
        expectNear(of.wasserstein.value, from.wasserstein.value);
        expectNear(of.energy.value, from.energy.value);
        expectNear(of.cvm.statistic, from.cvm.statistic);
        expectNear(of.mannwhitney.p, from.mannwhitney.p);
        expect(of.mannwhitney.statistic + from.mannwhitney.statistic).toBe(x.length * y.length);
      }),
      RUNS,
    );
  });

  it("KS hangs neither on the order of rows nor on the scale", () => {
    const order = fc.infiniteStream(fc.nat(1000));
    fc.assert(
      fc.property(sample, sample, order, (a, b, keys) => {
        const shuffled = [...a].map((x) => [keys.next().value, x] as const).sort(([k], [l]) => k - l);
        const before = ks(a, b);
        expect(
          ks(
            Float64Array.from(shuffled, ([, x]) => x),
            b,
          ),
        ).toEqual(before);
        // Both maps grow strictly, and keep apart what the samples hold.
        for (const grow of [(x: number) => 8 * x, (x: number) => 4 * x ** 3]) {
          const [mappedA, mappedB] = [a.map(grow), b.map(grow)];
          fc.pre(new Set([...mappedA, ...mappedB]).size === new Set([...a, ...b]).size);
          expect(ks(mappedA, mappedB)).toEqual(before);
        }
      }),
      RUNS,
    );
  });

  it("exact p-values of KS are those of all orders of the values", () => {
    const walks = (i: number, j: number, reaches: (i: number, j: number) => boolean, reached: boolean): number[] => {
      const now = reached || reaches(i, j);
      if (i === 0 && j === 0) return [now ? 1 : 0, 1];
      const left = i > 0 ? walks(i - 1, j, reaches, now) : [0, 0];
      const down = j > 0 ? walks(i, j - 1, reaches, now) : [0, 0];
      return [left[0] + down[0], left[1] + down[1]];
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.nat(36), (n, m, bound) => {
        const h = Math.min(n * m, bound);
        const [beyond, all] = walks(n, m, (i, j) => Math.abs(i * m - j * n) >= h, false);
        expectNear(ksPValue(h / (n * m), n, m, { exact: true }), beyond / all);
      }),
      RUNS,
    );
  });

  it("Fisher's p-values do not hang on which way the table is turned", () => {
    const cell = fc.nat(40);
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        const { p } = fisher([
          [a, b],
          [c, d],
        ]);
        expectShare(p);
        const transposed = fisher([
          [a, c],
          [b, d],
        ]);
        const turned = fisher([
          [d, c],
          [b, a],
        ]);
        expectNear(transposed.p, p);
        expectNear(turned.p, p);
      }),
      RUNS,
    );
  });

  it("adjusted p-values keep their order and are no smaller", () => {
    const p = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
    fc.assert(
      fc.property(p, fc.constantFrom("bh" as const, "by" as const, "holm" as const), (values, method) => {
        const adjusted = adjust(values, method);
        const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
        order.forEach((i, place) => {
          expectShare(adjusted[i]);
          expect(adjusted[i]).toBeGreaterThanOrEqual(values[i] * (1 - 1e-15));
          if (place > 0) expect(adjusted[i]).toBeGreaterThanOrEqual(adjusted[order[place - 1]]);
        });
      }),
      RUNS,
    );
  });
});
