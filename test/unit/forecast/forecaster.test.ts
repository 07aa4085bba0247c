import { describe, expect, it } from "vitest";
import { hourlyFamilies } from "../../../fixtures/families.js";
import { type Forecaster, forecast, type ModelSetting, planForecast } from "../../../src/forecast/index.js";
import { joinTest } from "../../../src/forecast/join-test.js";

const N = 360;
const HORIZON = 12;
const futures = hourlyFamilies(5, N + HORIZON, 2);
const panel = futures.map(({ id, y }) => ({ id, y: y.subarray(0, N) }));
const OPTIONS = { horizon: HORIZON, season: [24], quantiles: [0.1], keepErrors: true };

/** Knows what comes after any part of a series, up to an error of the given share of it that changes its sign by step. */
function seer(error: number): Forecaster {
  const point = (y: Float64Array, { horizon }: ModelSetting) => {
    const whole = futures.find((one) => y.every((v, t) => v === one.y[t]))?.y ?? y;
    return Float64Array.from({ length: horizon }, (_, h) => whole[y.length + h] * (1 + (h % 2 ? error : -error)));
  };
  const model = {
    name: "seer",
    point,
    distribution: (y: Float64Array, setting: ModelSetting, probabilities: readonly number[]) => {
      const middle = point(y, setting);
      return probabilities.map((p) => middle.map((v) => v * (1 + (p - 0.5) / 10)));
    },
  };
  return { model, atOrigins: null, whole: null };
}

/** A model of the worst kind, whose error is as large as the series. */
const useless: Forecaster = {
  model: { name: "useless", point: (y, { horizon }) => new Float64Array(horizon).fill(y[0] + 1000) },
  atOrigins: null,
  whole: null,
};

const without = forecast(panel, OPTIONS);
const error = (forecasts: ReturnType<typeof forecast>): number =>
  forecasts.reduce((sum, f, i) => f.mean.reduce((total, v, h) => total + Math.abs(v - futures[i].y[N + h]), sum), 0);

describe("forecasters", () => {
  it("one that lowers the errors joins with a weight, and the forecast is better", () => {
    const joined = forecast(panel, { ...OPTIONS, forecasters: [seer(0.001)] });
    expect(joined[0].joins?.["seer"]).toMatchObject({ joined: true, series: panel.length, origins: 11 });
    expect(joined[0].joins?.["seer"].gain).toBeGreaterThan(0.2);
    for (const f of joined) {
      expect(f.weights["seer"]).toBeGreaterThan(0.5);
      expect(Object.values(f.weights).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      f.mean.forEach((v, h) => {
        expect(f.lo[95][h]).toBeLessThanOrEqual(v);
        expect(f.hi[95][h]).toBeGreaterThanOrEqual(v);
      });
    }
    expect(error(joined)).toBeLessThan(0.7 * error(without));
  });

  it("one of no use is left out wholly: the forecast is the same without it, to the last bit", () => {
    const left = forecast(panel, { ...OPTIONS, forecasters: [useless] });
    expect(left[0].joins?.["useless"]).toMatchObject({ joined: false });
    expect(left[0].joins?.["useless"].gain).toBeLessThan(1e-3);
    expect(left.map(({ joins: _, ...rest }) => rest)).toEqual(without);
  });

  it("joins as a member of the pool where that gains more than a voice of its own", () => {
    const joined = (error: number) => forecast(panel, { ...OPTIONS, forecasters: [seer(error)] })[0];
    const own = joined(0.001);
    expect([own.joins?.["seer"].as, own.model]).toEqual(["component", "lag_ridge+empirical_mix+seer"]);
    const among = joined(0.02);
    expect([among.joins?.["seer"].as, among.model]).toEqual(["member", "lag_ridge+empirical_mix"]);
    expect(among.weights["seer"]).toBeGreaterThan(0.5);
  });

  it("are judged one after the other", () => {
    const both = forecast(panel, { ...OPTIONS, forecasters: [useless, seer(0.001)] });
    const alone = forecast(panel, { ...OPTIONS, forecasters: [seer(0.001)] });
    expect(both[0].joins).toMatchObject({ useless: { joined: false }, seer: { joined: true } });
    expect(both.map((f) => f.mean)).toEqual(alone.map((f) => f.mean));
  });

  it("one named in `models` is used untested, alone with its own calibrated quantiles", () => {
    const alone = forecast(panel, { ...OPTIONS, models: ["seer"], forecasters: [seer(0)] });
    for (const [i, f] of alone.entries()) {
      expect(f).toMatchObject({ model: "seer", weights: { seer: 1 } });
      expect(f.joins).toBeUndefined();
      f.mean.forEach((v, h) => {
        expect(v).toBeCloseTo(futures[i].y[N + h], 9);
        expect(f.quantiles[0.1][h]).toBeLessThanOrEqual(v);
      });
    }
    const pooled = forecast(panel.slice(0, 2), { ...OPTIONS, models: ["seer", "naive"], forecasters: [seer(0)] });
    expect(Object.keys(pooled[0].weights)).toEqual(["seer", "naive"]);
  });

  it("need names of their own", () => {
    const named = (name: string): Forecaster => ({ ...useless, model: { ...useless.model, name } });
    const run = (...forecasters: Forecaster[]) => forecast(panel, { ...OPTIONS, forecasters });
    expect(() => run(named("theta"))).toThrow(
      /forecasters must be models of names that no other model has, got "theta"/,
    );
    expect(() => run(named("a"), named("a"))).toThrow(/got "a"/);
    expect(() => forecast(panel, { ...OPTIONS, models: ["seer"] })).toThrow(/models must be auto or one of/);
  });

  it("are told where in their seasons a series begins, after the part that is left out", () => {
    const clocks: (number | undefined)[] = [];
    const listening: Forecaster = {
      ...useless,
      model: {
        name: "ear",
        point: (_, { horizon, clock }) => {
          clocks.push(clock);
          return new Float64Array(horizon);
        },
      },
    };
    const y = Float64Array.from(panel[0].y);
    y.fill(Number.NaN, 0, 5);
    y.fill(Number.NaN, 40, 80);
    forecast([{ id: "late", y, clock: 1000 }], { ...OPTIONS, models: ["ear"], forecasters: [listening] });
    expect(new Set(clocks)).toEqual(new Set([1080]));
    clocks.length = 0;
    forecast([{ id: "unknown", y }], { ...OPTIONS, models: ["ear"], forecasters: [listening] });
    expect(new Set(clocks)).toEqual(new Set([0]));
  });

  it("take one fit at every origin and the other for the forecast", () => {
    const fits: unknown[] = [];
    const model = {
      name: "fitted",
      point: (_: Float64Array, { horizon }: ModelSetting, fit: unknown) => {
        fits.push(fit);
        return new Float64Array(horizon);
      },
    };
    const forecaster = { model, atOrigins: "early", whole: "late" };
    const job = planForecast(panel.slice(0, 1), { ...OPTIONS, season: [], forecasters: [forecaster] });
    const origins = job.tasks[0].plan.cuts.length;
    expect(job.panelFits["fitted"]).toEqual([...new Array(origins).fill("early"), "late"]);
    forecast(panel.slice(0, 1), { ...OPTIONS, models: ["fitted"], forecasters: [forecaster] });
    expect(fits).toEqual(["late", ...new Array(origins).fill("early")]);
  });

  it("cannot stand alone where nothing else fits, nor where no origin judges it", () => {
    const short = { id: "short", y: panel[0].y.subarray(0, 4) };
    const [f] = forecast([...panel, short], { ...OPTIONS, forecasters: [seer(0)] }).slice(-1);
    expect(f.model).toBe("naive");
    // A single series is judged by its forecasts, and one forecast has no standard error.
    const [alone] = forecast(panel.slice(0, 1), { ...OPTIONS, forecasters: [seer(0.001)] });
    expect(alone.joins?.["seer"]).toMatchObject({ joined: true, series: 1, origins: 12 });
    expect(joinTest([], [], "component")).toMatchObject({ joined: false, as: null, gain: null, series: 0 });
  });
});
