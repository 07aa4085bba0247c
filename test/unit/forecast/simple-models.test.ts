import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { fitEts } from "../../../src/forecast/ets/fit.js";
import { fourierSeason } from "../../../src/forecast/ets/long-season.js";
import { etsForms, selectEts } from "../../../src/forecast/ets/select.js";
import type { EtsForm } from "../../../src/forecast/ets/types.js";
import { drift } from "../../../src/forecast/models/drift.js";
import { autoEts, dampedHolt, holt, ses } from "../../../src/forecast/models/exponential-smoothing.js";
import { historicMean } from "../../../src/forecast/models/historic-mean.js";
import { windowMean } from "../../../src/forecast/models/window-mean.js";

const isUsed = ({ error, trend }: EtsForm) => error === "A" || trend !== "A";
const none = { horizon: 3, seasons: [] };

describe("benchmarks by hand", () => {
  const y = Float64Array.of(2, 9, 4, 8);

  it("drift goes on along the line through the first and the last value", () => {
    expect([...(drift.point(y, none) ?? [])]).toEqual([10, 12, 14]);
    expect(drift.point(Float64Array.of(1), none)).toBeNull();
  });

  it("historic_mean is the mean of all", () => {
    expect([...(historicMean.point(y, none) ?? [])]).toEqual([5.75, 5.75, 5.75]);
  });

  it("window_mean is the mean of the longest season's last cycle, else of at most ten values", () => {
    expect([...(windowMean.point(y, { horizon: 1, seasons: [2] }) ?? [])]).toEqual([6]);
    expect([...(windowMean.point(y, { horizon: 1, seasons: [] }) ?? [])]).toEqual([5.75]);
    const long = Float64Array.from({ length: 20 }, (_, t) => t);
    expect([...(windowMean.point(long, { horizon: 1, seasons: [] }) ?? [])]).toEqual([14.5]);
    expect([...(windowMean.point(long, { horizon: 1, seasons: [2, 6] }) ?? [])]).toEqual([16.5]);
  });
});

describe("smoothing models", () => {
  const random = createRandom(4);
  const y = Float64Array.from({ length: 60 }, (_, t) => 20 + 0.5 * t + random.normal());

  it.each([
    [ses, "N"],
    [holt, "A"],
    [dampedHolt, "Ad"],
  ] as const)("$name is its form of the family", (model, trend) => {
    expect(model.point(y, none)).toEqual(fitEts(y, { error: "A", trend, season: "N" })?.forecast(3));
    expect(model.point(Float64Array.of(1, 2), none)).toBeNull();
  });

  it("autoets carries a season of up to 24 steps in states", () => {
    const seasonal = y.map((v, t) => v + 5 * (t % 3));
    const ahead = autoEts.point(seasonal, { horizon: 3, seasons: [3, 12] }) ?? [];
    for (let h = 0; h < 3; h++) expect(Math.abs(ahead[h] - (50 + 0.5 * h + 5 * h))).toBeLessThan(2.5);
  });

  it("autoets takes a longer season out as a wave and adds it again", () => {
    const wave = (t: number) => 30 * Math.sin((2 * Math.PI * t) / 52);
    const noise = createRandom(9);
    const weekly = Float64Array.from({ length: 180 }, (_, t) => 100 + wave(t) + 0.5 * noise.normal());
    const ahead = autoEts.point(weekly, { horizon: 26, seasons: [52] }) ?? [];
    for (let h = 0; h < 26; h++) expect(Math.abs(ahead[h] - (100 + wave(180 + h)))).toBeLessThan(3);
    // The wave is not carried in states: the rest is fitted without a season.
    const { past, future } = fourierSeason(weekly, 52, 26);
    const rest = weekly.map((v, t) => v - past[t]);
    const apart = selectEts(rest, 1, etsForms(rest, 1).filter(isUsed))?.forecast(26);
    expect(ahead).toEqual(apart?.map((v, h) => v + future[h]));
    const flat = autoEts.point(weekly, { horizon: 26, seasons: [] }) ?? [];
    expect(Math.abs(flat[13] - (100 + wave(193)))).toBeGreaterThan(3);
  });

  it("autoets leaves out multiplicative errors around an undamped trend", () => {
    const noise = createRandom(12);
    const growing = Float64Array.from({ length: 80 }, (_, t) => (20 + 2 * t) * Math.exp(0.1 * noise.normal()));
    expect(selectEts(growing, 1)?.form).toEqual({ error: "M", trend: "A", season: "N" });
    const used = selectEts(growing, 1, etsForms(growing, 1).filter(isUsed));
    expect(autoEts.point(growing, none)).toEqual(used?.forecast(3));
  });

  it("autoets is null for fewer than five values", () => {
    expect(autoEts.point(Float64Array.of(1, 2, 3), none)).toBeNull();
    expect(autoEts.point(Float64Array.of(1, 2, 3, 4), { horizon: 2, seasons: [2] })).toBeNull();
  });
});

describe("fourierSeason", () => {
  it("finds the harmonics that are there, past and to come", () => {
    const wave = (t: number) => 3 * Math.sin((2 * Math.PI * t) / 30) + 2 * Math.cos((6 * Math.PI * t) / 30);
    const random = createRandom(6);
    let level = 10;
    const y = Float64Array.from({ length: 240 }, (_, t) => {
      level += 0.05 * random.normal();
      return level + wave(t);
    });
    const { past, future, pairs } = fourierSeason(y, 30, 15);
    expect(pairs).toBe(3);
    for (let t = 0; t < 240; t++) expect(Math.abs(past[t] - wave(t))).toBeLessThan(0.3);
    for (let h = 0; h < 15; h++) expect(Math.abs(future[h] - wave(240 + h))).toBeLessThan(0.3);
  });

  it("finds next to none in a random walk, and none in a constant", () => {
    const random = createRandom(7);
    let found = 0;
    for (let i = 0; i < 20; i++) {
      let level = 0;
      const y = Float64Array.from({ length: 150 }, () => {
        level += random.normal();
        return level;
      });
      found += fourierSeason(y, 52, 1).pairs;
    }
    expect(found).toBeLessThan(20);
    expect(fourierSeason(new Float64Array(110).fill(3), 52, 4).pairs).toBe(0);
  });

  it("leaves short histories alone", () => {
    const { past, future, pairs } = fourierSeason(Float64Array.of(1, 2, 3, 4), 2, 2);
    expect(pairs).toBe(0);
    expect([...past, ...future]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
