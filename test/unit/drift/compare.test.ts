import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { compareCells } from "../../../src/drift/compare-cells.js";
import type { DriftCell } from "../../../src/drift/drift-cell.js";
import { compareColumns, compareCounts, DriftEntrySchema, g } from "../../../src/drift/index.js";
import { ksDistance } from "../../../src/drift/ks-distance.js";
import { ksDistanceToSorted } from "../../../src/drift/ks-distance-to-sorted.js";
import { numericSample } from "../../../src/drift/numeric-sample.js";
import { KllSketch, LevelCounts, type LevelSketchSample, type SketchSample } from "../../../src/drift/sketch/index.js";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const normals = (seed: number, n: number, shift = 0): Float64Array => {
  const rng = createRandom(seed);
  return Float64Array.from({ length: n }, () => rng.normal() + shift);
};
const counts = (table: Record<string, number>): Map<string, number> => new Map(Object.entries(table));

describe("compareColumns", () => {
  it("gives test, effect, verdict and every statistic", () => {
    const x = Float64Array.from({ length: 10 }, (_, i) => i + 1);
    const drift = compareColumns(
      x,
      x.map((v) => v + 2.5),
      { minN: 5 },
    );
    expect(drift.test).toEqual({ name: "ks", p: 0.7869297884777761, p_adjusted: 0.7869297884777761 });
    expect(drift.effect).toMatchObject({ name: "ks_d", value: 0.3, lower: 0, threshold: 0.05 });
    expect(drift.verdict).toBe("inconclusive");
    expect(Object.keys(drift.stats)).toEqual(
      expect.arrayContaining(["ks", "wasserstein", "psi", "energy", "mannwhitney", "cvm", "welch"]),
    );
    const { feature, slice, window, ...parts } = DriftEntrySchema.shape;
    expect(Object.keys(drift)).toEqual(Object.keys(parts));
  });

  it("has the same test with default statistics, below and above the exact limit", () => {
    for (const [n, m] of [
      [40, 50],
      [100, 100],
      [300, 200],
      [4000, 3000],
    ]) {
      const [a, b] = [normals(1, n), normals(2, m, 0.1)];
      const [some, all] = [compareColumns(a, b, { stats: "default" }), compareColumns(a, b)];
      expect(some.test).toEqual(all.test);
      expect(some.effect).toEqual(all.effect);
      expect(some.stats).toEqual({ ks: all.stats["ks"] });
    }
  });

  it("finds a shift and tells a negligible one from it", () => {
    expect(compareColumns(normals(1, 2000), normals(2, 2000, 0.5)).verdict).toBe("drift");
    const tiny = compareColumns(normals(1, 1_000_000), normals(2, 1_000_000, 0.01), { stats: "default" });
    expect(tiny.test.p).toBeLessThan(0.001);
    expect([tiny.verdict, tiny.reason]).toEqual(["stable", "negligible"]);
  });

  it("counts NaN and infinite values as missing, with a verdict of their own", () => {
    const whole = normals(3, 400);
    const holed = whole.map((v, i) => (i % 4 === 0 ? [nan, infinity, -infinity][i % 3] : v));
    const drift = compareColumns(whole, holed);
    expect([drift.n_current, drift.missing_current, drift.missing_reference]).toEqual([400, 100, 0]);
    expect(drift.missingness).toMatchObject({
      verdict: "drift",
      test: { name: "z" },
      effect: { name: "missing_rate", value: 0.25, threshold: 0.05 },
    });
    expect(drift.missingness!.effect.lower).toBeCloseTo(0.20896137370922455, 9);
    expect(drift.verdict).not.toBe("drift");
    expect(compareColumns(whole, whole).missingness).toBeNull();
  });

  it("takes Fisher's test where few are missing", () => {
    const one = normals(4, 200);
    one[0] = nan;
    const { missingness } = compareColumns(one, normals(5, 200));
    expect(missingness).toMatchObject({ verdict: "stable", test: { name: "fisher", p: 1 }, effect: { value: -0.005 } });
  });

  it("finds nothing between equal samples, and none between -0 and 0", () => {
    const x = normals(6, 100);
    const drift = compareColumns(x, x);
    expect([drift.test.p, drift.effect.value]).toEqual([1, 0]);
    const { ks, wasserstein, psi, energy, cvm, welch } = drift.stats;
    expect([ks["statistic"], wasserstein["value"], psi["value"], energy["value"], welch["statistic"]]).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect(cvm["p"]).toBe(1);
    const zeros = compareColumns(new Float64Array(50).fill(-0), new Float64Array(50));
    expect([zeros.test.p, zeros.effect.value]).toEqual([1, 0]);
  });

  it("stands what is hardly a sample", () => {
    const some = normals(7, 100);
    const empty = compareColumns(some, new Float64Array(0));
    expect([empty.verdict, empty.reason, empty.test.p, empty.stats]).toEqual(["inconclusive", "no_values", null, {}]);
    const nulls = compareColumns(some, new Float64Array(80).fill(nan));
    expect([nulls.reason, nulls.missing_current, nulls.missingness!.verdict]).toEqual(["no_values", 80, "drift"]);
    const one = compareColumns(Float64Array.of(1), Float64Array.of(2));
    expect([one.verdict, one.reason, one.effect.value, one.test.p]).toEqual(["inconclusive", "few_rows", 1, 1]);
    const constant = compareColumns(new Float64Array(5000).fill(3), new Float64Array(5000).fill(3));
    expect([constant.verdict, constant.effect.value, constant.test.p]).toEqual(["stable", 0, 1]);
    const moved = compareColumns(new Float64Array(50).fill(3), new Float64Array(50).fill(4));
    expect([moved.verdict, moved.effect.value]).toEqual(["drift", 1]);
  });

  it("refuses options out of range", () => {
    const x = normals(8, 50);
    expect(() => compareColumns(x, x, { alpha: 0 })).toThrow(/alpha must lie between 0 and 1, got 0/);
    expect(() => compareColumns(x, x, { minN: 0.5 })).toThrow(/minN/);
    expect(() => compareColumns(x, x, { threshold: -1 })).toThrow(/threshold/);
    expect(() => compareColumns(x, x, { correction: "fdr" as "bh" })).toThrow(/correction must be bh, by, holm, none/);
    expect(() => compareColumns(x, x, { windowMs: 5 })).toThrow(/time column/);
  });

  it("hands an array without missing values on uncopied, and never changes it", () => {
    const x = normals(9, 50);
    expect(numericSample(x).values).toBe(x);
    const copy = x.slice();
    compareColumns(x, x.slice(0, 40));
    expect(x).toEqual(copy);
    expect(numericSample(Float64Array.of(1, nan, 3), Int32Array.of(1, 2))).toEqual({
      kind: "numeric",
      n: 2,
      missing: 1,
      values: Float64Array.of(3),
    });
  });
});

describe("compareCounts", () => {
  it("pools rare levels for the p-value only", () => {
    const reference = counts({ a: 500, b: 480, c: 12, d: 2, e: 2, f: 2, g: 2 });
    const current = counts({ a: 480, b: 500, c: 12, h: 4, i: 4 });
    const { stats, effect, new_levels, vanished_levels } = compareCounts(reference, current);
    expect(stats["chi2"]["dof"]).toBe(3);
    expect(effect.value).toBeCloseTo(0.028, 12);
    expect(new_levels).toEqual({ count: 2, names: ["h", "i"] });
    expect(vanished_levels).toEqual({ count: 4, names: ["d", "e", "f", "g"] });
  });

  it("takes Fisher's test for two levels of which one is expected below 5 times", () => {
    const fisher = compareCounts(counts({ a: 8, b: 2 }), counts({ a: 1, b: 5 }), { minN: 1 });
    expect(fisher.test.name).toBe("fisher");
    expect(fisher.test.p).toBeCloseTo(0.034965034965034975, 14);
    expect(fisher.verdict).toBe("drift");
    expect(compareCounts(counts({ a: 80, b: 20 }), counts({ a: 70, b: 30 })).test.name).toBe("chi2");
    // Three levels of which two are rare leave two.
    expect(compareCounts(counts({ a: 95, b: 2, c: 1 }), counts({ a: 97, b: 1 })).test.name).toBe("fisher");
  });

  it("does not take the reference as known truth", () => {
    const rng = createRandom(21);
    const draw = () => {
      const drawn = new Map<string, number>();
      for (let i = 0; i < 500; i++) {
        const level = String(rng.int(5));
        drawn.set(level, (drawn.get(level) ?? 0) + 1);
      }
      return drawn;
    };
    const alarms = Array.from(
      { length: 500 },
      () => compareCounts(draw(), draw(), { stats: "default" }).test.p! <= 0.05,
    );
    expect(alarms.filter(Boolean).length / alarms.length).toBeLessThan(0.08);
  });

  it("stands all-new, single, rare-only and empty levels", () => {
    const fresh = compareCounts(counts({ a: 60, b: 40 }), counts({ c: 50, d: 50 }));
    expect([fresh.verdict, fresh.effect.value, fresh.effect.upper]).toEqual(["drift", 1, 1]);
    const single = compareCounts(counts({ a: 5000 }), counts({ a: 5000 }));
    expect([single.verdict, single.test.p, single.effect.value]).toEqual(["stable", 1, 0]);
    const names = Array.from({ length: 100 }, (_, i) => [`n${i}`, 1] as const);
    const rare = compareCounts(new Map(names), new Map(names.map(([name]) => [`${name}x`, 1])));
    expect([rare.verdict, rare.test.p, rare.effect.value]).toEqual(["inconclusive", 1, 1]);
    const none = compareCounts(counts({ a: 100 }), new Map());
    expect([none.verdict, none.reason]).toEqual(["inconclusive", "no_values"]);
    expect(compareCounts(counts({ a: 50, gone: 0 }), counts({ a: 50 })).vanished_levels!.count).toBe(0);
  });

  it("refuses counts that are none", () => {
    expect(() => compareCounts(counts({ a: 1.5 }), counts({ a: 2 }))).toThrow(/reference: the count of level "a"/);
    expect(() => compareCounts(counts({ a: 1 }), counts({ a: -2 }))).toThrow(/current: the count of level "a"/);
    expect(() => compareCounts({ a: 1 } as never, counts({ a: 2 }))).toThrow(
      /reference must be a Map of rows by level/,
    );
  });

  it("knows a level named __proto__", () => {
    const odd = new Map([["__proto__", 50]]);
    expect(compareCounts(odd, new Map([["constructor", 50]])).new_levels!.names).toEqual(["constructor"]);
    expect(compareCounts(odd, odd).effect.value).toBe(0);
  });
});

describe("ksDistanceToSorted", () => {
  it("is the distance by counting, ties and lone values included", () => {
    const rng = createRandom(31);
    for (let round = 0; round < 200; round++) {
      const draw = (n: number, levels: number) => Float64Array.from({ length: n }, () => rng.int(levels));
      const sorted = draw(1 + rng.int(300), 40).sort();
      const values = draw(1 + rng.int(20), 50);
      expect(ksDistanceToSorted(sorted, values)).toBe(ksDistance(sorted, values));
    }
    expect(ksDistanceToSorted(Float64Array.of(1, 2), Float64Array.of(3))).toBe(1);
    expect(ksDistanceToSorted(Float64Array.of(-0, 1), Float64Array.of(0, 1))).toBe(0);
    expect(ksDistanceToSorted(new Float64Array(0), Float64Array.of(3))).toBeNaN();
  });
});

describe("compareCells of sketches", () => {
  const sketchOf = (values: Float64Array): SketchSample => {
    const sketch = new KllSketch();
    sketch.updateMany(values);
    return { kind: "numeric-sketch", n: values.length + 5, missing: 5, sketch };
  };
  const cell = (reference: DriftCell["reference"], current: DriftCell["current"]): DriftCell => ({
    feature: "x",
    slice: null,
    window: null,
    reference,
    current,
  });

  it("holds the exact distance in an interval that is wider by the rank error, whichever side is a sketch", () => {
    const [a, b] = [normals(41, 50_000), normals(42, 50_000, 0.3)];
    const [exact] = compareCells([cell(numericSample(a), numericSample(b))]);
    for (const sides of [
      cell(sketchOf(a), sketchOf(b)),
      cell(numericSample(a), sketchOf(b)),
      cell(sketchOf(a), numericSample(b)),
    ]) {
      const [entry] = compareCells([sides]);
      const error = entry.stats["ks"]["rank_error"]!;
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(entry.effect.value! - exact.effect.value!)).toBeLessThan(error);
      expect(entry.effect.upper! - entry.effect.lower!).toBeCloseTo(
        exact.effect.upper! - exact.effect.lower! + 2 * error,
        9,
      );
      expect(entry.test.p).toBeGreaterThanOrEqual(exact.test.p!);
      expect([entry.verdict, entry.kind]).toEqual(["drift", "numeric"]);
      expect(entry.missing_current + entry.missing_reference).toBeGreaterThan(0);
    }
  });

  it("does not take what sketches differ by for drift", () => {
    const [entry] = compareCells([cell(sketchOf(normals(43, 200_000)), sketchOf(normals(44, 200_000)))]);
    expect(entry.test.p).toBeGreaterThan(0.05);
    expect(entry.verdict).toBe("stable");
    const all = compareCells([cell(sketchOf(normals(43, 5000)), numericSample(normals(44, 5000)))], { stats: "all" });
    expect(Object.keys(all[0].stats)).toEqual(expect.arrayContaining(["ks", "wasserstein", "welch"]));
  });

  it("judges counted levels as ever, and says nothing of levels that nobody could count", () => {
    const counted = (table: Record<string, number>): LevelSketchSample => {
      const levels = new LevelCounts();
      for (const [level, count] of Object.entries(table)) levels.add(level, count);
      return { kind: "level-sketch", n: levels.n, missing: 0, levels };
    };
    const [before, after] = [
      { a: 900, b: 100 },
      { a: 700, b: 250, c: 50 },
    ];
    const [entry] = compareCells([cell(counted(before), counted(after))], { stats: "all" });
    const plain = compareCounts(counts(before), counts(after));
    expect([entry.test, entry.effect, entry.stats]).toEqual([plain.test, plain.effect, plain.stats]);
    expect(entry.new_levels).toEqual({ count: 1, names: ["c"] });
    const ids = (first: number) =>
      counted(Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`id${first + i}`, 1])));
    const [many] = compareCells([cell(ids(0), ids(15_000))]);
    expect([many.test.p, many.new_levels]).toEqual([null, null]);
    expect([many.verdict, many.reason]).toEqual(["inconclusive", "too_many_levels"]);
    expect(many.effect.upper).toBe(1);
  });
});

describe("G of an entry", () => {
  it("is of the table of its chi-square, with rare levels as one", () => {
    const [a, b] = [counts({ a: 50, b: 45, c: 2, d: 3 }), counts({ a: 40, b: 52, c: 5, d: 3 })];
    const [pooledA, pooledB] = [counts({ a: 50, b: 45, rare: 5 }), counts({ a: 40, b: 52, rare: 8 })];
    const { stats } = compareCounts(a, b);
    expect(stats).toMatchObject({ g: g(pooledA, pooledB), chi2: { dof: 2 } });
    expect(g(a, b)).not.toEqual(g(pooledA, pooledB));
    expect(compareCounts(a, b, { stats: "default" }).stats).not.toHaveProperty("g");
  });
});
