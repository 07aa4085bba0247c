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
  it("finds the pool that lost a fifth, and by how much", () => {
    const random = createRandom(5);
    const pools = [pool(random, "steady"), pool(random, "slower", 24, 0.2), pool(random, "also steady")];
    const rows = throughputRegressions(pools);
    expect(rows.map((row) => [row.pool, row.regression])).toEqual([
      ["also steady", false],
      ["slower", true],
      ["steady", false],
    ]);
    expect(rows[1]).toMatchObject({ windowStart: 24 * 27, hoursBefore: 24 * 27, hoursAfter: 24 });
    expect(rows[1].change).toBeCloseTo(-0.2, 1);
    expect(rows[1].pValue).toBe(1 / (24 * DAYS));
    expect(rows[1].pAdjusted).toBe(3 / (24 * DAYS));
  });

  it("keeps its level although hours depend on their neighbours", () => {
    const random = createRandom(6);
    const alone = Array.from({ length: 1000 }, (_, k) => throughputRegressions([pool(random, String(k))])[0]);
    const share = alone.filter(({ pValue }) => (pValue as number) <= 0.05).length / alone.length;
    expect(share).toBeLessThan(0.07);
    expect(share).toBeGreaterThan(0.03);
  });

  it("adjusts p-values by Holm and never lets them fall", () => {
    const random = createRandom(7);
    const rows = throughputRegressions(
      Array.from({ length: 20 }, (_, k) => pool(random, String(k), 24, k === 3 ? 0.3 : 0)),
    );
    const byP = [...rows].sort((a, b) => (a.pValue as number) - (b.pValue as number));
    byP.forEach((row, k) => {
      expect(row.pAdjusted).toBeGreaterThanOrEqual(Math.min(1, (20 - k) * (row.pValue as number)) - 1e-12);
      if (k > 0) expect(row.pAdjusted).toBeGreaterThanOrEqual(byP[k - 1].pAdjusted as number);
    });
    expect(rows.filter(({ regression }) => regression).map((row) => row.pool)).toEqual(["3"]);
  });

  it("says nothing of a constant or short series, nor of a drop too small to matter", () => {
    const constant = { pool: "flat", hours: [...Array(200).keys()], throughput: Array(200).fill(7) };
    expect(throughputRegressions([constant])[0]).toMatchObject({ pValue: 1, change: 0, regression: false });
    const short = {
      pool: "short",
      hours: [...Array(60).keys()],
      throughput: Array.from({ length: 60 }, (_, h) => 60 - h),
    };
    expect(throughputRegressions([short])[0]).toMatchObject({ pValue: null, pAdjusted: null, regression: false });
    const fresh = { pool: "new", hours: [5, 6], throughput: [3, 5] };
    expect(throughputRegressions([fresh])[0]).toMatchObject({ medianBefore: null, medianAfter: 4, change: null });
    const slight = { ...constant, throughput: constant.throughput.map((v, h) => (h < 176 ? v : v * 0.97)) };
    expect(throughputRegressions([slight])[0]).toMatchObject({ pValue: 1 / 200, regression: false });
  });

  it.each([
    [{ pool: "a", hours: [1, 1], throughput: [1, 2] }, 'pool "a": hour 1 comes twice; keep one'],
    [{ pool: "a", hours: [1, 99], throughput: [1, -2] }, 'pool "a" hour 99: expected a throughput from 0, got -2'],
  ])("refuses %j", (bad, message) => {
    expect(() => throughputRegressions([bad])).toThrow(message);
  });
});
