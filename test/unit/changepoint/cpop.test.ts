import { describe, expect, it } from "vitest";
import { cpop } from "../../../src/changepoint/index.js";
import { choleskyInPlace, choleskySolveInPlace } from "../../../src/core/index.js";
import { draws, randomPenalty, randomSeries, withGaps } from "./optimal-partition.js";

/** Least sum of squares of a continuous line through observations (x, y) that bends at the last of each segment. */
function bent(x: readonly number[], y: readonly number[], changes: readonly number[]): number {
  const knots = [x[0] - 1, ...changes.map((c) => x[c - 1]), x[x.length - 1]];
  const rows = x.map((at) =>
    knots.map((knot, k) => {
      if (at <= knot) return k === 0 ? 0 : Math.max(0, (at - knots[k - 1]) / (knot - knots[k - 1]));
      return k === knots.length - 1 ? 0 : Math.max(0, (knots[k + 1] - at) / (knots[k + 1] - knot));
    }),
  );
  const used = knots.map((_, k) => k).filter((k) => rows.some((row) => row[k] !== 0));
  const p = used.length;
  const gram = Float64Array.from({ length: p * p }, (_, i) =>
    rows.reduce((sum, row) => sum + row[used[Math.floor(i / p)]] * row[used[i % p]], 0),
  );
  const fit = Float64Array.from(used, (k) => rows.reduce((sum, row, i) => sum + row[k] * y[i], 0));
  choleskyInPlace(gram, p);
  choleskySolveInPlace(gram, p, fit);
  return rows.reduce((sum, row, i) => sum + (y[i] - used.reduce((s, k, j) => s + row[k] * fit[j], 0)) ** 2, 0);
}

describe("cpop", () => {
  it("is as good as the best of all bent lines", () => {
    for (const random of draws(500, 41)) {
      const whole = randomSeries(random, 8).map((value) => value % 1e6);
      const y = random.uniform() < 0.3 ? withGaps(random, whole, 0.2) : whole;
      const x = Array.from(y.keys()).filter((i) => !Number.isNaN(y[i]));
      const values = x.map((i) => y[i]);
      const penalty = randomPenalty(random, y);
      const changes = Array.from(cpop(y, penalty), (i) => x.indexOf(i));
      if (x.length < 3) expect(changes).toEqual([]);
      else {
        let best = Number.POSITIVE_INFINITY;
        for (let set = 0; set < 1 << (x.length - 1); set++) {
          const at = x.map((_, i) => i).filter((i) => i > 0 && (set >> (i - 1)) & 1);
          best = Math.min(best, bent(x, values, at) + penalty * at.length);
        }
        const scale = Math.max(1e-6, penalty, best);
        expect(Math.abs(bent(x, values, changes) + penalty * changes.length - best)).toBeLessThanOrEqual(1e-9 * scale);
      }
    }
  });

  it("finds the bends of a long line, and none in a straight one", () => {
    const [random] = draws(1, 42);
    const line = (i: number): number => (i < 200 ? i / 10 : i < 350 ? 20 - (i - 199) / 5 : i / 10 - 45);
    const y = Float64Array.from({ length: 500 }, (_, i) => line(i) + random.normal());
    const changes = Array.from(cpop(y, 3 * Math.log(500)));
    expect(changes).toHaveLength(2);
    expect(Math.abs(changes[0] - 200)).toBeLessThan(8);
    expect(Math.abs(changes[1] - 350)).toBeLessThan(8);
    expect(
      cpop(
        Float64Array.from({ length: 100 }, (_, i) => 3 * i - 7),
        1e-6,
      ),
    ).toHaveLength(0);
  });
});
