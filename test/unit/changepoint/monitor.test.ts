import { describe, expect, it } from "vitest";
import { ALERT_SCORE, ChangeMonitor, type ChangeMonitorOptions } from "../../../src/changepoint/index.js";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";

const MINUTE = 60_000;
const MONDAY = Date.UTC(2026, 0, 5);

/** Rows of the alerts and their reasons. */
function alertsOf(values: ArrayLike<number>, options: ChangeMonitorOptions = {}, time = (i: number) => i) {
  const monitor = new ChangeMonitor(options);
  const alerts: { i: number; reason: string }[] = [];
  for (let i = 0; i < values.length; i++) {
    const { alert, score, reason } = monitor.push(time(i), values[i]);
    if (!(score >= 0 && score <= 1) || (reason !== undefined) !== alert || (alert && score < ALERT_SCORE)) {
      throw new Error(`row ${i}: score ${score}, alert ${alert}, reason ${reason}`);
    }
    if (alert) alerts.push({ i, reason: reason as string });
  }
  return alerts;
}

const noise = (seed: number, n: number, change: (i: number) => number = () => 0) => {
  const rng = createRandom(seed);
  return Float64Array.from({ length: n }, (_, i) => 50 + rng.normal() + change(i));
};

describe("ChangeMonitor", () => {
  it("finds a spike at once and says what it saw", () => {
    const [first, ...others] = alertsOf(noise(1, 1000, (i) => (i === 700 ? 15 : 0)));
    expect(first.i).toBe(700);
    expect(first.reason).toMatch(/^(new extreme|jump): \d+(\.\d+)?( off the latest median)?, limit/);
    expect(others).toEqual([]);
  });

  it("raises one alert for a lasting shift, takes it for normal after a while, and finds the way back", () => {
    const alerts = alertsOf(noise(2, 2000, (i) => (i >= 700 && i < 1300 ? 6 : 0))).map(({ i }) => i);
    expect(alerts).toHaveLength(2);
    expect(alerts[0]).toBeGreaterThanOrEqual(700);
    expect(alerts[0]).toBeLessThan(715);
    expect(alerts[1]).toBeGreaterThanOrEqual(1300);
    expect(alerts[1]).toBeLessThan(1350);
  });

  it("finds a shift of two standard deviations by the medians", () => {
    const [first] = alertsOf(noise(3, 1500, (i) => (i >= 900 ? 2 : 0)));
    expect(first.i).toBeGreaterThanOrEqual(900);
    expect(first.i).toBeLessThan(940);
    expect(first.reason).toMatch(/^level shift/);
  });

  it("finds small shifts by the detectors of lasting changes, each beyond its own past", () => {
    const found = [1, 2, 4, 5].map((seed) => alertsOf(noise(seed, 4400, (i) => (i >= 4000 ? 1 : 0)))[0]);
    for (const { i, reason } of found) {
      expect(i).toBeGreaterThanOrEqual(4000);
      expect(i).toBeLessThan(4150);
      expect(reason).toMatch(/^(new run|CUSUM|Page-Hinkley|e-detector).*; its past allows \d/);
    }
    expect(new Set(found.map(({ reason }) => reason.slice(0, 5))).size).toBeGreaterThan(1);
  });

  it("does not take autocorrelated noise for lasting changes, whose stated run length it breaks", () => {
    const autocorrelated = (seed: number) => {
      const rng = createRandom(seed);
      let e = 0;
      return Float64Array.from({ length: 6000 }, () => {
        e = 0.9 * e + Math.sqrt(0.19) * rng.normal();
        return 50 + e;
      });
    };
    const reasons = (options: ChangeMonitorOptions) =>
      [1, 2, 3].flatMap((seed) => alertsOf(autocorrelated(seed), options).map(({ reason }) => reason));
    expect(reasons({ detector: "cusum" }).length).toBeGreaterThan(30);
    expect(reasons({}).filter((reason) => reason.includes("its past allows"))).toEqual([]);
  });

  it("finds a slow rise although every value is close to the one before", () => {
    const [first] = alertsOf(noise(4, 1500, (i) => Math.max(0, i - 900) * 0.05));
    expect(first.i).toBeGreaterThan(900);
    expect(first.i).toBeLessThan(1000);
  });

  it("finds values that stand still, but not in a metric that always does so", () => {
    const values = noise(5, 1000);
    values.fill(values[600], 600, 700);
    expect(alertsOf(values)).toEqual([{ i: 605, reason: expect.stringMatching(/^flat line: .* for 6 observations$/) }]);
    const rng = createRandom(5);
    const rare = alertsOf(Float64Array.from({ length: 3000 }, () => (rng.uniform() < 0.1 ? 1 : 0)));
    expect(rare.filter(({ reason }) => reason.startsWith("flat"))).toEqual([]);
    expect(alertsOf(new Float64Array(3000).fill(7))).toEqual([]);
  });

  it("reports missing values, and a hole in the times when they go on", () => {
    const values = noise(6, 1000);
    values.fill(Number.NaN, 500, 520);
    expect(alertsOf(values)).toEqual([{ i: 505, reason: "no data: 6 observations missing" }]);
    const late = (i: number) => MONDAY + (i < 500 ? i : i + 24) * 5 * MINUTE;
    expect(alertsOf(noise(6, 1000), {}, late)).toEqual([{ i: 500, reason: "no data: 24 observations missing" }]);
  });

  it("learns the day: a value that is normal at noon is not so at night", () => {
    const rng = createRandom(7);
    const shape = (i: number) => 100 + 80 * Math.sin((2 * Math.PI * i) / 288);
    const values = Float64Array.from({ length: 288 * 10 }, (_, i) => shape(i) + 2 * rng.normal());
    const time = (i: number) => MONDAY + i * 5 * MINUTE;
    const late = (alerts: { i: number }[]) => alerts.map(({ i }) => i).filter((i) => i > 288);
    expect(late(alertsOf(values, {}, time))).toEqual([]);
    const night = 288 * 8 + 216;
    values.fill(100, night, night + 12);
    expect(late(alertsOf(values, {}, time))[0]).toBe(night);
    // The same without a calendar, given the period.
    expect(late(alertsOf(values, { period: 288 }))[0]).toBe(night);
    // Missing values and places left out do not move the phase.
    const holes = values.map((v, i) => (i % 97 === 5 ? Number.NaN : v));
    expect(late(alertsOf(holes, { period: 288 }))[0]).toBe(night);
  });

  it("treats equal incidents alike: each is reported", () => {
    const starts = [600, 1000, 1400];
    const alerts = alertsOf(noise(8, 1800, (i) => (starts.some((s) => i >= s && i < s + 5) ? 15 : 0)));
    expect(alerts.map(({ i }) => i)).toEqual(starts);
  });

  it("looks for nothing in the first hundred observations", () => {
    expect(alertsOf(noise(9, 101, (i) => (i === 60 ? 50 : 0)))).toEqual([]);
  });

  it("does not depend on what comes later", () => {
    const values = noise(10, 1200, (i) => (i > 800 ? 5 : 0));
    const scores = (n: number) => {
      const monitor = new ChangeMonitor();
      return Array.from(values.subarray(0, n), (v, i) => monitor.push(i, v));
    };
    expect(scores(1200).slice(0, 850)).toEqual(scores(850));
  });

  it("takes equal times one after the other, and refuses what cannot be meant without being changed by it", () => {
    const monitor = new ChangeMonitor();
    for (let i = 0; i < 50; i++) monitor.push(Math.floor(i / 2), i % 5);
    const before = JSON.stringify(monitor);
    for (const [t, v] of [
      [23, 1],
      [Number.NaN, 1],
      [Number.POSITIVE_INFINITY, 1],
      [30, Number.POSITIVE_INFINITY],
      [30, -1e101],
    ]) {
      expect(() => monitor.push(t, v)).toThrow(InputError);
    }
    expect(() => monitor.push(23, 1)).toThrow("time 23 comes after 24: push observations in the order of their times");
    expect(JSON.stringify(monitor)).toBe(before);
  });

  it("refuses options and states that make no sense", () => {
    for (const options of [
      { detector: "nab" },
      { period: 1 },
      { period: 2.5 },
      { averageRunLength: 1 },
      { averageRunLength: Number.NaN },
    ]) {
      expect(() => new ChangeMonitor(options as ChangeMonitorOptions)).toThrow(InputError);
    }
    expect(() => ChangeMonitor.fromJSON({ schema: "other" } as never)).toThrow('its schema is "other"');
    expect(() => ChangeMonitor.fromJSON(null as never)).toThrow(InputError);
  });

  it("needs no more memory for a long series than for a short one", () => {
    const size = (n: number, detector: ChangeMonitorOptions["detector"]) => {
      const monitor = new ChangeMonitor({ detector });
      const rng = createRandom(11);
      for (let i = 0; i < n; i++) monitor.push(MONDAY + i * 5 * MINUTE, Math.round(1e6 * rng.normal()));
      return JSON.stringify(monitor).length;
    };
    // The e-detector's summary of the past holds 250 to 1,000 points.
    for (const n of [12_000, 40_000]) expect(size(n, "auto")).toBeLessThan(75_000);
    expect(size(20_000, "edetector")).toBeLessThan(60_000);
    expect(size(5000, "bocpd")).toBeLessThan(40_000);
  });
});
