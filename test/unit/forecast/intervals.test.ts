import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { AdaptiveConformal } from "../../../src/forecast/adaptive-conformal.js";
import { calibrate } from "../../../src/forecast/calibrate.js";
import { type Forecast, forecast, type IntervalMethod } from "../../../src/forecast/index.js";
import { probabilityGrid } from "../../../src/forecast/model.js";
import type { FittedComponent } from "../../../src/forecast/score-pool.js";

const HORIZON = 8;
const GRID = probabilityGrid([80, 95], []);

/** Series whose backtest forecasts are `level` and whose actual values come from `draw`. */
function items(count: number, origins: number, draw: (i: number, k: number, h: number) => number, level = 0) {
  return Array.from({ length: count }, (_, i): FittedComponent => {
    const n = 100;
    const cuts = Array.from({ length: origins }, (_v, k) => n - (origins - k) * HORIZON);
    const y = new Float64Array(n).map((_v, t) => draw(i, -1, t));
    cuts.forEach((cut, k) => {
      for (let h = 0; h < HORIZON; h++) y[cut + h] = draw(i, k, h);
    });
    const flat = () => new Float64Array(HORIZON).fill(level);
    return {
      series: {
        id: `s${i}`,
        y,
        observed: new Uint8Array(n).fill(1),
        seasons: [],
        clock: 0,
        nonNegative: false,
        warnings: [],
      },
      plan: { cuts, horizon: HORIZON },
      fit: {
        name: "flat",
        weights: { flat: 1 },
        point: flat(),
        spread: new Float64Array(HORIZON),
        distribution: null,
        backtest: cuts.map(() => ({ point: flat(), spread: new Float64Array(HORIZON), distribution: null })),
      },
    };
  });
}

const bounds = (panel: FittedComponent[], method: IntervalMethod, i = 0): [number, number] => {
  const grid = calibrate(panel, HORIZON, GRID, method)[i];
  return [grid[GRID.indexOf(0.1)][3], grid[GRID.indexOf(0.9)][3]];
};

describe("interval methods", () => {
  it("asymmetric follows the skew of positive series, and auto chooses it where it is clearly better", () => {
    const random = createRandom(1);
    const skewed = items(60, 4, () => 10 * Math.exp(0.8 * random.normal()), 10);
    const [lo, hi] = bounds(skewed, "asymmetric");
    // Log-normal with σ = 0.8: 80 % between 10·e^∓1.03.
    expect(lo).toBeGreaterThan(2.5);
    expect(lo).toBeLessThan(4.5);
    expect(hi).toBeGreaterThan(23);
    expect(hi).toBeLessThan(35);
    expect(bounds(skewed, "auto")).toEqual([lo, hi]);
    const [low, high] = bounds(skewed, "pooled");
    expect(high - 10).toBeCloseTo(10 - low, 9);
  });

  it("auto stays symmetric on symmetric errors, and asymmetric stays on values where a series is not positive", () => {
    const random = createRandom(2);
    const panel = items(30, 4, () => random.normal());
    expect(bounds(panel, "auto")).toEqual(bounds(panel, "pooled"));
    const [lo, hi] = bounds(panel, "asymmetric");
    expect(lo).toBeLessThan(-0.8);
    expect(hi).toBeGreaterThan(0.8);
  });

  it("adaptive widens for a series that keeps falling outside and narrows for one that never does", () => {
    const random = createRandom(3);
    // The error scale follows a series' size, not its shape: one that is either right or far off falls outside too often,
    // one that is always off by the same amount never does.
    const shapes = [(u: number) => (u < 0.15 ? 1.8 : u < 0.3 ? -1.8 : 0), (u: number) => (u < 0.5 ? 1 : -1)];
    const panel = items(40, 6, (i) => (shapes[i] ? shapes[i](random.uniform()) : random.normal()));
    const width = (method: IntervalMethod, i: number): number => bounds(panel, method, i)[1];
    expect(width("adaptive", 0)).toBeGreaterThan(1.05 * width("pooled", 0));
    expect(width("adaptive", 1)).toBeLessThan(0.95 * width("pooled", 1));
    expect(width("adaptive", 7) / width("pooled", 7)).toBeGreaterThan(0.7);
    expect(width("adaptive", 7) / width("pooled", 7)).toBeLessThan(1.4);
  });

  it("enbpi takes the shortest interval of each series' own errors and knows nothing of the others", () => {
    const random = createRandom(4);
    const draw = (i: number) => (i === 0 ? -Math.log(1 - random.uniform()) : 100 * random.normal());
    const panel = items(5, 10, draw);
    const [lo, hi] = bounds(panel, "enbpi");
    expect(bounds([panel[0]], "enbpi")).toEqual([lo, hi]);
    // The shortest 80 % of an exponential distribution is 0 … 1.61.
    expect(lo).toBeLessThan(0.1);
    expect(hi).toBeGreaterThan(1.1);
    expect(hi).toBeLessThan(2.2);
    const [none] = calibrate(
      items(1, 0, () => 1, 1),
      HORIZON,
      GRID,
      "enbpi",
    );
    expect(none[0][3]).toBe(1);
  });

  it.each(["auto", "pooled", "asymmetric", "adaptive", "enbpi"] as const)(
    "%s: nested, around the point forecast, scaled with the series, and refused by another name",
    (intervals) => {
      const random = createRandom(5);
      const panel = Array.from({ length: 4 }, (_, i) => ({
        id: `s${i}`,
        y: Float64Array.from({ length: 200 }, (_v, t) => 20 + 5 * Math.sin(t) + Math.exp(random.normal())),
      }));
      const run = (factor: number): Forecast[] =>
        forecast(
          panel.map(({ id, y }) => ({ id, y: y.map((v) => v * factor) })),
          { horizon: 12, season: [12], intervals },
        );
      const [one, large] = [run(1), run(1024)];
      one.forEach((f, i) => {
        for (let h = 0; h < 12; h++) {
          const row = [f.lo[95][h], f.lo[80][h], f.mean[h], f.hi[80][h], f.hi[95][h]];
          expect([...row].sort((a, b) => a - b)).toEqual(row);
          expect(large[i].hi[95][h] / 1024).toBeCloseTo(f.hi[95][h], 6);
        }
      });
      const wrong = { horizon: 1, intervals: "gaussian" as IntervalMethod };
      expect(() => forecast(panel, wrong)).toThrow("intervals must be one of auto, pooled");
    },
  );
});

describe("AdaptiveConformal", () => {
  it("holds its coverage within the bound of Gibbs & Candès while the errors grow tenfold", () => {
    const random = createRandom(6);
    const [level, gamma, steps] = [80, 0.05, 4000];
    const stream = new AdaptiveConformal({ level, gamma, window: 200 });
    let misses = 0;
    for (let t = 0; t < steps; t++) {
      const actual = (1 + (9 * t) / steps) * random.normal();
      const { lo, hi } = stream.interval(0);
      if (actual < lo || actual > hi) misses++;
      stream.observe(0, actual);
    }
    expect(Math.abs(misses / steps - 0.2)).toBeLessThanOrEqual((0.8 + gamma) / (gamma * steps));
  });

  it("knows nothing before the first error, ignores missing values and goes to both extremes", () => {
    const stream = new AdaptiveConformal({ level: 50, gamma: 0.3 });
    expect(stream.interval(5)).toEqual({ lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY });
    stream.observe(5, Number.NaN);
    expect(stream.missRate).toBe(0.5);
    for (let t = 0; t < 4; t++) stream.observe(0, 2 ** t);
    expect(stream.missRate).toBeLessThan(0.5);
    for (let t = 0; t < 12; t++) stream.observe(0, 0);
    expect(stream.missRate).toBeGreaterThanOrEqual(1);
    expect(stream.interval(3)).toEqual({ lo: 3, hi: 3 });
  });

  it("refuses options that make no sense", () => {
    expect(() => new AdaptiveConformal({ level: 100 })).toThrow(InputError);
    expect(() => new AdaptiveConformal({ level: 90, gamma: 0 })).toThrow("gamma");
    expect(() => new AdaptiveConformal({ level: 90, window: 0.5 })).toThrow("window");
    expect(() => new AdaptiveConformal({ level: 90 }).observe(Number.NaN, 1)).toThrow("forecast must be finite");
  });
});
