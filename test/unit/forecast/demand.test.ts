import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import {
  type DemandOptions,
  type DemandWeek,
  demandForecastOptions,
  demandPanel,
  forecast,
  forecastDemand,
  type Scenario,
  TOTAL,
} from "../../../src/forecast/index.js";

const HOUR = 3_600_000;
const first = Date.UTC(2020, 4, 1);
const hours = 24 * 25;
const t = Float64Array.from({ length: hours }, (_, h) => first + h * HOUR);
const random = createRandom(9);
const queue = (id: string, level: number) => ({
  id,
  t,
  y: Float64Array.from({ length: hours }, (_, h) =>
    Math.max(0, level * (1 + 0.4 * Math.sin((2 * Math.PI * h) / 24)) + 2 * random.normal()),
  ),
});
const panel = [queue("a", 40), queue("b", 10), { id: "idle", t, y: new Float64Array(hours) }];
const shared: DemandOptions = { weeks: 2, paths: 100, seed: 4 };
const forecasts = forecast(panel, demandForecastOptions(shared));
const end = first + hours * HOUR;
const at = (hour: number): string => new Date(end + hour * HOUR).toISOString();

const run = (options: Partial<DemandOptions> = {}) => forecastDemand(panel, { ...shared, forecasts, ...options });
const row = (weeks: DemandWeek[], id: string, week = 1, scenario = "baseline"): DemandWeek => {
  const found = weeks.find((w) => w.queue === id && w.week === week && w.scenario === scenario);
  if (!found) throw new Error(`no row of ${id} in week ${week} of ${scenario}`);
  return found;
};

describe("forecastDemand", () => {
  const baseline = run();

  it("counts blocks of 168 hours from the first forecast hour, every queue and the total", () => {
    expect(baseline.weeks.map(({ queue: id, week }) => `${id} ${week}`)).toEqual([
      "a 1",
      "a 2",
      "b 1",
      "b 2",
      "idle 1",
      "idle 2",
      "_total 1",
      "_total 2",
    ]);
    expect(row(baseline.weeks, "a").start).toBe("2020-05-26T00:00:00Z");
    expect(row(baseline.weeks, "a").end).toBe("2020-06-02T00:00:00Z");
    expect(row(baseline.weeks, "a", 2).start).toBe("2020-06-02T00:00:00Z");
  });

  it("takes means and quantiles of the path sums", () => {
    const paths = forecasts[0].paths?.data ?? new Float64Array(0);
    const sums = Float64Array.from({ length: 100 }, (_, path) => {
      let total = 0;
      for (let h = 0; h < 168; h++) total += paths[path * 336 + h];
      return total;
    });
    const week = row(baseline.weeks, "a");
    expect(week.mean).toBeCloseTo(sums.reduce((s, v) => s + v, 0) / 100, 6);
    sums.sort();
    // Type 7 at 2.5 % of 100 values: position 2.475.
    expect(week.lo_95).toBeCloseTo(sums[2] + 0.475 * (sums[3] - sums[2]), 6);
    expect(week.hi_80).toBeCloseTo(sums[89] + 0.1 * (sums[90] - sums[89]), 6);
  });

  it("the total's mean is the sum of the queues' means, its interval not wider than theirs together", () => {
    for (const week of [1, 2]) {
      const parts = ["a", "b", "idle"].map((id) => row(baseline.weeks, id, week));
      const total = row(baseline.weeks, TOTAL, week);
      expect(total.mean).toBeCloseTo(
        parts.reduce((s, p) => s + p.mean, 0),
        6,
      );
      expect(total.hi_95 - total.lo_95).toBeLessThanOrEqual(parts.reduce((s, p) => s + p.hi_95 - p.lo_95, 0) + 1e-9);
    }
    expect(row(baseline.weeks, "idle")).toMatchObject({ mean: 0, lo_95: 0, hi_95: 0 });
  });

  it("names the week that is largest in most paths; ties count in parts", () => {
    expect(baseline.peaks.map(({ queue: id }) => id)).toEqual(["a", "b", "idle", TOTAL]);
    expect(baseline.peak).toEqual(baseline.peaks[3]);
    expect(baseline.peak.probability).toBeGreaterThanOrEqual(0.5);
    expect(baseline.peak.mean).toBe(row(baseline.weeks, TOTAL, baseline.peak.week).mean);
    expect(baseline.peaks[2]).toMatchObject({ queue: "idle", week: 1, probability: 0.5 });
    const wave: Scenario = {
      name: "wave",
      overlays: [{ type: "hpo_wave", queue: "a", start: at(200), duration_hours: 100, gpus: 500 }],
    };
    const peaks = run({ scenarios: [wave] }).peaks.filter(({ scenario }) => scenario === "wave");
    expect(peaks.find(({ queue: id }) => id === TOTAL)).toMatchObject({ week: 2, probability: 1 });
  });

  it("a scenario adds exactly its GPU-hours to queue and total, whatever else is there", () => {
    const wave: Scenario = {
      name: "wave",
      overlays: [{ type: "hpo_wave", queue: "b", start: at(24), duration_hours: 96, gpus: 64 }],
    };
    const { weeks, scenarios } = run({ scenarios: [wave] });
    for (const id of ["b", TOTAL]) {
      const difference = row(weeks, id, 1, "wave").mean - row(weeks, id).mean;
      expect(difference).toBeCloseTo(6144, 6);
      expect(row(weeks, id, 1, "wave").lo_95 - row(weeks, id).lo_95).toBeCloseTo(6144, 6);
      expect(row(weeks, id, 2, "wave").mean).toBeCloseTo(row(weeks, id, 2).mean, 9);
    }
    expect(scenarios).toEqual([wave]);
    expect(weeks.filter(({ scenario }) => scenario === "baseline")).toEqual(baseline.weeks);
  });

  it("reports demand and served beside the capacity; demand is never cut", () => {
    const { weeks } = run({ capacity: { a: 45, b: 1000, idle: 0 } });
    const a = row(weeks, "a");
    expect(a.mean).toBe(row(baseline.weeks, "a").mean);
    expect(a.capacity).toBe(45 * 168);
    expect((a.served_mean ?? 0) + (a.shortfall_mean ?? 0)).toBeCloseTo(a.mean, 6);
    expect(a.served_mean).toBeLessThan(a.mean);
    expect(a.p_over_capacity).toBe(1);
    expect(row(weeks, "b")).toMatchObject({ p_over_capacity: 0 });
    expect(row(weeks, "b").shortfall_mean).toBeCloseTo(0, 9);
    expect(row(weeks, "idle")).toMatchObject({ capacity: 0, served_mean: 0, shortfall_mean: 0, p_over_capacity: 0 });
    // Idle GPUs of one queue serve no other: the total's shortfall is the sum of the queues'.
    expect(row(weeks, TOTAL).shortfall_mean).toBeCloseTo(a.shortfall_mean ?? 0, 6);
    expect(row(weeks, TOTAL).capacity).toBe(1045 * 168);
  });

  it("says what is true of every queue once, and the rest by queue", () => {
    const warned = forecasts.map((f, i) => ({ ...f, warnings: ["same", ...(i === 1 ? ["own"] : [])] }));
    expect(run({ forecasts: warned }).warnings).toEqual(["all queues: same", "b: own"]);
    expect(forecastDemand([panel[0]], { ...shared, forecasts: [warned[0]] }).warnings).toEqual(["a: same"]);
  });

  it("leaves capacity out where it is not known, and takes it by the hour and from overlays", () => {
    const partly = run({ capacity: { a: 45 } }).weeks;
    expect(row(partly, "b").capacity).toBeUndefined();
    expect(row(partly, TOTAL).capacity).toBeUndefined();
    const steps = Float64Array.from({ length: 336 }, (_, h) => (h < 168 ? 50 : 100));
    const overlay: Scenario = {
      name: "down",
      overlays: [{ type: "capacity", queue: "a", from: at(0), to: at(24), gpus: 0 }],
    };
    const { weeks } = run({ capacity: { a: steps }, scenarios: [overlay] });
    expect([row(weeks, "a").capacity, row(weeks, "a", 2).capacity]).toEqual([50 * 168, 100 * 168]);
    expect(row(weeks, "a", 1, "down").capacity).toBe(50 * 144);
    const late = Float64Array.from(steps, (gpus, h) => (h < 100 ? Number.POSITIVE_INFINITY : gpus));
    const opened = run({ capacity: { a: late, b: 20, idle: 8 } }).weeks;
    expect([row(opened, "a").capacity, row(opened, "a", 2).capacity]).toEqual([undefined, 100 * 168]);
    expect([row(opened, TOTAL).capacity, row(opened, TOTAL, 2).capacity]).toEqual([undefined, 128 * 168]);
    expect(row(weeks, "a", 1, "down").p_over_capacity).toBe(1);
  });

  it("in unit gpu gives the week's mean GPUs", () => {
    const { weeks } = run({ unit: "gpu", capacity: { a: 45 } });
    const inHours = row(run({ capacity: { a: 45 } }).weeks, "a");
    const inGpus = row(weeks, "a");
    for (const key of ["mean", "lo_95", "hi_80", "capacity", "served_mean", "shortfall_mean"] as const) {
      expect(inGpus[key]).toBeCloseTo((inHours[key] ?? Number.NaN) / 168, 9);
    }
    expect(inGpus.p_over_capacity).toBe(inHours.p_over_capacity);
  });

  it("forecasts the panel itself when no forecasts are handed in, the same", () => {
    expect(forecastDemand(panel, shared)).toEqual(baseline);
    expect(Object.keys(baseline.members)).toEqual(["a", "b", "idle"]);
  });

  it("refuses what cannot be meant", () => {
    for (const weeks of [0, 9, 1.5]) expect(() => run({ weeks })).toThrow(`weeks must be a whole number from 1 to 8`);
    expect(() => run({ capacity: { x: 3 } })).toThrow('capacity names the unknown queue "x"');
    const wave: Scenario = {
      name: "wave",
      overlays: [{ type: "hpo_wave", queue: "x", start: at(0), duration_hours: 1, gpus: 1 }],
    };
    expect(() => run({ scenarios: [wave] })).toThrow('unknown queue "x"');
    expect(() => forecastDemand([], shared)).toThrow(InputError);
    expect(() => run({ paths: 50 })).toThrow('forecast of "a" must carry 50 paths');
    expect(() => demandPanel([{ id: TOTAL, y: new Float64Array(9) }])).toThrow('"_total" is reserved');
    const untimed = panel.map(({ id, y }) => ({ id, y }));
    expect(() => forecastDemand(untimed, { ...shared, forecasts })).toThrow("give `start`");
    expect(forecastDemand(untimed, { ...shared, forecasts, start: end })).toEqual(baseline);
  });
});

describe("reconciled demand", () => {
  // Gaps in one queue and one that opened late: the backtest errors of the queues do not line up by themselves.
  const gaps = panel[1].y.slice();
  gaps.fill(Number.NaN, 560, 565);
  const ragged = [panel[0], { ...panel[1], y: gaps }, { id: "late", t: t.subarray(300), y: panel[0].y.subarray(300) }];

  it.each(["td", "mint"] as const)("%s: queues still add up to the total", (method) => {
    const { weeks, members } = forecastDemand(ragged, { ...shared, reconcile: method });
    for (const week of [1, 2]) {
      const parts = ["a", "b", "late"].map((id) => row(weeks, id, week).mean);
      expect(row(weeks, TOTAL, week).mean).toBeCloseTo(
        parts.reduce((s, v) => s + v, 0),
        6,
      );
      expect(Math.min(...parts)).toBeGreaterThan(0);
    }
    expect(Object.keys(members)).toContain(TOTAL);
  });

  it("the total counts a queue from its opening and is missing where a queue is", () => {
    const total = demandPanel(ragged, "td")[3];
    expect(total.id).toBe(TOTAL);
    expect(total.y[0]).toBe(panel[0].y[0] + panel[1].y[0]);
    expect(total.y[562]).toBeNaN();
    expect(total.y[599]).toBeCloseTo(panel[0].y[599] + gaps[599] + panel[0].y[599], 9);
    expect(total.t).toEqual(t);
    expect(demandPanel(ragged, "bu").map(({ id }) => id)).toEqual(["a", "b", "late"]);
  });

  it("mint says which queue has no errors to go by", () => {
    const opened = { id: "new", t: t.subarray(597), y: Float64Array.of(1, 2, 3) };
    expect(() => forecastDemand([...panel, opened], { ...shared, reconcile: "mint" })).toThrow('(queue "new" has 0)');
  });
});
