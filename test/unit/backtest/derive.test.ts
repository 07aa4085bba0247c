import { describe, expect, it } from "vitest";
import { createDeriver } from "../../../src/backtest/replay/derive.js";
import { eventRows } from "../../../src/backtest/replay/events.js";
import { addExactly, roundExactSum } from "../../../src/backtest/replay/exact-sum.js";
import { replay } from "../../../src/backtest/replay/replay.js";
import type { ColumnarLog, DerivedSignal } from "../../../src/backtest/types.js";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { logOf, policyOf, seriesOf, triggerOf } from "../../reference/replay-cases.js";

const _ = Number.NaN;
const unit = { unit: "", range: [-9, 9] } as const;
const mean = (window_ms: number, from = "x", name = "m"): DerivedSignal => ({
  ...unit,
  name,
  op: "trailing_mean",
  from,
  window_ms,
});
const rate = (from = "x", name = "r"): DerivedSignal => ({ ...unit, name, op: "rate", from });

function derive(signal: DerivedSignal, log: ColumnarLog, maxGapMs = 2000): number[] {
  return [...createDeriver(policyOf([], { derived: [signal] }), [signal.name], maxGapMs).push(log)[0]];
}

describe("trailing_mean", () => {
  it("is over (t − window, t]: a value exactly as old as the window is out", () => {
    expect(derive(mean(3), seriesOf([1, 2, 3, 4, 5], [0, 1, 2, 3, 6]))).toEqual([1, 1.5, 2, 3, 5]);
  });
  it("leaves out what is missing, and is missing where nothing is left", () => {
    expect(derive(mean(2), seriesOf([_, 1, _, _, 4]))).toEqual([_, 1, 1, _, 4]);
  });
  it("keeps nothing of what has left the window", () => {
    expect(derive(mean(2), seriesOf([0.1, 1e17, 0.1, 0.3, 0.3]))).toEqual([0.1, 5e16, 5e16, (0.1 + 0.3) / 2, 0.3]);
    expect(derive(mean(1), seriesOf([1e-300, 1e200, 0.1, -0.1]))).toEqual([1e-300, 1e200, 0.1, -0.1]);
  });
  it("is the exact sum, rounded once, over the count", () => {
    const random = createRandom(5);
    const values = Array.from({ length: 400 }, () => random.normal() * 10 ** (random.int(60) - 30));
    const SCALE = 2 ** 400;
    const expected = values.map((_value, i) => {
      const inside = values.slice(Math.max(0, i - 49), i + 1);
      return Number(inside.reduce((sum, v) => sum + BigInt(v * SCALE), 0n)) / SCALE / inside.length;
    });
    expect(derive(mean(50), seriesOf(values))).toEqual(expected);
  });
  it("is infinite beside an infinite value, and missing between two of opposite sign", () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(derive(mean(2), seriesOf([1, inf, 2, -inf, inf, 3, 3]))).toEqual([1, inf, inf, -inf, _, inf, 3]);
    expect(derive(mean(2), seriesOf([1.7e308, 1.7e308, 1]))).toEqual([inf, inf, inf]);
  });
});

describe("the exact sum", () => {
  it("rounds to the even one of two equally near, unless what remains decides", () => {
    const total = (...values: number[]): number => {
      const sum: number[] = [];
      for (const value of values) addExactly(sum, value);
      return roundExactSum(sum);
    };
    expect(total()).toBe(0);
    expect(total(0.1, 0.2, -0.3)).toBe(2 ** -55);
    expect(total(1, 2 ** -53)).toBe(1);
    expect(total(1, 2 ** -53, 2 ** -200)).toBe(1 + 2 ** -52);
    expect(total(2 ** -200, 1, 2 ** -53, -(2 ** -200))).toBe(1);
    expect(total(-1, -(2 ** -53), -(2 ** -200))).toBe(-1 - 2 ** -52);
    expect(total(1 + 2 ** -52, 2 ** -53, -(2 ** -200))).toBe(1 + 2 ** -52);
  });
});

describe("rate", () => {
  it("is the difference to the row before, per second", () => {
    expect(derive(rate(), seriesOf([1, 2, 2, 0], [0, 500, 1000, 3000]))).toEqual([_, 2, 0, -1]);
  });
  it("is to the last value that was not missing, and missing where the value is", () => {
    expect(derive(rate(), seriesOf([1, _, 2], [0, 500, 1000]))).toEqual([_, _, 1]);
  });
  it("is missing across a gap, not at exactly the longest that is none", () => {
    expect(derive(rate(), seriesOf([1, 2, 3], [0, 10, 21]), 10)).toEqual([_, 100, _]);
    expect(derive(rate(), seriesOf([1, _, 3], [0, 10, 11]), 10)).toEqual([_, _, _]);
  });
  it("has the gap of the trigger that compares it", () => {
    const conditions = [{ name: "c", signal: "r", op: ">=", enter: 1, exit: 1 }] as const;
    const triggers = [10, 20].map((max_gap_ms) => triggerOf(`gap ${max_gap_ms}`, { conditions, max_gap_ms }));
    const events = eventRows(replay(policyOf(triggers, { derived: [rate()] }), seriesOf([0, 1, 2], [0, 15, 25])));
    expect(events.map(({ trigger, onsetTs }) => [trigger, onsetTs])).toEqual([
      ["gap 10", 25],
      ["gap 20", 15],
    ]);
  });
});

describe("derived signals", () => {
  it("have norms, missing where a part is", () => {
    const rows = [
      [3, 4],
      [1, _],
      [-1, 0],
    ].map(([x, y], ts) => ({ vehicle: "v", ts, lat: _, lon: _, values: { x, y } }));
    const norm: DerivedSignal = { ...unit, name: "n", op: "norm", from: ["x", "y"] };
    expect(derive(norm, logOf(rows, ["x", "y"]))).toEqual([5, _, 1]);
  });
  it("feed each other, and start anew with each vehicle", () => {
    const rows = ["a", "b"].flatMap((vehicle) =>
      [0, 1, 2].map((k) => ({ vehicle, ts: k, lat: _, lon: _, values: { x: k * k } })),
    );
    const policy = policyOf([], { derived: [rate(), mean(2, "r")] });
    expect([...createDeriver(policy, ["m"], 2000).push(logOf(rows, ["x"]))[0]]).toEqual([_, 1000, 2000, _, 1000, 2000]);
  });
  it("go on from piece to piece, also under another code", () => {
    const deriver = createDeriver(policyOf([], { derived: [mean(3)] }), ["x", "m"], 2000);
    expect(deriver.push(seriesOf([1, 2])).map((column) => [...column])).toEqual([
      [1, 2],
      [1, 1.5],
    ]);
    const next = { ...seriesOf([3, 9], [2, 3]), vehicleIds: ["w", "v"], vehicle: Int32Array.of(1, 0) };
    expect(deriver.push(next, 0, 1).map((column) => [...column])).toEqual([[3], [2]]);
    expect(deriver.push(next, 1, 2).map((column) => [...column])).toEqual([[9], [9]]);
  });
  it("may not have the name of a column", () => {
    const policy = policyOf([], { derived: [mean(3, "x", "speed")] });
    const log = { ...seriesOf([1]), signals: { x: new Float64Array(1), speed: new Float64Array(1) } };
    expect(() => createDeriver(policy, ["speed"], 2000).push(log)).toThrow(InputError);
    expect(() => createDeriver(policy, ["x"], 2000).push(log)).not.toThrow();
  });
});
