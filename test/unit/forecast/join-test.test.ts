import { describe, expect, it } from "vitest";
import { joinTest as judge } from "../../../src/forecast/join-test.js";
import type { FittedComponent } from "../../../src/forecast/score-pool.js";

const CUTS = [4, 5];

/** One series of zeros with a one-step forecast from each of two origins, by components that are off as given. */
function row(id: string, errors: Record<string, readonly [number, number]>, seen = [1, 1]): FittedComponent[] {
  const observed = Uint8Array.of(1, 1, 1, 1, seen[0], seen[1]);
  const series = { id, y: new Float64Array(6), observed, seasons: [], clock: 0, nonNegative: false, warnings: [] };
  return Object.entries(errors).map(([name, offs]) => ({
    series,
    plan: { cuts: CUTS, horizon: 1 },
    fit: {
      name,
      weights: { [name]: 1 },
      point: Float64Array.of(0),
      spread: Float64Array.of(0),
      distribution: null,
      backtest: offs.map((off) => ({ point: Float64Array.of(off), spread: Float64Array.of(0), distribution: null })),
    },
  }));
}

/** The test of the component "net" beside the others. */
const joinTest = (items: readonly FittedComponent[][]) => {
  const having = items.filter((one) => one.some(({ fit }) => fit.name === "net"));
  const without = having.map((one) => one.filter(({ fit }) => fit.name !== "net"));
  return judge(without, having, "component");
};

describe("joinTest", () => {
  it("is the mean gain over series, with the variances of series and of origins added", () => {
    // Equal errors by size make equal weights: the blend of +1 and −1 is 0, that of +1 and +1 is 1.
    const items = [
      row("a", { pool: [1, 1], net: [-1, -1] }),
      row("b", { pool: [1, 1], net: [-1, 1] }),
      row("c", { pool: [1, 1], net: [1, 1] }),
    ];
    const { joined, gain, se, series, origins } = joinTest(items);
    // a: errors fall from 1 to 0 at both, in units of 0.5. b: at the first of them, in units of 0.75. c: nowhere.
    const bySeries = [2, 2 / 3, 0];
    const byOrigin = [(2 + 4 / 3 + 0) / 3, (2 + 0 + 0) / 3];
    const variance = (x: number[]) => {
      const m = x.reduce((a, b) => a + b) / x.length;
      return x.reduce((a, b) => a + (b - m) ** 2, 0) / (x.length - 1) / x.length;
    };
    expect([series, origins]).toEqual([3, 2]);
    expect(gain).toBeCloseTo(8 / 9, 12);
    expect(se).toBeCloseTo(Math.sqrt(variance(bySeries) + variance(byOrigin)), 12);
    expect(joined).toBe(false);
  });

  it("joins where the gain is more than twice its standard error, and a thousandth", () => {
    const many = (net: readonly [number, number]) =>
      Array.from({ length: 20 }, (_, i) => row(`s${i}`, { pool: [1, 1], net }));
    expect(joinTest(many([-1, -1]))).toEqual({
      ...{ joined: true, as: "component", gain: 2, se: 0, series: 20, origins: 2 },
    });
    expect(joinTest(many([1, 1]))).toMatchObject({ joined: false, gain: 0, se: 0 });
    expect(joinTest(many([30, 30]))).toMatchObject({ joined: false });
    // A weight of a millionth gains a millionth, at every series alike.
    const tiny = joinTest(many([-100, -100]));
    expect(tiny.gain).toBeGreaterThan(2 * (tiny.se as number));
    expect(tiny.joined).toBe(false);
  });

  it("compares only series that have the component and an origin with values", () => {
    const items = [
      row("a", { pool: [1, 1], net: [-1, -1] }),
      row("without", { pool: [5, 5] }),
      row("unseen", { pool: [1, 1], net: [9, 9] }, [0, 0]),
    ];
    expect(joinTest(items)).toMatchObject({ gain: 2, series: 1, origins: 2 });
    expect(joinTest(items.slice(1))).toEqual({ joined: false, as: null, gain: null, se: null, series: 0, origins: 0 });
    expect(joinTest([row("one", { pool: [1, 1], net: [-1, -1] }, [0, 1])])).toEqual({
      ...{ joined: false, as: null, gain: 2, se: null, series: 1, origins: 1 },
    });
    expect(joinTest([row("zero", { pool: [0, 0], net: [0, 0] })])).toMatchObject({ gain: 0, joined: false });
  });

  it("weighs the blend at an origin by the other origins", () => {
    // From the first origin the weights know only the second, at which the net is a thousand times better.
    const item = [row("a", { pool: [1, 1], net: [3, 1e-3] })];
    const first = 3;
    const { gain } = joinTest(item);
    // At the second they know the first, at which it is three times worse: 1/28 of the weight.
    const second = 27 / 28 + 1e-3 / 28;
    const unit = (1 + first + 1 + second) / 4;
    expect(gain).toBeCloseTo((1 - first + 1 - second) / (2 * unit), 6);
  });
});
