import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { errorScales, type ScaleInput } from "../../../src/forecast/scale.js";

const HORIZON = 6;
const ORIGINS = 4;
const N = 120;

/** A series with steps of `step`, errors of `size` and members `apart` from each other. */
function input(size: number, step: number, apart: number, jitter = () => 1): ScaleInput {
  const cuts = Array.from({ length: ORIGINS }, (_, k) => N - (ORIGINS - k) * HORIZON);
  return {
    errors: cuts.map(() => Float64Array.from({ length: HORIZON }, (_, h) => (h % 2 ? size : -size) * jitter())),
    history: Float64Array.from({ length: N }, (_, t) => 50 + (t % 2 ? step : 0)),
    cuts,
    season: 1,
    spread: new Float64Array(HORIZON).fill(apart),
    backtestSpread: cuts.map(() => new Float64Array(HORIZON).fill(apart)),
  };
}

const scaled = (one: ScaleInput, c: number): ScaleInput => ({
  ...one,
  errors: one.errors.map((block) => block.map((e) => c * e)),
  history: one.history.map((v) => c * v),
  spread: one.spread.map((v) => c * v),
  backtestSpread: one.backtestSpread.map((block) => block.map((v) => c * v)),
});

describe("errorScales", () => {
  it("is the size of the errors where all evidence agrees", () => {
    for (const { whole, byOrigin } of errorScales([input(2, 1, 0.5), input(4, 2, 1), input(6, 3, 1.5)])) {
      expect(whole / byOrigin[0]).toBeCloseTo(1, 12);
    }
    expect(errorScales([input(2, 1, 0.5)])[0].whole).toBeCloseTo(2, 12);
  });

  it("has its series' unit, whatever the units of the others", () => {
    const random = createRandom(3);
    const panel = Array.from({ length: 12 }, (_, i) => input(1 + i, 3, 2 + (i % 3), () => 0.5 + random.uniform()));
    const before = errorScales(panel);
    const after = errorScales(panel.map((one, i) => (i === 4 ? scaled(one, 1000) : one)));
    expect(after[4].whole).toBeCloseTo(1000 * before[4].whole, 6);
    expect(after[4].byOrigin[1]).toBeCloseTo(1000 * before[4].byOrigin[1], 6);
    expect(after[5].whole).toBeCloseTo(before[5].whole, 10);
  });

  it("grows with the recent change of the history and with the distance of the members", () => {
    const same = [input(1, 1, 1), input(1, 1, 1), input(1, 1, 1)];
    const [restless] = errorScales([input(1, 3, 1), ...same]);
    const [divided] = errorScales([input(1, 1, 3), ...same]);
    expect(restless.whole).toBeGreaterThan(1.1);
    expect(divided.whole).toBeGreaterThan(1.1);
    const quiet = input(1, 1, 1);
    // Long ago the series changed more: that is over.
    quiet.history.fill(0, 0, 40);
    quiet.history[20] = 5000;
    expect(errorScales([quiet, ...same])[0].whole).toBeCloseTo(1, 9);
  });

  it("learns from the panel what tells the errors' size: an origin's own spread", () => {
    const random = createRandom(4);
    const panel = Array.from({ length: 200 }, () => {
      const one = input(1, 1, 1);
      const sizes = one.cuts.map(() => Math.exp(random.normal()));
      one.errors = sizes.map((size) => Float64Array.from({ length: HORIZON }, () => size * random.normal()));
      one.backtestSpread = sizes.map((size) => new Float64Array(HORIZON).fill(size));
      one.spread = new Float64Array(HORIZON).fill(1);
      return one;
    });
    const wide = { ...panel[0], spread: new Float64Array(HORIZON).fill(8) };
    const [narrowScale] = errorScales(panel);
    const [wideScale] = errorScales([wide, ...panel.slice(1)]);
    // The prior's exponent of 0.15 would give 1.4 times the width.
    expect(wideScale.whole / narrowScale.whole).toBeGreaterThan(2.5);
  });

  it("does not depend on the order of the panel by a bit", () => {
    const random = createRandom(5);
    const panel = Array.from({ length: 30 }, () =>
      input(1 + random.uniform(), random.uniform(), random.uniform(), () => random.uniform()),
    );
    const forwards = errorScales(panel);
    expect(errorScales(panel.toReversed()).toReversed()).toEqual(forwards);
  });

  it("takes what there is: no backtest, no change, no second member, nothing at all", () => {
    const none = { ...input(1, 2, 0), errors: [], cuts: [], backtestSpread: [] };
    const [fresh] = errorScales([none, input(1, 1, 0), input(1, 1, 0)]);
    expect(fresh.whole).toBeCloseTo(2, 12);
    const constant = input(0, 0, 0);
    expect(errorScales([constant])[0]).toEqual({ whole: 0, byOrigin: [0, 0, 0, 0] });
    expect(errorScales([])).toEqual([]);
    // Right by chance so far, but the series moves: not without any width.
    expect(errorScales([input(0, 5, 0), input(1, 1, 0)])[0].whole).toBeGreaterThan(0);
  });
});
