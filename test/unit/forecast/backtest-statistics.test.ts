import { describe, expect, it } from "vitest";
import { holm } from "../../../src/core/holm.js";
import { createRandom } from "../../../src/core/random.js";
import { bootstrapMeans, percentileInterval } from "../../../src/forecast/bootstrap.js";
import { dieboldMariano } from "../../../src/forecast/diebold-mariano.js";
import { type BacktestRow, leaderboard } from "../../../src/forecast/index.js";
import { samplingUnits } from "../../../src/forecast/leaderboard.js";
import { studentTwoSided } from "../../../src/forecast/student-t.js";
import golden from "../../golden/backtest.golden.json" with { type: "json" };

/** A row whose scores are all one value. */
const rowOf = (id: string, origin: number, model: string, value: number): BacktestRow => ({
  id,
  origin,
  model,
  smape: value,
  mase: value,
  rmsse: value,
  wql: value,
  msis_95: value,
  coverage_80: 0.8,
  coverage_95: 0.95,
  seconds: value / 10,
});

describe("Student's t", () => {
  it.each(golden.student)("agrees with SciPy at t = $t, df = $df", ({ t, df, p }) => {
    expect(studentTwoSided(t, df) / p).toBeCloseTo(1, 10);
  });

  it("hands NaN on", () => {
    expect(studentTwoSided(Number.NaN, 3)).toBeNaN();
  });
});

describe("Diebold and Mariano's test", () => {
  it.each(golden.dieboldMariano)("agrees with SciPy and statsmodels, lag $lag", ({ a, b, lag, p }) => {
    expect(dieboldMariano(a, b, lag)).toBeCloseTo(p, 10);
    expect(dieboldMariano(b, a, lag)).toBeCloseTo(p, 10);
  });

  it("leaves pairs without a loss out and needs two, or more than the overlap", () => {
    expect(dieboldMariano([1, Number.NaN, 3, 4], [2, 5, Number.POSITIVE_INFINITY, 4])).toBe(
      dieboldMariano([1, 4], [2, 4]),
    );
    expect(dieboldMariano([1], [2])).toBeNaN();
    expect(dieboldMariano([1, 2, 4], [2, 2, 2], 2)).toBeNaN();
    expect(dieboldMariano([1, 2], [1, 2])).toBe(1);
    expect(dieboldMariano([1, 2], [0, 1])).toBe(0);
  });
});

describe("Holm's p-values", () => {
  it("agree with statsmodels, in the order given", () => {
    holm(golden.holm.p).forEach((p, i) => {
      expect(p).toBeCloseTo(golden.holm.adjusted[i], 12);
    });
  });

  it("count no test that gave no p-value", () => {
    expect(holm([0.03, Number.NaN, 0.02])).toEqual([0.04, Number.NaN, 0.04]);
    expect(holm([])).toEqual([]);
  });
});

describe("the bootstrap", () => {
  const one = (values: readonly number[]) => ({
    sum: Float64Array.from(values),
    count: new Float64Array(values.length).fill(1),
  });

  it("gives SciPy's percentile interval of a mean, but for the draws", () => {
    const { sample, low, high } = golden.bootstrap;
    const [own] = bootstrapMeans([one(sample)], 20_000, createRandom(1));
    const [lo, hi] = percentileInterval(own);
    expect(Math.abs(lo - low)).toBeLessThan(0.02 * (high - low));
    expect(Math.abs(hi - high)).toBeLessThan(0.02 * (high - low));
  });

  it("pairs scores: the same units are drawn for all", () => {
    const values = [3, 1, 4, 1, 5, 9];
    const [a, b] = bootstrapMeans([one(values), one(values.map((v) => v + 2))], 50, createRandom(2));
    a.forEach((v, r) => {
      expect(b[r] - v).toBeCloseTo(2, 12);
    });
  });

  it("draws neighbours together: a block as long as the sample only turns it round", () => {
    const [own] = bootstrapMeans([one([1, 2, 3, 4])], 20, createRandom(3), 4);
    expect([...new Set(own)]).toEqual([2.5]);
  });
});

describe("the leaderboard", () => {
  const ids = ["a", "b", "c", "d", "e", "f"];
  const rows = ids.flatMap((id, i) =>
    [1, 2].flatMap((origin) => [
      rowOf(id, origin, "seasonal_naive", 2 + (i % 3)),
      rowOf(id, origin, "good", 1 + (i % 2) / 10 + origin / 10),
      rowOf(id, origin, "twin", 1 + (i % 2) / 10 + origin / 10),
    ]),
  );

  it("shares a rank between models of the same MASE, named in order", () => {
    const board = leaderboard(rows);
    expect(board.map(({ rank, model }) => [rank, model])).toEqual([
      [1, "good"],
      [1, "twin"],
      [3, "seasonal_naive"],
    ]);
    expect(board[1].dm_p_value).toBe(1);
  });

  it("says by how much a model beats seasonal naive, with an interval of the ratio", () => {
    const [good, , naive] = leaderboard(rows);
    expect(good.skill).toBeCloseTo(1 - 1.2 / 3, 12);
    expect(good.skill_lo).toBeLessThan(good.skill as number);
    expect(good.skill_hi).toBeGreaterThan(good.skill as number);
    expect([naive.skill, naive.skill_lo, naive.skill_hi]).toEqual([null, null, null]);
    expect(leaderboard(rows, { baseline: "absent" })[0].skill).toBeNull();
  });

  it("tells median seconds, and means of every score", () => {
    const [good] = leaderboard(rows);
    expect(good.seconds).toBeCloseTo(0.12, 12);
    for (const score of [good.rmsse, good.msis_95, good.wql, good.smape]) expect(score).toBeCloseTo(1.2, 12);
    expect(good.wql_lo).toBeLessThan(1.2);
    expect(good.coverage_80_lo).toBeCloseTo(0.8, 12);
    expect(good.coverage_80_hi).toBeCloseTo(0.8, 12);
  });

  it("adjusts p-values for the number of other models", () => {
    const [, , naive] = leaderboard(rows);
    expect(naive.dm_p_holm).toBeCloseTo(2 * (naive.dm_p_value as number), 12);
  });

  it("takes the origins of a single series, in time and with their overlap", () => {
    const origins = Array.from({ length: 25 }, (_, i) => i);
    const { a, b, p } = golden.dieboldMariano[3];
    const single = origins
      .flatMap((t) => [rowOf("only", 100 - t, "x", a[24 - t] + 2), rowOf("only", 100 - t, "y", b[24 - t] + 2)])
      .reverse();
    expect(samplingUnits(single)).toEqual({ unit: "origins", count: 25 });
    const board = leaderboard(single, { overlap: 1 });
    expect(board[1].dm_p_value).toBeCloseTo(p, 10);
    expect(board[0].mase_hi).toBeGreaterThan(board[0].mase_lo);
    expect(leaderboard(single)[1].dm_p_value).not.toBeCloseTo(p, 4);
  });

  it("gives no interval and no p-value for one series at one origin", () => {
    const [x, y] = leaderboard([rowOf("only", 1, "x", 1), rowOf("only", 1, "y", 2)]);
    expect([x.mase_lo, x.mase_hi, y.dm_p_value, y.dm_p_holm]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });

  it("puts a model without any score last", () => {
    const board = leaderboard([rowOf("a", 1, "none", Number.NaN), rowOf("a", 1, "some", 7)]);
    expect(board.map(({ rank, model }) => [rank, model])).toEqual([
      [1, "some"],
      [2, "none"],
    ]);
  });
});
