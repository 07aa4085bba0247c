import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareColumns, compareCounts, type DriftInput, driftReport } from "../../src/drift/index.js";

const RUNS = { numRuns: 60, seed: 20_261_127 };
const value = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0),
);
const row = fc.record({
  x: value,
  level: fc.constantFrom("a", "b", "c", null),
  city: fc.constantFrom("here", "there"),
  t: fc.integer({ min: 0, max: 50 }),
});
const rows = fc.array(row, { minLength: 1, maxLength: 80 });
type Row = { x: number; level: string | null; city: string; t: number };

const table = (list: readonly Row[], names: readonly (keyof Row)[] = ["x", "level", "city", "t"]): DriftInput =>
  Object.fromEntries(names.map((name) => [name, list.map((one) => one[name])])) as DriftInput;
const OPTIONS = { slices: ["city"], time: "t", windowMs: 10, minN: 1, stats: "all" } as const;

describe("driftReport", () => {
  it("does not hang on the order of rows", () => {
    fc.assert(
      fc.property(rows, rows, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (a, b, keys) => {
        const shuffled = (list: Row[]) =>
          list
            .map((one) => ({ one, key: keys.next().value }))
            .sort((p, q) => p.key - q.key)
            .map(({ one }) => one);
        expect(driftReport(table(shuffled(a)), table(shuffled(b)), OPTIONS)).toEqual(
          driftReport(table(a), table(b), OPTIONS),
        );
      }),
      RUNS,
    );
  });

  it("does not hang on the order of the current columns, and follows that of the reference", () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const report = driftReport(table(a), table(b), OPTIONS);
        expect(driftReport(table(a), table(b, ["city", "t", "level", "x"]), OPTIONS)).toEqual(report);
        const turned = driftReport(table(a, ["level", "x", "t", "city"]), table(b), OPTIONS);
        const byFeature = (name: string) => report.features.filter(({ feature }) => feature === name);
        expect(turned.features).toEqual([...byFeature("level"), ...byFeature("x")]);
      }),
      RUNS,
    );
  });

  it("cuts rows into slices and windows without losing any", () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const { features } = driftReport(table(a), table(b), OPTIONS);
        for (const name of ["x", "level"]) {
          const [whole, ...parts] = features.filter(({ feature }) => feature === name);
          const sum = (key: "n_reference" | "n_current" | "missing_current", of: typeof parts): number =>
            of.reduce((total, entry) => total + entry[key], 0);
          const slices = parts.filter(({ slice, window }) => slice && !window);
          const windows = parts.filter(({ slice, window }) => !slice && window);
          expect(sum("n_reference", slices)).toBe(whole.n_reference);
          expect(sum("n_current", slices)).toBe(whole.n_current);
          expect(sum("n_current", windows)).toBe(whole.n_current);
          expect(sum("missing_current", windows)).toBe(whole.missing_current);
          for (const entry of slices) {
            const own = parts.filter(({ slice, window }) => window && slice?.["city"] === entry.slice!["city"]);
            expect(sum("n_current", own)).toBe(entry.n_current);
          }
        }
      }),
      RUNS,
    );
  });
});

describe("comparisons", () => {
  const numbers = fc.array(value, { minLength: 1, maxLength: 60 }).map((list) => Float64Array.from(list));
  const counts = fc
    .dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.integer({ min: 1, max: 200 }), { minKeys: 1 })
    .map((table) => new Map(Object.entries(table)));

  it("are symmetric in test and effect", () => {
    const parts = ({ test, effect }: ReturnType<typeof compareColumns>) => ({ test, effect });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(parts(compareColumns(a, b))).toEqual(parts(compareColumns(b, a)));
      }),
      RUNS,
    );
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const [one, other] = [compareCounts(a, b), compareCounts(b, a)];
        expect(one.effect.value).toBeCloseTo(other.effect.value!, 14);
        expect(one.effect.lower).toBeCloseTo(other.effect.lower!, 12);
        expect(one.test.p).toBeCloseTo(other.test.p!, 12);
        expect(one.verdict).toBe(other.verdict);
      }),
      RUNS,
    );
  });

  it("have their effect inside its interval, inside 0 and 1", () => {
    fc.assert(
      fc.property(
        numbers,
        numbers,
        counts,
        counts,
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        (a, b, p, q, alpha) => {
          for (const { effect } of [compareColumns(a, b, { alpha }), compareCounts(p, q, { alpha })]) {
            if (effect.value === null) continue;
            const order = [0, effect.lower!, effect.value, effect.upper!, 1];
            expect([...order].sort((x, y) => x - y)).toEqual(order);
          }
        },
      ),
      RUNS,
    );
  });

  it("do not change under monotone maps", () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const { test, effect, verdict } = compareColumns(a, b, { stats: "default" });
        // Division by a power of two rounds nothing here, and its cube keeps distinct values apart.
        const map = (x: Float64Array) => x.map((v) => Math.sign(v) * Math.sqrt(Math.abs(v) / 1024));
        const mapped = compareColumns(map(a), map(b), { stats: "default" });
        if (distinct(a, b) === distinct(map(a), map(b))) {
          expect([mapped.test, mapped.effect, mapped.verdict]).toEqual([test, effect, verdict]);
        }
      }),
      RUNS,
    );
  });
});

const distinct = (a: Float64Array, b: Float64Array): number => new Set([...a, ...b]).size;
