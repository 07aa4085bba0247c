import { describe, expect, it } from "vitest";
import { type NabSeries, nabScore } from "../../../src/changepoint/index.js";
import { InputError } from "../../../src/core/errors.js";

const sigmoid = (x: number) => 2 / (1 + Math.exp(-x)) - 1;
const series = (extra: Partial<NabSeries> = {}): NabSeries => ({
  n: 1000,
  windows: [[500, 599]],
  alerts: [],
  ...extra,
});

describe("nabScore", () => {
  it("is 0 without alerts and 100 for the first row of every window", () => {
    expect(nabScore([series()])).toEqual({ score: 0, total: -1, null: -1, windows: 1 });
    const two: NabSeries["windows"] = [
      [300, 349],
      [500, 599],
    ];
    expect(nabScore([series({ windows: two, alerts: [300, 500] }), series({ alerts: [500] })]).score).toBeCloseTo(
      100,
      12,
    );
  });

  it("weighs an alert by its place in the window and counts the earliest only", () => {
    // Row 550 of 500…599: p = −(599 − 550 + 1)/100 = −0.5.
    const weight = sigmoid(2.5) / sigmoid(5);
    expect(nabScore([series({ alerts: [599, 550, 570] })]).total).toBeCloseTo(weight, 12);
    // The benchmark's own documentation: 0.84828 half-way into a window, 0.98661 at its start.
    expect(weight).toBeCloseTo(0.84828 / 0.98661, 5);
    // The last row: p = −1/100.
    expect(nabScore([series({ alerts: [599] })]).total).toBeCloseTo(sigmoid(0.05) / sigmoid(5), 12);
  });

  it("charges alerts outside by their distance from the window before", () => {
    const cost = (row: number) => nabScore([series({ alerts: [row] })]).total + 1;
    expect(cost(499)).toBeCloseTo(-0.11, 12);
    // q = (i − 599)/99.
    expect(cost(600)).toBeCloseTo(0.11 * sigmoid(-5 / 99), 12);
    expect(cost(698)).toBeCloseTo(0.11 * sigmoid(-5), 12);
    expect(cost(896)).toBeCloseTo(0.11 * sigmoid(-15), 12);
    expect(cost(897)).toBeCloseTo(-0.11, 12);
    // A window of one row: whatever comes after it is far away.
    expect(nabScore([series({ windows: [[500, 500]], alerts: [501] })]).total).toBeCloseTo(-1.11, 12);
  });

  it("ignores the first min(⌊0.15 n⌋, 750) rows, and windows wholly in them", () => {
    expect(nabScore([series({ alerts: [0, 149] })]).total).toBe(-1);
    expect(nabScore([series({ alerts: [150] })]).total).toBeCloseTo(-1.11, 12);
    const early: NabSeries["windows"] = [
      [100, 149],
      [500, 599],
    ];
    expect(nabScore([series({ windows: early, alerts: [120] })])).toMatchObject({ total: -1, null: -1, windows: 2 });
    const across: NabSeries["windows"] = [[100, 199]];
    // The alert at 120 does not count, the one at 150 does: p = −(199 − 150 + 1)/100.
    expect(nabScore([series({ windows: across, alerts: [120, 150] })]).total).toBeCloseTo(
      sigmoid(2.5) / sigmoid(5),
      12,
    );
    expect(nabScore([{ n: 18_050, windows: [[900, 999]], alerts: [749, 750] }]).total).toBeCloseTo(-1.11, 12);
  });

  it("refuses rows that are not there and windows that overlap", () => {
    for (const bad of [
      { alerts: [1000] },
      { alerts: [0.5] },
      {
        windows: [
          [5, 9],
          [9, 12],
        ],
      },
      { windows: [[990, 1000]] },
    ]) {
      expect(() => nabScore([series(bad as Partial<NabSeries>)])).toThrow(InputError);
    }
  });
});
