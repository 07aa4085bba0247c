import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CanaryRequests,
  gateCanary,
  gateOta,
  kaplanMeier,
  mannKendall,
  pairedChange,
  quantileInterval,
  theilSen,
} from "../../src/experiment/index.js";

fc.configureGlobal({ seed: 20_261_128, numRuns: 200 });

const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });

/** Rows of an arm, true class, prediction, slice and latency. */
const rows = fc
  .array(
    fc.record({
      arm: fc.constantFrom(0, 1),
      label: fc.integer({ min: -1, max: 2 }),
      prediction: fc.integer({ min: -1, max: 2 }),
      slice: fc.integer({ min: -1, max: 1 }),
      ok: fc.integer({ min: -1, max: 1 }),
      ms: fc.double({ min: 0, max: 100, noNaN: true }),
    }),
    { minLength: 1, maxLength: 300 },
  )
  .map((list) => [{ arm: 0, label: 0, prediction: 0, slice: 0, ok: 1, ms: 1 }, { ...list[0], arm: 1 }, ...list]);
type Rows = typeof rows extends fc.Arbitrary<infer T> ? T : never;

const requestsOf = (list: Rows): CanaryRequests => ({
  arm: Uint8Array.from(list, ({ arm }) => arm),
  label: Int32Array.from(list, ({ label }) => label),
  prediction: Int32Array.from(list, ({ prediction }) => prediction),
  classes: ["a", "b", "c"],
  latencyMs: Float64Array.from(list, ({ ms }) => ms),
  slice: { codes: Int32Array.from(list, ({ slice }) => slice), values: ["x", "y"] },
  ok: Int8Array.from(list, ({ ok }) => ok),
});

describe("gateCanary", () => {
  it("judges each class by the letter of its interval, whatever the order of the rows", () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (list, maxRegression) => {
        const options = { maxRegression, minN: 1 };
        const found = gateCanary(requestsOf(list), options);
        for (const { lower, upper, verdict } of found.classes) {
          const inside = lower !== null && lower >= -maxRegression && upper! <= maxRegression;
          const outside = lower !== null && (upper! < -maxRegression || lower > maxRegression);
          expect(verdict).toBe(inside ? "pass" : outside ? "fail" : "hold");
        }
        if (found.decision === "promote")
          for (const { lower } of found.classes) expect(lower).toBeGreaterThanOrEqual(-maxRegression);
        expect(gateCanary(requestsOf(list.toReversed()), options)).toEqual(found);
      }),
    );
  });

  it("has the recall of prod and canary swapped when the arms are", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const swapped = list.map((row) => ({ ...row, arm: 1 - row.arm }));
        const [one, other] = [list, swapped].map((some) => gateCanary(requestsOf(some), { minN: 1 }).classes);
        one.forEach((change, i) => {
          expect([change.recall_prod, change.n_prod]).toEqual([other[i].recall_canary, other[i].n_canary]);
          if (change.lower !== null) expect(change.lower).toBeCloseTo(-other[i].upper!, 12);
        });
      }),
    );
  });
});

describe("pairedChange", () => {
  it("holds its estimate, within ±1, and mirrors when before and after are swapped", () => {
    const counts = fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200), fc.nat(200)).filter((t) => t.some((k) => k > 0));
    fc.assert(
      fc.property(counts, ([both, gained, lost, neither]) => {
        const table = { n: both + gained + lost + neither, before: both + lost, after: both + gained, both };
        const { delta, low, high } = pairedChange(table, 1.96);
        expect(low!).toBeLessThanOrEqual(delta! + 1e-12);
        expect(high!).toBeGreaterThanOrEqual(delta! - 1e-12);
        expect(low!).toBeGreaterThanOrEqual(-1 - 1e-9);
        expect(high!).toBeLessThanOrEqual(1 + 1e-9);
        const back = pairedChange({ ...table, before: table.after, after: table.before }, 1.96);
        expect(back.low).toBeCloseTo(-high!, 12);
      }),
    );
  });
});

describe("quantileInterval", () => {
  it("holds the quantile, between values of the sample, and is wider at a higher level", () => {
    const sample = fc.array(finite, { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(sample, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (values, q) => {
        const sorted = Float64Array.from(values).sort();
        const [narrow, wide] = [0.8, 0.99].map((level) => quantileInterval(sorted, q, level));
        expect(narrow.low).toBeLessThanOrEqual(narrow.value);
        expect(narrow.high).toBeGreaterThanOrEqual(narrow.value);
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
      }),
    );
  });
});

describe("kaplanMeier", () => {
  const subjects = fc.array(fc.record({ time: fc.nat(20), failed: fc.nat(1) }), { minLength: 1, maxLength: 80 });
  it("falls from step to step, is the empirical survival without censoring, and holds its estimate", () => {
    fc.assert(
      fc.property(subjects, (list) => {
        const times = Float64Array.from(list, ({ time }) => time);
        const steps = kaplanMeier(
          times,
          Uint8Array.from(list, ({ failed }) => failed),
        );
        steps.forEach(({ survival, low, high }, i) => {
          expect(survival).toBeLessThan(steps[i - 1]?.survival ?? 1);
          if (survival > 0) expect(low <= survival && survival <= high && low >= 0 && high <= 1).toBe(true);
        });
        for (const { time, survival } of kaplanMeier(times, new Uint8Array(list.length).fill(1))) {
          expect(survival).toBeCloseTo(times.filter((one) => one > time).length / list.length, 12);
        }
      }),
    );
  });
});

describe("trends", () => {
  const series = fc.array(finite, { minLength: 3, maxLength: 40 });
  it("turn with the sign of the values; the slope scales and shifts", () => {
    fc.assert(
      fc.property(series, fc.double({ min: 0.1, max: 10, noNaN: true }), (y, scale) => {
        const x = y.map((_, i) => i);
        const { slope, low, high } = theilSen(x, y);
        expect(low <= slope && slope <= high).toBe(true);
        const moved = theilSen(
          x,
          y.map((value) => -scale * value + 5),
        );
        expect(moved.slope).toBeCloseTo(-scale * slope, 6);
        const [up, down] = [mannKendall(y), mannKendall(y.map((value) => -value))];
        expect(down.score === -up.score && down.p === up.p).toBe(true);
      }),
    );
  });
});

describe("gateOta", () => {
  const cell = fc.record({
    region: fc.constantFrom("eu", "us"),
    attempted: fc.nat(5000),
    share: fc.double({ min: 0, max: 0.1, noNaN: true }),
  });
  it("adds up cells to the overall figures, and stays halted", () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 20 }), (list) => {
        const attempted = Float64Array.from(list, (one) => one.attempted);
        const failed = Float64Array.from(list, (one) => Math.floor(one.attempted * one.share));
        const found = gateOta({
          wave: list.map((_, i) => i),
          region: list.map(({ region }) => region),
          attempted,
          failed,
        });
        expect(found.overall.failed).toBe(failed.reduce((a, b) => a + b, 0));
        for (const region of ["eu", "us"]) {
          const states = found.cells.filter((one) => one.region === region).map(({ decision }) => decision);
          const first = states.indexOf("halt");
          if (first >= 0) expect(states.slice(first).every((state) => state === "halt")).toBe(true);
        }
        const lasts = found.cells.filter((one) => found.cells.findLast(({ region }) => region === one.region) === one);
        const llr = lasts.reduce((sum, one) => sum + one.llr, 0);
        expect(llr).toBeCloseTo(found.overall.llr, 6);
      }),
    );
  });
});
