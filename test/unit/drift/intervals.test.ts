import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../../src/core/random.js";
import { countPair } from "../../../src/drift/count-pair.js";
import { compareColumns, compareCounts } from "../../../src/drift/index.js";
import { ksPValue } from "../../../src/drift/ks.js";
import { ksInterval, ksRowsNeeded } from "../../../src/drift/ks-interval.js";
import { tvdInterval } from "../../../src/drift/tvd-interval.js";

describe("interval of the Kolmogorov-Smirnov distance", () => {
  it("leaves 0 where the asymptotic test is significant", () => {
    for (const alpha of [0.01, 0.05, 0.2]) {
      for (let d = 0.001; d < 0.2; d += 0.001) {
        const p = ksPValue(d, 20_000, 20_000);
        // The test knows the sample size a little better than the limit does.
        if (Math.abs(p - alpha) > 0.02 * alpha) expect(ksInterval(d, 20_000, 20_000, alpha)[0] > 0).toBe(p < alpha);
      }
    }
  });

  it("is as wide as tables say, and wider by what sketches may err", () => {
    const [lower, upper] = ksInterval(0.3, 200, 200, 0.05);
    expect(lower).toBeCloseTo(0.3 - 0.13581, 6);
    expect(upper).toBeCloseTo(0.3 + 0.0979982, 6);
    expect(ksInterval(0.3, 200, 200, 0.05, 0.01)).toEqual([lower - 0.01, upper + 0.01]);
    expect(ksInterval(0.99, 50, 50, 0.05)[1]).toBe(1);
  });

  it("needs 3,371 rows a side at the defaults, fewer for larger effects", () => {
    expect(ksRowsNeeded(0.05, 0.05)).toBe(3371);
    expect(ksRowsNeeded(0.05, 0.1)).toBe(843);
    expect(ksRowsNeeded(0.05, 0)).toBeNull();
  });

  it("calls no drift stable in about 80 % at the rows needed", () => {
    const rng = createRandom(3);
    const stable = Array.from({ length: 300 }, () => {
      const { verdict, reason } = compareColumns(normals(rng, 3371), normals(rng, 3371), { stats: "default" });
      return verdict === "stable" && reason === "";
    });
    const share = stable.filter(Boolean).length / stable.length;
    // Those significant by chance are stable for another reason.
    expect(share).toBeGreaterThan(0.73);
    expect(share).toBeLessThan(0.88);
  });
});

describe("interval of the total variation distance", () => {
  it("does not take chance for a difference: 30 equal levels at 500 rows", () => {
    const rng = createRandom(5);
    const left = Array.from({ length: 400 }, () => {
      const counts = [levelCounts(rng, 30, 500), levelCounts(rng, 30, 500)] as const;
      const { value, lower } = compareCounts(...counts, { stats: "default" }).effect;
      expect(value!).toBeGreaterThan(0.07);
      return lower! > 0;
    });
    expect(left.filter(Boolean).length / left.length).toBeLessThan(0.05);
  });

  it("is that of a difference of two shares for two levels", () => {
    const counts = countPair(
      new Map([
        ["a", 500],
        ["b", 500],
      ]),
      new Map([
        ["a", 600],
        ["b", 400],
      ]),
    );
    const [lower, upper] = tvdInterval(0.1, counts, 0.05);
    const half = 1.959964 * Math.sqrt(0.5 * 0.5 * (2 / 1000));
    expect(upper).toBeCloseTo(0.1 + half, 6);
    expect(Math.abs(lower - (0.1 - half))).toBeLessThan(0.003);
  });

  it("holds a level that is gone from the larger side", () => {
    const rng = createRandom(8);
    const holds = Array.from({ length: 400 }, () => {
      const before = new Map([
        ["a", 0],
        ["b", 0],
      ]);
      for (let i = 0; i < 60; i++) {
        const level = rng.uniform() < 0.05 ? "b" : "a";
        before.set(level, before.get(level)! + 1);
      }
      const { lower, upper } = compareCounts(before, new Map([["a", 5000]]), { stats: "default" }).effect;
      return lower! <= 0.05 && upper! >= 0.05;
    });
    expect(holds.filter(Boolean).length / holds.length).toBeGreaterThan(0.92);
  });
});

describe("stable", () => {
  it("is hardly ever said, by its interval, of a distance that reaches the threshold", () => {
    const rng = createRandom(11);
    let wrong = 0;
    for (let i = 0; i < 300; i++) {
      const ks = compareColumns(bits(rng, 0.5), bits(rng, 0.55), { stats: "default" });
      const tvd = compareCounts(levelCounts(rng, 2, 4000, 0.5), levelCounts(rng, 2, 4000, 0.55), { stats: "default" });
      for (const { verdict, reason } of [ks, tvd]) if (verdict === "stable" && reason === "") wrong++;
    }
    expect(wrong / 600).toBeLessThan(0.035);
  });
});

function normals(rng: Random, n: number): Float64Array {
  return Float64Array.from({ length: n }, () => rng.normal());
}

function bits(rng: Random, share: number): Float64Array {
  return Float64Array.from({ length: 4000 }, () => (rng.uniform() < share ? 1 : 0));
}

/** @param first share of the first level; the others share the rest evenly */
function levelCounts(rng: Random, levels: number, n: number, first = 1 / levels): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    const level = rng.uniform() < first ? "0" : String(1 + rng.int(levels - 1));
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  return counts;
}
