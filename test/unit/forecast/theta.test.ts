import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { mstl } from "../../../src/forecast/decompose/mstl.js";
import { selectEts } from "../../../src/forecast/ets/select.js";
import { deseasonalise, fitTheta, forecast, forecastTheta, selectTheta } from "../../../src/forecast/index.js";
import { croston, sba, tsb } from "../../../src/forecast/models/croston.js";
import { mstlModel, stlModel } from "../../../src/forecast/models/mstl.js";
import { thetaModels } from "../../../src/forecast/models/theta.js";
import { minimiseOnInterval } from "../../../src/forecast/theta/minimise-on-interval.js";
import { extendLine, wholeLine } from "../../../src/forecast/theta/trend-line.js";

const generate = (n: number, f: (t: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, t) => f(t));

describe("fitTheta", () => {
  const random = createRandom(11);
  let level = 50;
  const walk = generate(200, () => {
    level += 0.3 + random.normal();
    return level + 0.5 * random.normal();
  });

  it("is simple exponential smoothing with half the slope as drift (Hyndman & Billah 2003)", () => {
    const fit = fitTheta(walk, "theta");
    if (!fit) throw new Error("not fitted");
    const { slope } = wholeLine(walk);
    let smoothed = fit.initialLevel;
    for (const v of walk) smoothed += fit.alpha * (v - smoothed);
    const decay = (1 - fit.alpha) ** walk.length;
    const wanted = (h: number): number => smoothed + (slope / 2) * (h + (1 - decay) / fit.alpha);
    // What is left of the first values' intercept has decayed long since.
    forecastTheta(fit, 12).forEach((v, h) => {
      expect(v).toBeCloseTo(wanted(h), 9);
    });
  });

  it("finds no better parameters beside those it estimated", () => {
    for (const kind of ["theta", "optimised", "dynamic", "dynamic_optimised"] as const) {
      const fit = fitTheta(walk, kind);
      if (!fit) throw new Error("not fitted");
      const { alpha, theta, initialLevel } = fit;
      expect(fitTheta(walk, kind, { alpha, theta, initialLevel })?.mse).toBe(fit.mse);
      const optimised = kind.endsWith("optimised");
      for (const step of [-0.01, 0.01]) {
        const others = [
          { alpha: alpha + step, theta, initialLevel },
          { alpha, theta, initialLevel: initialLevel + 20 * step },
          ...(optimised ? [{ alpha, theta: Math.max(1, theta * (1 + 10 * step)), initialLevel }] : []),
        ];
        for (const other of others) expect(fitTheta(walk, kind, other)?.mse).toBeGreaterThanOrEqual(fit.mse);
      }
    }
  });

  it("selects the least error of the four", () => {
    const errors = (["theta", "optimised", "dynamic", "dynamic_optimised"] as const).map((k) => fitTheta(walk, k)?.mse);
    expect(selectTheta(walk)?.mse).toBe(Math.min(...errors.map(Number)));
  });

  it("a line goes on, at half its slope for θ = 2 and in full when θ is free", () => {
    const line = generate(60, (t) => 5 + 2 * t);
    const slopeOf = (x: Float64Array): number => (x[9] - x[0]) / 9;
    const [half, full] = (["theta", "optimised"] as const).map((kind) => {
      const fit = fitTheta(line, kind);
      if (!fit) throw new Error("not fitted");
      return forecastTheta(fit, 10);
    });
    expect(slopeOf(half)).toBeCloseTo(1, 6);
    expect(slopeOf(full)).toBeCloseTo(2, 6);
    expect(full[0]).toBeCloseTo(125, 4);
  });

  it("refuses parameters outside their range, and gives nothing for three values", () => {
    for (const wrong of [{ alpha: 0 }, { alpha: 1.1 }, { theta: 0.5 }, { initialLevel: Number.NaN }]) {
      const parameters = { alpha: 0.5, theta: 2, initialLevel: 0, ...wrong };
      expect(() => fitTheta(walk, "theta", parameters)).toThrow(InputError);
    }
    expect(fitTheta(walk.subarray(0, 3))).toBeNull();
    expect(selectTheta(walk.subarray(0, 3))).toBeNull();
    expect(fitTheta(walk.subarray(0, 4))?.alpha).toBe(0.5);
  });
});

describe("parts", () => {
  it("a trend line extended value by value is the line through all of them", () => {
    const random = createRandom(3);
    const y = generate(40, (t) => 1e6 + 3 * t + random.normal());
    let line = wholeLine(y.subarray(0, 1));
    for (let t = 1; t < y.length; t++) line = extendLine(line, t, y[t]);
    const whole = wholeLine(y);
    expect(line.slope).toBeCloseTo(whole.slope, 8);
    expect(line.intercept).toBeCloseTo(whole.intercept, 6);
    expect(wholeLine(Float64Array.of(3, 5, 7))).toEqual({ intercept: 1, slope: 2, mean: 5 });
  });

  it("minimiseOnInterval finds the lower of two minima, and ends", () => {
    const twoWells = (x: number): number => (x - 0.2) ** 2 * (x - 0.8) ** 2 + 0.01 * x;
    expect(minimiseOnInterval(twoWells, 0, 1)).toBeCloseTo(0.18, 1);
    expect(minimiseOnInterval((x) => -x, 0, 1)).toBe(1);
    expect(minimiseOnInterval((x) => x, 0, 1)).toBe(0);
    expect(minimiseOnInterval((x) => (x - 0.123456) ** 2, 0, 1)).toBeCloseTo(0.123456, 6);
  });

  it("deseasonalise: additive, multiplicative, or nothing to take out", () => {
    const random = createRandom(5);
    const wave = (t: number): number => Math.sin((2 * Math.PI * t) / 12);
    const multiplied = deseasonalise(
      generate(120, (t) => (100 + 0.1 * t) * (1 + 0.5 * wave(t))),
      12,
    );
    expect(multiplied.kind).toBe("multiplicative");
    for (let t = 0; t < 12; t++) expect(multiplied.index[t]).toBeCloseTo(1 + 0.5 * wave(t), 2);
    const added = deseasonalise(
      generate(120, (t) => 10 * wave(t)),
      12,
    );
    expect(added.kind).toBe("additive");
    for (let t = 0; t < 12; t++) expect(added.index[t]).toBeCloseTo(10 * wave(t), 10);
    // A phase that is all but zero would blow up when divided by.
    expect(
      deseasonalise(
        generate(120, (t) => (t % 12 === 3 ? 1e-3 : 10)),
        12,
      ).kind,
    ).toBe("additive");
    // An odd season, whose average needs no halves.
    const odd = deseasonalise(
      generate(70, (t) => 100 + t + [0, 9, -9, 0, 0, 0, 0][t % 7]),
      7,
    );
    expect(odd.kind).toBe("multiplicative");
    expect(odd.index[1]).toBeGreaterThan(1.05);
    const noise = generate(120, () => random.normal());
    for (const [y, season] of [
      [noise, 12],
      [generate(120, wave), 3],
      [generate(23, wave), 12],
      [new Float64Array(48).fill(0.1), 12],
    ] as const) {
      const d = deseasonalise(y, season);
      expect(d.adjusted.every((v, t) => Math.abs(v - y[t]) < 1e-15)).toBe(true);
    }
  });
});

describe("models", () => {
  it("croston, sba, tsb by hand", () => {
    // Sizes 2, 4: 2 + 0.1·2. Intervals 2, 3: 2 + 0.1·1. Probability from 0 on: 0.1, 0.09, 0.081, 0.1729.
    const y = Float64Array.of(0, 2, 0, 0, 4);
    const setting = { horizon: 2, seasons: [] };
    const rate = 2.2 / 2.1;
    expect(croston.point(y, setting)).toEqual(new Float64Array(2).fill(rate));
    expect(sba.point(y, setting)?.[1]).toBeCloseTo(0.95 * rate, 12);
    expect(tsb.point(y, setting)?.[1]).toBeCloseTo(0.1729 * 2.2, 12);
    for (const model of [croston, sba, tsb]) {
      expect(model.point(new Float64Array(5), setting)).toEqual(new Float64Array(2));
      expect(model.point(Float64Array.of(0, -1, 2), setting)).toBeNull();
      expect(model.point(new Float64Array(5).fill(0.3), setting)?.[0]).toBeCloseTo(0.3, 12);
    }
  });

  it("tsb forgets a demand that has ended, croston does not", () => {
    const y = generate(80, (t) => (t < 40 && t % 4 === 0 ? 5 : 0));
    const setting = { horizon: 1, seasons: [] };
    expect(tsb.point(y, setting)?.[0]).toBeLessThan(0.05);
    expect(croston.point(y, setting)?.[0]).toBeGreaterThan(1);
  });

  it("mstl repeats the last cycle of each season over the ETS forecast of the rest", () => {
    const random = createRandom(9);
    const y = generate(400, (t) => 30 + 5 * Math.sin(t / 2) + 3 * Math.cos((2 * Math.PI * t) / 24) + random.normal());
    for (const [model, periods] of [
      [stlModel, [12]],
      [mstlModel, [12, 48]],
    ] as const) {
      const { seasonal, trend, remainder } = mstl(y, periods);
      const rest = selectEts(
        trend.map((v, t) => v + remainder[t]),
        1,
      )?.forecast(100);
      const got = model.point(y, { horizon: 100, seasons: [1, 12, 48] });
      for (const h of [0, 11, 12, 47, 48, 99]) {
        const wanted = periods.reduce((sum, p, i) => sum + seasonal[i][400 - p + (h % p)], rest?.[h] ?? Number.NaN);
        expect(got?.[h]).toBeCloseTo(wanted, 6);
      }
    }
    const alone = selectEts(y, 1)?.forecast(5);
    expect(mstlModel.point(y, { horizon: 5, seasons: [] })).toEqual(alone);
  });

  it("run by name, and see nothing beyond the origin", () => {
    const random = createRandom(10);
    const season = (t: number): number => 30 + 8 * Math.sin((2 * Math.PI * t) / 12);
    const y = generate(200, (t) => season(t) + random.normal());
    const otherFuture = y.map((v, t) => (t < 190 ? v : 1e6));
    const setting = { horizon: 12, seasons: [12] };
    for (const model of [...thetaModels, stlModel, mstlModel]) {
      const [f] = forecast([{ id: "a", y }], { horizon: 12, season: [12], models: [model.name] });
      expect(f.model).toBe(model.name);
      for (let h = 0; h < 12; h++) expect(Math.abs(f.mean[h] - season(200 + h))).toBeLessThan(3);
      expect(f.lo[95][0]).toBeLessThan(f.mean[0]);
      expect(model.point(otherFuture.subarray(0, 190), setting)).toEqual(model.point(y.subarray(0, 190), setting));
    }
  });
});
