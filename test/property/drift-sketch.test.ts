import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { DdSketch, KllSketch, LevelCounts, mergeProfiles, profileFile, tableProfile } from "../../src/drift/index.js";
import { sketchOf, worstError } from "../unit/drift/sketch/samples.js";

const RUNS = { seed: 20_261_128, numRuns: 25 };

const SHAPES: Record<string, (random: ReturnType<typeof createRandom>, i: number) => number> = {
  normal: (random) => random.normal(),
  integers: (random) => random.int(9),
  ascending: (_, i) => i,
  descending: (_, i) => 5 - i,
  zigzag: (_, i) => (i % 2 === 0 ? i : 5 - i),
  "all scales": (random) => 10 ** (600 * random.uniform() - 300),
  constant: () => 3,
};

const values = fc
  .record({
    n: fc.integer({ min: 0, max: 12_000 }),
    seed: fc.integer({ min: 0, max: 1e9 }),
    shape: fc.constantFrom(...Object.keys(SHAPES)),
  })
  .map(({ n, seed, shape }) => {
    const random = createRandom(seed);
    return Float64Array.from({ length: n }, (_, i) => SHAPES[shape](random, i));
  });

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function mergeOf(...sketches: KllSketch[]): KllSketch {
  const all = new KllSketch();
  for (const sketch of sketches) all.merge(sketch);
  return all;
}

describe("merged quantile sketches", () => {
  it("equal one sketch of all values within the stated error, and in any grouping", () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (parts) => {
        const all = joined(parts);
        const left = mergeOf(...parts.map((part) => sketchOf(part)));
        const right = parts.reduceRight((rest, part) => mergeOf(sketchOf(part), rest), new KllSketch());
        for (const merged of [left, right]) {
          expect(merged.n).toBe(all.length);
          if (all.length === 0) continue;
          expect(worstError(merged, all)).toBeLessThanOrEqual(merged.rankError());
          expect(merged.rankError()).toBeLessThan(0.0086);
          expect([merged.min, merged.max]).toEqual([
            all.reduce((a, b) => Math.min(a, b)),
            all.reduce((a, b) => Math.max(a, b)),
          ]);
          const { mean, m2 } = sketchOf(all);
          expect(merged.mean).toBeCloseTo(mean, 9 - Math.ceil(Math.log10(1 + Math.abs(mean))));
          if (m2 > 0 && Number.isFinite(m2)) expect(merged.m2 / m2).toBeCloseTo(1, 9);
          expect(JSON.stringify(KllSketch.fromJSON(merged.toJSON()))).toBe(JSON.stringify(merged));
        }
      }),
      RUNS,
    );
  });

  it("of latencies equal one sketch of all values to the byte", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [one, other, all] = [new DdSketch(), new DdSketch(), new DdSketch()];
        one.updateMany(a);
        other.updateMany(b);
        all.updateMany(b);
        all.updateMany(a);
        one.merge(other);
        expect(JSON.stringify(one)).toBe(JSON.stringify(all));
      }),
      RUNS,
    );
  });
});

describe("merged level counts", () => {
  it("equal the counts of all rows up to 10,000 levels, in any order", () => {
    const levels = fc.array(fc.constantFrom("a", "b", "__proto__", "", "ß"), { maxLength: 50 });
    fc.assert(
      fc.property(levels, levels, levels, (...parts) => {
        const counts = parts.map((part) => {
          const of = new LevelCounts();
          for (const level of part) of.add(level);
          return of;
        });
        const [forth, back, all] = [new LevelCounts(), new LevelCounts(), new LevelCounts()];
        for (const one of counts) forth.merge(one);
        for (const one of counts.toReversed()) back.merge(one);
        for (const level of parts.flat()) all.add(level);
        expect(JSON.stringify(forth)).toBe(JSON.stringify(all));
        expect(JSON.stringify(back)).toBe(JSON.stringify(all));
      }),
      RUNS,
    );
  });
});

describe("merged profiles", () => {
  it("have the rows, slices and counts of all parts, in any order", () => {
    const part = fc.array(
      fc.record({
        x: fc.oneof(fc.double(), fc.constant(null)),
        g: fc.constantFrom("u", "v", null),
        s: fc.constantFrom("k", "l"),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 4 }), (parts) => {
        const profileOf = (rows: (typeof parts)[number]) =>
          tableProfile(
            {
              rows: rows.length,
              columns: new Map([
                ["x", { kind: "numeric", values: Float64Array.from(rows, ({ x }) => x ?? Number.NaN) }],
                [
                  "g",
                  {
                    kind: "categorical",
                    codes: Int32Array.from(rows, ({ g }) => ["u", "v"].indexOf(g ?? "")),
                    levels: ["u", "v"],
                  },
                ],
                [
                  "s",
                  {
                    kind: "categorical",
                    codes: Int32Array.from(rows, ({ s }) => ["k", "l"].indexOf(s)),
                    levels: ["k", "l"],
                  },
                ],
              ]),
            },
            { slices: ["s"] },
          ).profile;
        const summary = (profile: ReturnType<typeof profileOf>) =>
          profileFile(profile, { inputs: [], options: {} }).cells.map((cell) => ({
            feature: cell.feature,
            slice: cell.slice,
            n: cell.n,
            missing: cell.missing,
            levels: cell.kind === "categorical" ? cell.levels : null,
            ends: cell.kind === "numeric" ? [cell.values.n, cell.values.min, cell.values.max] : null,
          }));
        const whole = summary(profileOf(parts.flat()));
        expect(summary(parts.map(profileOf).reduce(mergeProfiles))).toEqual(whole);
        expect(summary(parts.toReversed().map(profileOf).reduce(mergeProfiles))).toEqual(whole);
      }),
      RUNS,
    );
  });
});
