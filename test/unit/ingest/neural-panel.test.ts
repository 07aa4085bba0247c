import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hourlyFamilies } from "../../../fixtures/families.js";
import { planForecast, withClock } from "../../../src/forecast/index.js";
import { neuralPanel, neuralSample } from "../../../src/ingest/neural/neural-panel.js";
import { netHorizon } from "../../../src/ingest/neural/open-neural.js";

describe("neuralSample", () => {
  it("is every series, or every n-th where they are too many or too long", () => {
    expect(neuralSample([5, 6, 7])).toEqual([0, 1, 2]);
    expect(neuralSample([5, 5, 5, 5, 5], 100, 3)).toEqual([0, 2, 4]);
    expect(neuralSample([5, 5, 5, 5, 5, 5], 11, 100)).toEqual([0, 3]);
    expect(neuralSample([1000, 1000], 10)).toEqual([0]);
  });

  it("stays within both bounds, but for one series that is larger by itself", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 50 }), (rows, values, series) => {
        const chosen = neuralSample(rows, values, series);
        expect(chosen.length).toBeLessThanOrEqual(series);
        expect(chosen[0]).toBe(0);
        if (chosen.length > 1) expect(chosen.reduce((sum, at) => sum + rows[at], 0)).toBeLessThanOrEqual(values);
      }),
    );
  });
});

describe("neuralPanel", () => {
  const HOUR = 3_600_000;
  const start = Date.UTC(2026, 0, 5);
  const panel = hourlyFamilies(3, 400).map(({ id, y }, i) =>
    withClock({ id, y: y.subarray(0, 400 - 10 * i) }, start + 10 * i * HOUR, "h"),
  );
  const options = { horizon: 12, season: [24] };

  it("cuts each series at the earliest origin that its forecast will have", () => {
    const { atOrigins, whole, reach } = neuralPanel(panel, options);
    const { tasks } = planForecast(panel, options);
    expect(atOrigins.map(({ y }) => y.length)).toEqual(tasks.map(({ plan }) => plan.cuts[0]));
    expect(whole.map(({ y, clock }) => [y.length, (clock as number) % 24])).toEqual(
      panel.map(({ y }, i) => [y.length, (10 * i) % 24]),
    );
    for (const [i, { y, observed }] of atOrigins.entries()) {
      expect(observed).toHaveLength(y.length);
      expect(y).toEqual(whole[i].y.subarray(0, y.length));
    }
    const first = panel[0].clock as number;
    expect(reach).toEqual({
      origin: Math.min(...tasks.map(({ plan }, i) => 10 * i + plan.cuts[0])) + first,
      end: first + 400,
    });
  });

  it("leaves out series without an origin, and knows no place of steps without time stamps", () => {
    const short = { id: "short", y: panel[0].y.subarray(0, 20) };
    const { atOrigins, whole, reach } = neuralPanel([...panel, short], options);
    expect([atOrigins.length, whole.length]).toEqual([panel.length, panel.length + 1]);
    expect(reach).toEqual({ origin: null, end: null });
  });
});

describe("netHorizon", () => {
  it("has room for a change of clocks where steps follow a zone's", () => {
    expect(netHorizon(24, "h", undefined)).toBe(24);
    expect(netHorizon(24, "h", "Europe/Berlin")).toBe(26);
    expect(netHorizon(60, "min", "Europe/Berlin")).toBe(180);
    expect(netHorizon(7, "D", "Europe/Berlin")).toBe(7);
  });
});
