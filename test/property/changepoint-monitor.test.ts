import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChangeMonitor, MONITOR_DETECTORS, type MonitorState } from "../../src/changepoint/index.js";

/** Observations of any kind: ties, holes, missing values, jumps, equal and irregular times. */
const observation = fc.record({
  after: fc.oneof(
    { weight: 8, arbitrary: fc.constant(300_000) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9_000_000 }) },
  ),
  value: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
    { weight: 3, arbitrary: fc.double({ min: -50, max: 50, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(Number.NaN, 1e6, -1e99, 0, -0) },
  ),
});
const observations = fc.array(observation, { minLength: 1, maxLength: 400, size: "max" });
const start = fc.constantFrom(0, Date.UTC(2026, 0, 5));
const options = fc.record({
  detector: fc.constantFrom(...MONITOR_DETECTORS),
  period: fc.constantFrom("auto" as const, "none" as const, 7),
  averageRunLength: fc.constantFrom(50, 10_000),
});

function timed(rows: { after: number; value: number }[], from: number): [number, number][] {
  let t = from;
  return rows.map(({ after, value }) => {
    t += after;
    return [t, value];
  });
}

describe("ChangeMonitor", () => {
  it("restored from its JSON at any point goes on identically", () => {
    fc.assert(
      fc.property(observations, start, options, fc.double({ min: 0, max: 1, noNaN: true }), (rows, from, o, part) => {
        const points = timed(rows, from);
        const cut = Math.floor(part * points.length);
        const whole = new ChangeMonitor(o);
        for (const [t, v] of points.slice(0, cut)) whole.push(t, v);
        const restored = ChangeMonitor.fromJSON(JSON.parse(JSON.stringify(whole)) as MonitorState);
        for (const [t, v] of points.slice(cut)) expect(restored.push(t, v)).toEqual(whole.push(t, v));
        expect(JSON.stringify(restored)).toBe(JSON.stringify(whole));
      }),
      { seed: 20_260_105, numRuns: 150 },
    );
  });

  it("gives every observation a score in [0, 1], and alerts only from 0.5 on, with a reason", () => {
    fc.assert(
      fc.property(observations, start, options, (rows, from, o) => {
        const monitor = new ChangeMonitor(o);
        for (const [t, v] of timed(rows, from)) {
          const { score, alert, reason } = monitor.push(t, v);
          expect(score >= 0 && score <= 1).toBe(true);
          expect(alert ? score >= 0.5 && reason !== "" : reason === undefined).toBe(true);
        }
      }),
      { seed: 20_260_106, numRuns: 100 },
    );
  });

  it("does not mind the units: values scaled by powers of two give the same alerts", () => {
    fc.assert(
      fc.property(observations, fc.constantFrom(0.25, 2, 1024), (rows, scale) => {
        const run = (factor: number) => {
          const monitor = new ChangeMonitor({ period: "none" });
          return timed(rows, 0).map(([t, v]) => monitor.push(t, (v * factor) / 1024).alert);
        };
        expect(run(scale)).toEqual(run(1));
      }),
      { seed: 20_260_107, numRuns: 60 },
    );
  });
});
