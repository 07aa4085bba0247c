import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { burnRates, type SloSeries } from "../../src/incident/index.js";
import { bruteForceAlerts } from "../unit/incident/slo-brute-force.js";

const RUNS = { numRuns: 400, seed: 20_261_127 };
const START = Date.UTC(2026, 8, 1);

const bucket = fc.constantFrom(60, 120, 300, 420, 600, 1800, 3600);
const target = fc.constantFrom("0.9", "0.95", "0.99", "0.999", "0.9999", "0.99999", "0.9995", "0.123456789");
const days = fc.constantFrom(7, 28, 30);

/** Rows of traffic that are calm, burn at exactly a threshold, burn fast, or have no traffic at all. */
const row = fc.oneof(
  { weight: 6, arbitrary: fc.record({ total: fc.integer({ min: 0, max: 2000 }), share: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ total: fc.constant(10_000), share: fc.constantFrom(0, 1, 6, 14.4, 3.36, 1.4) }) },
  {
    weight: 2,
    arbitrary: fc.record({ total: fc.integer({ min: 0, max: 50 }), share: fc.integer({ min: 1, max: 100 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ total: 0, share: 0 }) },
);
const runs = fc.array(fc.tuple(row, fc.integer({ min: 1, max: 40 })), { maxLength: 20 });

function seriesOf(
  parts: readonly [{ total: number; share: number }, number][],
  seconds: number,
  budget: number,
): SloSeries {
  const rows = parts.flatMap(([one, times]) => Array.from({ length: times }, () => one));
  const total = Float64Array.from(rows, (one) => one.total);
  const good = Float64Array.from(
    rows,
    (one) => one.total - Math.min(one.total, Math.round(one.total * one.share * budget)),
  );
  return { times: Float64Array.from(rows, (_, i) => START + 1000 * seconds * i), good, total };
}

describe("burn rates", () => {
  it("raise exactly the alerts of the definition", () => {
    let raised = 0;
    fc.assert(
      fc.property(runs, bucket, target, days, (parts, seconds, text, length) => {
        const series = seriesOf(parts, seconds, 1 - Number(text));
        const window = 86_400 * length;
        const { alerts } = burnRates(series, { target: Number(text), windowMs: 1000 * window });
        raised += alerts.length;
        expect(alerts).toEqual(bruteForceAlerts(series, text, seconds, window));
      }),
      RUNS,
    );
    expect(raised).toBeGreaterThan(400);
  });

  it("do not depend on the scale of the counts, nor on what comes later", () => {
    fc.assert(
      fc.property(runs, bucket, target, fc.integer({ min: 2, max: 1000 }), (parts, seconds, text, factor) => {
        const series = seriesOf(parts, seconds, 1 - Number(text));
        const options = { target: Number(text) };
        const { times, good, total } = series;
        const scaled = { times, good: good.map((v) => v * factor), total: total.map((v) => v * factor) };
        const whole = burnRates(series, options);
        expect(burnRates(scaled, options).alerts).toEqual(whole.alerts);
        const cut = Math.floor(times.length / 2);
        if (cut < 2) return;
        const first = burnRates(
          { times: times.slice(0, cut), good: good.slice(0, cut), total: total.slice(0, cut) },
          options,
        );
        const lastTime = first.to as string;
        const started = whole.alerts.filter(({ start }) => Date.parse(start) <= Date.parse(lastTime));
        expect(first.alerts.map(({ rule, start }) => ({ rule, start }))).toEqual(
          started.map(({ rule, start }) => ({ rule, start })),
        );
      }),
      { ...RUNS, numRuns: 150 },
    );
  });

  it("only lose alerts by the low-traffic guard, those of the fewest bad events", () => {
    fc.assert(
      fc.property(runs, bucket, target, fc.integer({ min: 1, max: 40 }), (parts, seconds, text, minBad) => {
        const series = seriesOf(parts, seconds, 1 - Number(text));
        const options = { target: Number(text) };
        const free = burnRates(series, options);
        const guarded = burnRates(series, { ...options, minBad });
        const kept = free.episodes.filter(({ mostBad }) => mostBad >= minBad);
        expect(guarded.alerts).toEqual(kept.map(({ rule, start, end }) => ({ rule, start, end })));
        expect(guarded.episodes.length).toBe(free.episodes.length);
        expect(free.episodes.every(({ suppressed }) => !suppressed)).toBe(true);
      }),
      { ...RUNS, numRuns: 150 },
    );
  });
});
