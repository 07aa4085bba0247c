import { describe, expect, it } from "vitest";
import { combineFits, type MemberFits } from "../../../src/forecast/combine.js";

const y = Float64Array.from({ length: 12 }, (_, t) => t);

/** A series 0, 1, 2 … with three origins of two steps, forecast by members that are off by the given amounts. */
function item(offsets: Record<string, readonly number[]>, missing: (name: string, k: number) => boolean = () => false) {
  const cuts = [6, 8, 10];
  const names = Object.keys(offsets);
  const fits: MemberFits = {
    series: {
      id: "a",
      y,
      observed: new Uint8Array(12).fill(1),
      seasons: [],
      clock: 0,
      nonNegative: true,
      warnings: [],
    },
    plan: { cuts, horizon: 2 },
    fit: {
      name: "pool",
      members: names,
      points: names.map((_, m) => Float64Array.of(100 + m, 200 + m)),
      distribution: null,
      backtest: cuts.map((cut, k) => ({
        points: names.map((name) =>
          missing(name, k) ? null : Float64Array.of(y[cut] + offsets[name][k], y[cut + 1] - offsets[name][k]),
        ),
        distribution: null,
      })),
    },
  };
  return fits;
}

const total = (weights: Record<string, number>): number => Object.values(weights).reduce((a, b) => a + b, 0);

describe("combineFits", () => {
  it("weighs by the inverse cube of the errors", () => {
    const [{ weights }] = combineFits([item({ good: [1, 1, 1], bad: [2, 2, 2] })]);
    expect(weights["good"]).toBeCloseTo(8 / 9, 12);
    expect(weights["bad"]).toBeCloseTo(1 / 9, 12);
  });

  it("makes the backtest forecast of an origin with weights that do not know it", () => {
    // The other origins see equal errors; only the last one tells the two apart.
    const [{ weights, backtest }] = combineFits([item({ a: [1, 1, 1], b: [1, 1, 4] })]);
    expect(weights["a"]).toBeGreaterThan(0.7);
    const { point } = backtest[2];
    expect(point[0]).toBeCloseTo(y[10] + 2.5, 12);
    expect(backtest[0].point[0]).toBeCloseTo(y[6] + 1, 12);
  });

  it("takes the weighted median, each value in the middle of its weight", () => {
    const [{ point, weights }] = combineFits([item({ a: [1, 1, 1], b: [1, 1, 1], c: [1, 1, 1], d: [1, 1, 1] })]);
    expect(total(weights)).toBeCloseTo(1, 12);
    expect(point[0]).toBeCloseTo(101.5, 12);
    const [three] = combineFits([item({ a: [9, 9, 9], b: [1, 1, 1], c: [9, 9, 9] })]);
    expect(three.point[1]).toBeCloseTo(201, 12);
  });

  it("trusts a series with few origins less than the panel", () => {
    const clear = item({ a: [1, 1, 1], b: [3, 3, 3] });
    const odd = item({ a: [3, 3, 3], b: [1, 1, 1] });
    odd.plan = { cuts: [10], horizon: 2 };
    odd.fit = { ...odd.fit, backtest: odd.fit.backtest.slice(2) };
    const alone = combineFits([odd])[0].weights;
    const beside = combineFits([clear, clear, clear, odd])[3].weights;
    expect(alone["b"]).toBeCloseTo(27 / 28, 12);
    expect(beside["b"]).toBeLessThan(0.7);
    const none = { ...odd, plan: { cuts: [], horizon: 0 }, fit: { ...odd.fit, backtest: [] } };
    expect(combineFits([clear, none])[1].weights["a"]).toBeCloseTo(27 / 28, 12);
    expect(combineFits([none])[0].weights["a"]).toBe(0.5);
  });

  it("leaves out members that could not be fitted, and judges none at all by the last value", () => {
    const [{ backtest }] = combineFits([
      item({ a: [1, 1, 1], b: [2, 2, 2] }, (name, k) => k === 1 || (k === 0 && name === "a")),
    ]);
    expect(backtest[0].point[0]).toBe(y[6] + 2);
    expect([...backtest[1].point]).toEqual([y[7], y[7]]);
  });

  it("does not divide by a member that was right by chance", () => {
    const [{ weights }] = combineFits([item({ exact: [0, 1, 1], other: [1, 1, 1] })]);
    expect(weights["exact"]).toBeGreaterThan(0.5);
    expect(weights["exact"]).toBeLessThan(1);
    const [same] = combineFits([item({ a: [0, 0, 0], b: [0, 0, 0] })]);
    expect(same.weights).toEqual({ a: 0.5, b: 0.5 });
  });
});
