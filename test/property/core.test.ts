import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numericColumn } from "../../src/core/columns.js";
import { choleskyInPlace, choleskySolveInPlace } from "../../src/core/linear-algebra.js";
import { createRandom } from "../../src/core/random.js";
import { quantile } from "../../src/core/statistics.js";
import { addDays, HOUR_MS, nextMonth, nextWeek, startOfDay, startOfMonth, startOfWeek } from "../../src/core/time.js";

const RUNS = { seed: 20_261_101, numRuns: 200 };
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
const zone = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe");
const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2035, 11, 31) });

describe("quantile", () => {
  it("lies between the extremes, grows with p, and turns round with the sign", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (x, p) => {
        const q = quantile(x, p);
        expect(q).toBeGreaterThanOrEqual(Math.min(...x));
        expect(q).toBeLessThanOrEqual(Math.max(...x));
        expect(quantile(x, Math.min(1, p + 0.1))).toBeGreaterThanOrEqual(q);
        const mirrored = -quantile(
          x.map((v) => -v),
          1 - p,
        );
        expect(Math.abs(mirrored - q)).toBeLessThanOrEqual(1e-9 * Math.max(1, ...x.map(Math.abs)));
      }),
      RUNS,
    );
  });

  it("does not depend on the order of the values", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), fc.integer(), (x, seed) => {
        const random = createRandom(seed);
        const shuffled = x.map((value) => [random.uniform(), value]).sort((a, b) => a[0] - b[0]);
        expect(
          quantile(
            shuffled.map(([, value]) => value),
            0.37,
          ),
        ).toBe(quantile(x, 0.37));
      }),
      RUNS,
    );
  });
});

describe("Cholesky", () => {
  it("solves every system BᵀB + I", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer(), (n, seed) => {
        const random = createRandom(seed);
        const basis = Float64Array.from({ length: n * n }, () => random.normal());
        const a = Float64Array.from({ length: n * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          let sum = i === j ? 1 : 0;
          for (let k = 0; k < n; k++) sum += basis[k * n + i] * basis[k * n + j];
          return sum;
        });
        const x = Float64Array.from({ length: n }, () => random.normal());
        const b = x.map((_, i) => x.reduce((sum, value, j) => sum + a[i * n + j] * value, 0));
        choleskyInPlace(a, n);
        choleskySolveInPlace(a, n, b);
        b.forEach((value, i) => {
          expect(value).toBeCloseTo(x[i], 8);
        });
      }),
      RUNS,
    );
  });
});

describe("calendars", () => {
  it("hold every instant between the start of its day, week and month and that of the next", () => {
    fc.assert(
      fc.property(instant, zone, (ms, tz) => {
        for (const [start, next] of [
          [startOfDay(ms, tz), addDays(startOfDay(ms, tz), 1, tz)],
          [startOfWeek(ms, tz), nextWeek(ms, tz)],
          [startOfMonth(ms, tz), nextMonth(ms, tz)],
        ]) {
          expect(start).toBeLessThanOrEqual(ms);
          expect(next).toBeGreaterThan(ms);
        }
        expect(Math.abs(nextWeek(ms, tz) - startOfWeek(ms, tz) - 168 * HOUR_MS)).toBeLessThanOrEqual(HOUR_MS);
        expect(startOfWeek(nextWeek(ms, tz), tz)).toBe(nextWeek(ms, tz));
        expect(startOfMonth(nextMonth(ms, tz), tz)).toBe(nextMonth(ms, tz));
      }),
      RUNS,
    );
  });
});

describe("numericColumn", () => {
  it("gives the same numbers from every kind of column", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer())), (values) => {
        const wanted = Float64Array.from(values, (v) => v ?? Number.NaN);
        expect(numericColumn(values)).toEqual(wanted);
        expect(numericColumn(values.map((v) => (v === null ? null : BigInt(v))))).toEqual(wanted);
        expect(numericColumn(new Map(values.entries()).values())).toEqual(wanted);
      }),
      RUNS,
    );
  });
});

describe("children of a generator", () => {
  it("depend on seed and key only", () => {
    fc.assert(
      fc.property(fc.integer(), fc.oneof(fc.integer(), fc.string()), fc.nat(50), (seed, key, draws) => {
        const drained = createRandom(seed);
        for (let i = 0; i < draws; i++) drained.normal();
        expect(drained.child(key).uniform()).toBe(createRandom(seed).child(key).uniform());
      }),
      RUNS,
    );
  });
});
