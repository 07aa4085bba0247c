import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { adjust } from "../../../src/drift/adjust.js";
import { anderson } from "../../../src/drift/anderson-darling.js";
import { chi2, poolRare } from "../../../src/drift/chi-square.js";
import { countPair } from "../../../src/drift/count-pair.js";
import { cvm } from "../../../src/drift/cramer-von-mises.js";
import { energy } from "../../../src/drift/energy.js";
import { fisher } from "../../../src/drift/fisher.js";
import { g } from "../../../src/drift/g-test.js";
import { hellinger } from "../../../src/drift/hellinger.js";
import { js } from "../../../src/drift/jensen-shannon.js";
import { ks, ksFromSorted, ksPValue } from "../../../src/drift/ks.js";
import { kl } from "../../../src/drift/kullback-leibler.js";
import { mannwhitney } from "../../../src/drift/mann-whitney.js";
import { numericStatistics } from "../../../src/drift/numeric-statistics.js";
import { z } from "../../../src/drift/proportions-z.js";
import { psi } from "../../../src/drift/psi.js";
import { tvd } from "../../../src/drift/total-variation.js";
import { wasserstein } from "../../../src/drift/wasserstein.js";
import { welch, welchFromMoments } from "../../../src/drift/welch.js";

const near = (value: number | null, expected: number, tolerance = 1e-9): void => {
  expect(Math.abs(value! - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
};

const levels = (counts: number[]): Map<string, number> =>
  new Map(counts.map((count, i) => [String.fromCharCode(97 + i), count]));

const TEN = Float64Array.from({ length: 10 }, (_, i) => i + 1);
const LATER = TEN.map((x) => x + 2.5);
const TIED = Float64Array.of(1, 1, 2, 2, 3, 3, 4);
const TIED_LATER = Float64Array.of(2, 2, 3, 3, 3, 4, 4, 5);
const A = levels([50, 30, 20, 0]);
const B = levels([30, 35, 25, 10]);

// Expected values are of SciPy 1.17.1 and Evidently 0.7.23.
describe("statistics of numbers", () => {
  it("without ties", () => {
    expect(ks(TEN, LATER).statistic).toBe(0.3);
    near(ks(TEN, LATER).p, 0.7869297884777761);
    near(wasserstein(TEN, LATER).value, 2.5);
    near(energy(TEN, LATER).value, 1.0954451150103324);
    near(cvm(TEN, LATER).statistic, 0.275);
    near(cvm(TEN, LATER).p, 0.1760267596180909);
    expect(mannwhitney(TEN, LATER).statistic).toBe(28);
    near(mannwhitney(TEN, LATER).p, 0.10410988966022681);
    near(anderson(TEN, LATER).statistic, 0.9945505510346423);
    near(welch(TEN, LATER).statistic, -1.8463723646899908);
    near(welch(TEN, LATER).p, 0.08134833721442797);
  });

  it("with ties, where both sides step", () => {
    expect(ks(TIED, TIED_LATER).statistic).toBe(0.32142857142857145);
    near(ks(TIED, TIED_LATER, { exact: true }).p, 0.7356643356643358);
    near(ks(TIED, TIED_LATER).p, 0.7019601207830073);
    near(wasserstein(TIED, TIED_LATER).value, 0.9642857142857142);
    near(energy(TIED, TIED_LATER).value, 0.7133922984085065);
    expect(mannwhitney(TIED, TIED_LATER).statistic).toBe(15);
    near(mannwhitney(TIED, TIED_LATER).p, 0.1351662724159878);
  });

  it("of 2,000 values a side", () => {
    let state = 12345;
    const uniform = (): number => {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const a = Float64Array.from({ length: 2000 }, () => 10 * uniform());
    const b = Float64Array.from({ length: 2000 }, () => 10 * uniform() ** 1.2);
    expect(ks(a, b).statistic).toBe(0.0825);
    near(ks(a, b).p, 2.2782729238326033e-6);
    near(ks(a, b, { exact: true }).p, 2.4207757651980217e-6);
    near(wasserstein(a, b).value, 0.4834035570125854);
    near(energy(a, b).value, 0.2348744488467254);
    near(psi(a, b, { mode: "evidently" }).value, 0.05030065316805772);
    const sorted = [a, b].map((side) => side.slice().sort());
    expect(numericStatistics(sorted[0], sorted[1], { psi: "evidently" }).psi).toEqual(psi(a, b, { mode: "evidently" }));
    expect(psi(a, b).bins).toBe(10);
    // Half a row more in 10 bins of 2,000 hardly shows.
    near(psi(a, b).value, 0.043002268480452584, 5e-3);
  });

  it("leaves its samples as they are, in any order", () => {
    const shuffled = Float64Array.of(3, 1, 2);
    const other = Float64Array.of(9, 7);
    expect(ks(shuffled, other)).toEqual(ks(Float64Array.of(1, 2, 3), Float64Array.of(7, 9)));
    expect([...shuffled, ...other]).toEqual([3, 1, 2, 9, 7]);
  });

  it("of a sample and itself are nothing, with p 1", () => {
    const { mannwhitney: u, anderson: a2, ...same } = numericStatistics(TIED, TIED.slice());
    expect(same).toEqual({
      ks: { statistic: 0, p: 1 },
      wasserstein: { value: 0, normed: 0 },
      psi: { value: 0, bins: 8 },
      energy: { value: 0 },
      cvm: { statistic: 0, p: 1 },
      welch: { statistic: 0, p: 1, dof: 12 },
      hellinger: { value: 0 },
      js: { distance: 0 },
      kl: { value: 0 },
    });
    // U is half of all pairs; Anderson and Darling's statistic has its mean at 0, and their table ends at 0.25.
    expect(u).toEqual({ statistic: 24.5, p: 1 });
    expect(a2.statistic).toBeLessThan(0);
    expect(a2.p).toBe(0.25);
  });

  it("of equal samples with ties are none of rounding", () => {
    const random = createRandom(3);
    for (let n = 21; n < 3000; n += 97) {
      const sample = Float64Array.from({ length: n }, () => random.int(7) ** 3);
      expect(cvm(sample, sample.slice().reverse())).toEqual({ statistic: 0, p: 1 });
    }
  });

  it("of constants", () => {
    const fives = new Float64Array(40).fill(5);
    const same = numericStatistics(fives, fives.slice(10));
    expect(same.ks).toEqual({ statistic: 0, p: 1 });
    expect(same.wasserstein).toEqual({ value: 0, normed: null });
    expect(same.mannwhitney.p).toBe(1);
    expect(same.cvm).toEqual({ statistic: 0, p: 1 });
    expect(same.welch).toEqual({ statistic: 0, p: 1, dof: null });
    expect(same.anderson).toEqual({ statistic: null, p: null });
    const sevens = new Float64Array(30).fill(7);
    const apart = numericStatistics(fives, sevens);
    expect(apart.ks.statistic).toBe(1);
    expect(apart.ks.p).toBeLessThan(1e-15);
    expect(apart.welch).toEqual({ statistic: null, p: 0, dof: null });
    expect(apart.anderson.p).toBe(0.001);
    expect(numericStatistics(sevens, fives).psi.value).toBeGreaterThan(1);
  });

  it("of one row a side", () => {
    const one = numericStatistics(Float64Array.of(3), Float64Array.of(4));
    expect(one.ks).toEqual({ statistic: 1, p: 1 });
    expect(one.welch).toEqual({ statistic: null, p: null, dof: null });
    expect(one.wasserstein).toEqual({ value: 1, normed: null });
    expect([one.mannwhitney.p, one.cvm.p, one.anderson.p]).toEqual([1, 1, null]);
  });

  it("take −0 for 0", () => {
    const zeros = numericStatistics(Float64Array.of(-0, 0, 1), Float64Array.of(0, 0, 1));
    expect([zeros.ks.statistic, zeros.wasserstein.value, zeros.psi.value]).toEqual([0, 0, 0]);
  });

  it("refuse empty samples and what is no number", () => {
    const none = new Float64Array(0);
    for (const statistic of [ks, wasserstein, energy, cvm, anderson, mannwhitney, welch, psi, hellinger, js, kl]) {
      expect(() => statistic(TEN, none)).toThrow(/empty/);
      expect(() => statistic(none, TEN)).toThrow(/empty/);
      expect(() => statistic(TEN, Float64Array.of(1, Number.NaN))).toThrow(/NaN/);
      expect(() => statistic(Float64Array.of(1, Number.NEGATIVE_INFINITY), TEN)).toThrow(/infinite/);
    }
    expect(() => psi(TEN, A)).toThrow(/same/);
  });
});

describe("KS", () => {
  it("finds its distance in sorted samples", () => {
    expect(ksFromSorted(TIED, TIED_LATER)).toBe(18 / 56);
    expect(ksFromSorted(TEN, TEN)).toBe(0);
  });

  it("has exact p-values in small samples only, and without ties", () => {
    const more = Float64Array.from({ length: 1001 }, (_, i) => i + 0.5);
    expect(ks(TEN, more.subarray(0, 1000)).p).toBe(ks(TEN, more.subarray(0, 1000), { exact: true }).p);
    expect(ks(TEN, more).p).toBe(ks(TEN, more, { exact: false }).p);
    expect(ks(TEN, TIED).p).toBe(ks(TEN, TIED, { exact: false }).p);
    expect(() => ksPValue(0.1, 20_000, 20_000, { exact: true })).toThrow(/asymptotic/);
  });

  it("rounds the size half to even", () => {
    // 7 and 7 values are like 4 of one sample, 5 and 5 like 2.
    near(ksPValue(0.5, 7, 7), 0.1875, 1e-12);
    near(ksPValue(0.6, 5, 5), 2 * 0.4 ** 2, 1e-12);
    expect(ksPValue(1 / 3, 1, 1)).toBe(1);
  });

  it("has p-values of samples without end", () => {
    near(ksPValue(0.001, 1e6, 1e6), 0.6989801443663661, 1e-8);
    near(ksPValue(1e-4, 1e8, 1e8), 0.6993347714914335, 1e-8);
    expect(ksPValue(0.5, 1e8, 1e8)).toBe(0);
    expect(ksPValue(0, 1e8, 1e8)).toBe(1);
  });
});

describe("statistics of levels", () => {
  it("as others have them", () => {
    near(chi2(A, B).statistic, 15.94017094017094);
    near(chi2(A, B).p, 0.0011664653329424891);
    expect(chi2(A, B).dof).toBe(3);
    near(g(A, B).statistic, 19.858074342497353);
    near(js(A, B).distance, 0.267624482136469);
    near(tvd(A, B).value, 0.2);
    near(hellinger(A, B).value, 0.2550643697361245);
    near(psi(A, B, { mode: "evidently" }).value, 0.8111145886805871);
    near(
      fisher([
        [8, 2],
        [1, 5],
      ]).p,
      0.034965034965034975,
    );
  });

  it("of huge counts that hardly differ", () => {
    // By 50 digits of mpmath 1.3.
    near(g(levels([398016570, 728726105]), levels([1, 0])).statistic, 2.081185044310153);
    const [many, more] = [levels([1e12, 2000000000001, 0]), levels([1000000500000, 2e12, 1])];
    expect(Math.abs(g(many, more).statistic / 1.469627666675719 - 1)).toBeLessThan(1e-9);
  });

  it("are nothing between a sample and itself, and do not hang on the order of levels", () => {
    expect([chi2(A, A).statistic, g(A, A).statistic, js(A, A).distance, tvd(A, A).value]).toEqual([0, 0, 0, 0]);
    expect([chi2(A, A).p, g(A, A).p, psi(A, A).value, kl(A, A).value, hellinger(A, A).value]).toEqual([1, 1, 0, 0, 0]);
    const turned = new Map([...B].reverse());
    expect(g(A, turned)).toEqual(g(A, B));
    expect(js(A, turned)).toEqual(js(A, B));
  });

  it("of one level, and of levels with nothing in common", () => {
    const [x, y] = [new Map([["x", 20]]), new Map([["y", 30]])];
    expect(chi2(x, new Map([["x", 5]]))).toEqual({ statistic: 0, p: 1, dof: 0 });
    expect(g(x, new Map([["x", 5]]))).toEqual({ statistic: 0, p: 1 });
    near(chi2(x, y).statistic, 50);
    expect([tvd(x, y).value, js(x, y).distance, hellinger(x, y).value]).toEqual([1, 1, 1]);
    expect(psi(x, y).value).toBeGreaterThan(5);
    expect(kl(x, y).value).toBeLessThan(10);
  });

  it("refuse sides without rows and counts below 0", () => {
    for (const statistic of [chi2, g, tvd, js, hellinger, kl, psi]) {
      expect(() => statistic(A, new Map())).toThrow(/no rows/);
      expect(() => statistic(A, levels([0, 0]))).toThrow(/no rows/);
      expect(() => statistic(A, levels([-1, 2]))).toThrow(/0 or larger/);
      expect(() => statistic(A, levels([Number.NaN, 2]))).toThrow(/0 or larger/);
    }
  });

  it("take levels as names only", () => {
    const names = (count: number): Map<string, number> =>
      new Map([
        ["__proto__", count],
        ["constructor", 10],
      ]);
    near(tvd(names(10), names(30)).value, 0.25);
  });

  it("pool levels that are expected less than five times", () => {
    // Of 100 and 300 rows a level of 20 is expected 5 times on the smaller side.
    const pair = countPair(levels([60, 30, 5, 3, 2]), levels([200, 68, 15, 10, 7]));
    expect(poolRare(pair)).toEqual({
      reference: Float64Array.of(60, 30, 5, 5),
      current: Float64Array.of(200, 68, 15, 17),
    });
    const whole = countPair(A, B);
    expect(poolRare(whole)).toEqual(whole);
    const [a, b] = [levels([30, 30, 1, 1]), levels([30, 20, 2, 3])];
    expect(chi2(a, b, { pool: true })).toEqual(chi2(levels([30, 30, 2]), levels([30, 20, 5])));
    expect(chi2(a, b).dof).toBe(3);
  });
});

describe("Fisher", () => {
  it("takes tables as likely as this one with it", () => {
    const p = fisher([
      [3, 1],
      [1, 3],
    ]).p;
    near(p, 0.4857142857142857);
  });

  it("of margins that allow one table, and of large ones", () => {
    const row = (a: number, b: number): readonly [number, number] => [a, b];
    expect(fisher([row(0, 5), row(0, 7)])).toEqual({ p: 1, oddsRatio: null });
    expect(fisher([row(0, 0), row(0, 0)])).toEqual({ p: 1, oddsRatio: null });
    near(fisher([row(2, 1_000_000), row(9, 1_000_000)]).p, 0.06542896242542769);
    expect(fisher([row(50_000, 0), row(0, 50_000)]).p).toBe(0);
    // SciPy takes these for 0 and 1 as well; nothing is held for each of the tables.
    expect(fisher([row(1e12, 5e11), row(5e11, 1e12)]).p).toBe(0);
    near(fisher([row(1e9, 1e9), row(1e9, 1e9)]).p, 1);
    expect(() => fisher([row(1.5, 2), row(1, 2)])).toThrow(/whole/);
    expect(() => fisher([row(-1, 2), row(1, 2)])).toThrow(/from 0/);
  });
});

describe("z of proportions", () => {
  it("is 0 where nothing varies and refuses what is no share", () => {
    expect(z({ count: 0, total: 5 }, { count: 0, total: 9 })).toEqual({ statistic: 0, p: 1 });
    expect(z({ count: 5, total: 5 }, { count: 9, total: 9 })).toEqual({ statistic: 0, p: 1 });
    expect(() => z({ count: 1, total: 0 }, { count: 1, total: 2 })).toThrow(/share/);
    expect(() => z({ count: 3, total: 2 }, { count: 1, total: 2 })).toThrow(/3 of 2/);
  });
});

describe("Welch", () => {
  it("goes by moments as well", () => {
    const moments = (mean: number) => ({ n: 10, mean, variance: 55 / 6 });
    near(welchFromMoments(moments(5.5), moments(8)).p, 0.08134833721442797);
  });

  it("has no answer beyond the range of numbers", () => {
    const huge = Float64Array.of(-1e200, 1e200, 3);
    expect(welch(huge, TEN)).toEqual({ statistic: null, p: null, dof: null });
    expect(wasserstein(huge, TEN).normed).toBeNull();
  });

  it("keeps the digits of small spreads around large means", () => {
    const a = Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 10) / 8);
    const b = Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 8) / 8);
    const ofSmall = welch(
      a.map((x) => x - 1e9),
      b.map((x) => x - 1e9),
    );
    near(welch(a, b).statistic, ofSmall.statistic!, 1e-6);
  });
});

describe("adjust", () => {
  it("refuses another method, and what is no p-value", () => {
    expect(() => adjust([0.5], "foo" as "bh")).toThrow(/method must be bh, by, holm, none, got foo/);
    for (const bad of [-0.1, 1.1, Number.POSITIVE_INFINITY]) {
      expect(() => adjust([0.5, bad], "holm")).toThrow(`p[1] is ${bad}; p-values lie between 0 and 1`);
    }
  });

  it("by Benjamini and Hochberg", () => {
    const p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216];
    const wanted = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.10571428571428572, 0.216, 0.216, 0.216];
    adjust(p, "bh").forEach((value, i) => {
      near(value, wanted[i], 1e-14);
    });
  });

  it("leaves out what was no test", () => {
    for (const method of ["bh", "by", "holm"] as const) {
      const [first, none, last] = adjust([0.01, Number.NaN, 0.03], method);
      expect([first, last]).toEqual(adjust([0.01, 0.03], method));
      expect(none).toBeNaN();
      expect(adjust([], method)).toEqual([]);
      expect(adjust([Number.NaN], method)).toEqual([Number.NaN]);
    }
  });
});
