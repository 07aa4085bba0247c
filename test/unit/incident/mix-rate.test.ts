import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { mixRate } from "../../../src/incident/index.js";
import golden from "../../golden/incident.golden.json" with { type: "json" };

const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0);

describe("mixRate", () => {
  it("agrees with the twofold Oaxaca-Blinder decomposition of statsmodels", () => {
    const { values, weights, mix, rate, delta, groupRate } = golden.kitagawa;
    const result = mixRate({ value: values[0], weight: weights[0] }, { value: values[1], weight: weights[1] });
    expect(result.mix).toBeCloseTo(mix, 12);
    expect(result.rate).toBeCloseTo(rate, 12);
    expect(result.delta).toBeCloseTo(delta, 12);
    result.groups.forEach((group, g) => {
      expect(group.rate).toBeCloseTo(groupRate[g], 12);
    });
  });

  it("splits the whole change, over groups too", () => {
    const result = mixRate({ value: [3, 9, 1], weight: [90, 30, 5] }, { value: [2, 30, 0], weight: [40, 100, 0] });
    expect(result.rate + result.mix).toBeCloseTo(result.delta, 14);
    expect(sum(result.groups.map(({ rate }) => rate))).toBeCloseTo(result.rate, 14);
    expect(sum(result.groups.map(({ mix }) => mix))).toBeCloseTo(result.mix, 14);
  });

  it("calls traffic that moves to a worse group mix, and a group that gets worse rate", () => {
    const moved = mixRate({ value: [1, 10], weight: [100, 100] }, { value: [0.5, 15], weight: [50, 150] });
    expect(moved.rate).toBeCloseTo(0, 14);
    expect(moved.mix).toBeCloseTo(0.0225, 14);
    const worse = mixRate({ value: [1, 10], weight: [100, 100] }, { value: [11, 10], weight: [100, 100] });
    expect(worse.mix).toBe(0);
    expect(worse.groups[0].rate).toBeCloseTo(0.05, 14);
  });

  it("gives a group that comes or goes no rate change", () => {
    const result = mixRate({ value: [5, 0, 2], weight: [100, 0, 10] }, { value: [5, 40, 0], weight: [100, 100, 0] });
    expect(result.groups.map(({ rate }) => rate)).toEqual([0, 0, 0]);
    expect(result.mix).toBeCloseTo(result.delta, 14);
  });

  it("refuses what cannot be decomposed", () => {
    const fine = { value: [1], weight: [2] };
    expect(() => mixRate(fine, { value: [1, 2], weight: [3, 4] })).toThrow(/1 groups before and 2 after/);
    expect(() => mixRate({ value: [1, 2], weight: [3] }, fine)).toThrow(InputError);
    expect(() => mixRate({ value: [-1], weight: [3] }, fine)).toThrow(/group 0 before has value -1/);
    expect(() => mixRate({ value: [Number.NaN], weight: [3] }, fine)).toThrow(InputError);
    expect(() => mixRate(fine, { value: [0], weight: [0] })).toThrow(/after has no weight/);
  });
});
