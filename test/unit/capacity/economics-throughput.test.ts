import { describe, expect, it } from "vitest";
import { throughputRegressions } from "../../../src/capacity/index.js";
import { createRandom, type Random } from "../../../src/core/random.js";

const DAYS = 28;

/** A daily course with noise that depends on its past; the last `dropped` hours lose a share. */
function pool(random: Random, name: string, dropped = 0, share = 0) {
  let noise = 0;
  const throughput = Array.from({ length: 24 * DAYS }, (_, h) => {
    noise = 0.8 * noise + 3 * random.normal();
    const level = 100 + 10 * Math.sin((2 * Math.PI * h) / 24) + noise;
    return h >= 24 * DAYS - dropped ? level * (1 - share) : level;
  });
  return { pool: name, hours: throughput.map((_, h) => h), throughput };
}

describe("throughputRegressions", () => {
  it("finds the pool that lost a fifth: since when, from which level to which", () => {
    const random = createRandom(5);
    const pools = [pool(random, "steady"), pool(random, "slower", 60, 0.2), pool(random, "also steady")];
    const rows = throughputRegressions(pools);
    expect(rows.map((row) => [row.pool, row.status, row.regression])).toEqual([
      ["also steady", "steady", false],
      ["slower", "changed", true],
      ["steady", "steady", false],
    ]);
    const { changeHour, hourLow, hourHigh, levelBefore, levelAfter, change, pValue, pAdjusted } = rows[1];
    expect(Math.abs((changeHour as number) - (24 * DAYS - 60))).toBeLessThanOrEqual(3);
    expect(hourLow).toBeLessThanOrEqual(24 * DAYS - 60);
    expect(hourHigh).toBeGreaterThanOrEqual(24 * DAYS - 60);
    expect(levelBefore).toBeCloseTo(100, -1);
    expect(levelAfter).toBeCloseTo(80, -1);
    expect(change).toBeCloseTo((levelAfter as number) / (levelBefore as number) - 1, 12);
    expect(pAdjusted).toBeCloseTo(3 * (pValue as number), 12);
    expect(rows[0]).toMatchObject({ hours: 24 * DAYS, changeHour: null, levelAfter: null, pValue: null });
  });

  it("seldom cries wolf, although hours depend on their neighbours", () => {
    const random = createRandom(6);
    const alone = Array.from({ length: 200 }, (_, k) => throughputRegressions([pool(random, String(k))])[0]);
    expect(alone.filter(({ regression }) => regression).length).toBeLessThanOrEqual(10);
  });

  it("tells a drop that was made good from one that lasts", () => {
    const random = createRandom(8);
    const level = (h: number) => (h < 200 ? 100 : h < 400 ? 70 : 100);
    const dip = Array.from({ length: 600 }, (_, h) => level(h) + random.normal());
    const rows = throughputRegressions([{ pool: "dip", hours: dip.map((_, h) => h), throughput: dip }]);
    expect(rows.map(({ changeHour, regression }) => [changeHour, regression])).toEqual([
      [200, false],
      [400, false],
    ]);
    const half = dip.map((value, h) => (h < 400 ? value : value - 20));
    const [first, second] = throughputRegressions([{ pool: "half", hours: dip.map((_, h) => h), throughput: half }]);
    expect([first.regression, second.regression]).toEqual([true, false]);
  });

  it("adjusts p-values by Holm over changes and pools, and never lets them fall", () => {
    const random = createRandom(7);
    const rows = throughputRegressions(
      Array.from({ length: 20 }, (_, k) => pool(random, String(k), 72, k < 4 ? 0.3 : 0)),
    );
    const changed = rows.filter(({ pValue }) => pValue !== null);
    const byP = changed.sort((a, b) => (a.pValue as number) - (b.pValue as number));
    byP.forEach((row, k) => {
      expect(row.pAdjusted).toBeGreaterThanOrEqual(Math.min(1, (rows.length - k) * (row.pValue as number)) - 1e-12);
      if (k > 0) expect(row.pAdjusted).toBeGreaterThanOrEqual(byP[k - 1].pAdjusted as number);
    });
    const slower = rows.filter(({ regression }) => regression).map((row) => row.pool);
    expect(slower.sort()).toEqual(["0", "1", "2", "3"]);
  });

  it("says nothing of a constant, gappy or short series, nor of a drop too small to matter", () => {
    const constant = { pool: "flat", hours: [...Array(200).keys()], throughput: Array(200).fill(7) };
    expect(throughputRegressions([constant])[0]).toMatchObject({ status: "steady", regression: false });
    const fresh = { pool: "new", hours: [5, 6], throughput: [3, 5] };
    expect(throughputRegressions([fresh])[0]).toMatchObject({ status: "too-short", hours: 2, regression: false });
    expect(throughputRegressions([{ pool: "none", hours: [], throughput: [] }])[0].regression).toBe(false);
    const random = createRandom(9);
    const wobble = constant.throughput.map((value) => value + 0.02 * random.normal());
    const slight = { ...constant, throughput: wobble.map((value, h) => (h < 120 ? value : value * 0.97)) };
    expect(throughputRegressions([slight])[0]).toMatchObject({ status: "changed", changeHour: 120, regression: false });
    const gappy = { pool: "gap", hours: constant.hours.map((h) => (h < 100 ? h : h + 50)), throughput: wobble };
    expect(throughputRegressions([gappy])[0]).toMatchObject({ status: "steady", hours: 200 });
  });

  it.each([
    [{ pool: "a", hours: [1, 1], throughput: [1, 2] }, 'pool "a": hour 1 comes twice; keep one'],
    [{ pool: "a", hours: [1, 99], throughput: [1, -2] }, 'pool "a" hour 99: expected a throughput from 0, got -2'],
    [{ pool: "a", hours: [1, 2.5], throughput: [1, 2] }, 'pool "a": expected whole hours, got 2.5'],
    [
      { pool: "a", hours: [0, 1e12], throughput: [1, 2] },
      'pool "a": hours from 0 to 1000000000000 are more than 1000000',
    ],
  ])("refuses %j", (bad, message) => {
    expect(() => throughputRegressions([bad])).toThrow(message);
  });
});
