import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { conformalShifts, conformalWidths, pooledShifts } from "../../../src/forecast/conformal.js";

const step = (...scores: number[]): Float64Array => Float64Array.from(scores);

describe("conformalWidths", () => {
  it("takes the quantile at p·(n + 1)/n of the scores", () => {
    // One step, scores 0…9: level 0.5·11/10 = 0.55, position 4.95.
    const pool = [Float64Array.from({ length: 10 }, (_, i) => i)];
    expect(conformalWidths(pool, [0.5], 1)[0][0]).toBeCloseTo(4.95, 12);
    // 0.95·11/10 is above 1: with ten scores the largest is all one can say.
    expect(conformalWidths(pool, [0.95], 1)[0][0]).toBe(9);
    // Below one half the level moves down: 1 − 0.8·1.1 = 0.12.
    expect(conformalWidths(pool, [0.2], 1)[0][0]).toBeCloseTo(9 * 0.12, 12);
    expect(conformalWidths(pool, [0], 1)[0][0]).toBe(0);
  });

  it("never shrinks with the step", () => {
    const pool = Array.from({ length: 12 }, (_, h) => new Float64Array(50).fill(h < 6 ? 5 : 1));
    const [widths] = conformalWidths(pool, [0.8], 12);
    expect([...widths]).toEqual(new Array(12).fill(5));
  });

  it("pools the steps beside a step: one twelfth of the horizon on either side", () => {
    const pool = Array.from({ length: 24 }, (_, h) => step(h));
    // Steps 10 ± 2: scores 8…12, level 0.5·6/5 = 0.6, position 2.4.
    expect(conformalWidths(pool, [0.5], 24)[0][10]).toBeCloseTo(10.4, 12);
  });

  it("grows beyond the backtest by the power it grew with, at most like a random walk", () => {
    // One score a step: its width is the score itself, whatever the level.
    const power = (exponent: number) => Array.from({ length: 40 }, (_, h) => step((h + 1) ** exponent));
    const at = (exponent: number, h: number) => conformalWidths(power(exponent), [0.999], 160)[0][h];
    // The widths of steps 11 and 40 hold the scores of steps 14 and 40 (three steps on either side are pooled).
    const slope = (0.3 * Math.log(40 / 14)) / Math.log(40 / 11);
    expect(at(0.3, 159) / at(0.3, 39)).toBeCloseTo(4 ** slope, 10);
    expect(at(2, 159) / at(2, 39)).toBeCloseTo(2, 10);
    expect(at(0, 159)).toBe(1);
    expect(at(-1, 159)).toBe(at(-1, 39));
  });

  it("is zero without scores and for a panel without errors", () => {
    expect([...conformalWidths([], [0.95], 3)[0]]).toEqual([0, 0, 0]);
    expect([...conformalWidths([step(), step()], [0.95], 4)[0]]).toEqual([0, 0, 0, 0]);
    expect([...conformalWidths([step(0, 0), step(0, 0)], [0.95], 4)[0]]).toEqual([0, 0, 0, 0]);
  });
});

describe("conformalShifts", () => {
  it("takes the p-quantile of signed scores for each probability, and holds the last step", () => {
    const scores = Float64Array.from({ length: 11 }, (_, i) => i - 5);
    const [low, middle, high] = conformalShifts([[scores], [scores], [scores]], [0.1, 0.5, 0.9], 3);
    // Level 0.9·12/11: position 10·0.9818 = 9.818 of −5…5.
    expect(high[0]).toBeCloseTo(4.818181818, 8);
    expect(low[0]).toBeCloseTo(-4.818181818, 8);
    expect(middle[0]).toBeCloseTo(10 * ((0.5 * 12) / 11) - 5, 10);
    expect(high[2]).toBe(high[0]);
  });

  it("is zero without scores", () => {
    expect([...conformalShifts([[]], [0.9], 2)[0]]).toEqual([0, 0]);
    expect([...conformalShifts([[step()]], [0.9], 2)[0]]).toEqual([0, 0]);
  });
});

describe("pooledShifts", () => {
  it("is conformalShifts with one pool for all probabilities, to the last bit", () => {
    const random = createRandom(6);
    const pool = Array.from({ length: 14 }, (_, h) => Float64Array.from({ length: 9 + h }, () => random.normal()));
    const probabilities = [0.005, 0.1, 0.5, 0.9, 0.995];
    const same = probabilities.map(() => pool);
    for (const horizon of [5, 14, 20]) {
      expect(pooledShifts(pool, probabilities, horizon)).toEqual(conformalShifts(same, probabilities, horizon));
    }
    expect(pooledShifts([], [0.9], 2)).toEqual([new Float64Array(2)]);
  });
});
