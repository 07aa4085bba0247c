import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/core/random.js";
import { chi2, LevelCounts, lumpLevels, ONE_SIDED_LEVELS, OTHER_LEVELS, tvd } from "../../../../src/drift/index.js";

/** Levels by Zipf's law: level i about 1/i as often as the first. */
function zipf(rows: number, levels: number, seed: number): string[] {
  const random = createRandom(seed);
  const most = Math.log(levels);
  return Array.from({ length: rows }, () => `level ${Math.floor(Math.exp(most * random.uniform()))}`);
}

function tally(levels: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const level of levels) counts.set(level, (counts.get(level) ?? 0) + 1);
  return counts;
}

function countsOf(levels: Iterable<string>): LevelCounts {
  const counts = new LevelCounts();
  for (const level of levels) counts.add(level);
  return counts;
}

/** Checked by hand and not by expect for each of 100,000 levels, which would take a minute. */
function expectBounds(counts: LevelCounts, truth: ReadonlyMap<string, number>): void {
  const most = counts.n / 10_000;
  const { unseen, counts: found } = counts;
  expect(unseen).toBeLessThanOrEqual(most);
  const wrong = [...truth].filter(([level, rows]) => {
    const { count, error } = found.get(level) ?? { count: unseen, error: unseen };
    return rows > count || rows < count - error || error > most;
  });
  expect(wrong).toEqual([]);
}

const sampleOf = (levels: LevelCounts, missing = 0) =>
  ({ kind: "level-sketch", n: levels.n + missing, missing, levels }) as const;

describe("LevelCounts", () => {
  it("is exact up to 10,000 levels, in any order", () => {
    const levels = zipf(60_000, 10_000, 1);
    const counts = countsOf(levels);
    expect(counts.unseen).toBe(0);
    expect(new Map([...counts.counts].map(([level, { count }]) => [level, count]))).toEqual(tally(levels));
    expect(JSON.stringify(countsOf(levels.toReversed()))).toBe(JSON.stringify(counts));
  });

  it("keeps its bounds on Zipf's law with far more levels, and when they come in the worst order", () => {
    const levels = zipf(300_000, 1_000_000, 2);
    const truth = tally(levels);
    expect(truth.size).toBeGreaterThan(50_000);
    expectBounds(countsOf(levels), truth);
    const rareFirst = levels.toSorted((a, b) => truth.get(a)! - truth.get(b)! || (a < b ? -1 : 1));
    expectBounds(countsOf(rareFirst), truth);
    const each = countsOf(Array.from({ length: 100_000 }, (_, i) => `row ${i}`));
    expect(each.counts.size).toBe(10_000);
    expectBounds(
      each,
      new Map([
        ["row 0", 1],
        ["row 99999", 1],
      ]),
    );
  });

  it("keeps its bounds when merged, in any order and grouping", () => {
    const parts = [3, 4, 5, 6].map((seed) => zipf(60_000, 1_000_000, seed));
    const truth = tally(parts.flat());
    const of = (i: number) => countsOf(parts[i]);
    const left = of(0);
    for (const i of [1, 2, 3]) left.merge(of(i));
    const [pair, right] = [of(3), of(1)];
    pair.merge(of(2));
    right.merge(of(0));
    pair.merge(right);
    for (const merged of [left, pair]) {
      expect(merged.n).toBe(240_000);
      expectBounds(merged, truth);
    }
  });

  it("keeps the largest levels exact where all counts are known", () => {
    const truth = tally(zipf(300_000, 1_000_000, 7));
    const counts = LevelCounts.of(truth);
    expect([...counts.counts].every(([level, { count, error }]) => error === 0 && truth.get(level) === count)).toBe(
      true,
    );
    expectBounds(counts, truth);
  });

  it("comes back from JSON as it was, names like those of objects too", () => {
    const counts = countsOf(["__proto__", "constructor", "__proto__", "", "ä"]);
    const text = JSON.stringify(counts);
    expect(JSON.stringify(LevelCounts.fromJSON(JSON.parse(text)))).toBe(text);
    const sketched = JSON.stringify(countsOf(zipf(80_000, 1_000_000, 8)));
    expect(JSON.stringify(LevelCounts.fromJSON(JSON.parse(sketched)))).toBe(sketched);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["a level twice", { levels: ["a", "a"] }, /"a" is out of order/],
    ["levels out of order", { levels: ["b", "a"] }, /out of order/],
    ["too few counts", { counts: [1] }, /differ in length/],
    ["an error above its count", { errors: [3, 0], unseen: 3 }, /above the count/],
    ["an error above what may go unseen", { errors: [1, 0] }, /above unseen/],
    ["unseen levels, yet room for them", { unseen: 1 }, /unseen is 1, yet only 2/],
    ["other rows than counts", { n: 9 }, /make 3 rows where n is 9/],
    ["more counts than rows", { n: 2, unseen: 1 }, /make 3 rows where n is 2/],
    ["a negative count", { counts: [4, -1] }, /counts/],
    ["a number for a level", { levels: ["a", 3] }, /levels/],
  ])("refuses a file with %s", (_, change, message) => {
    const json = { n: 3, unseen: 0, levels: ["a", "b"], counts: [2, 1], errors: [], ...change };
    expect(() => LevelCounts.fromJSON(json)).toThrow(message);
  });

  it("refuses a fraction of a row", () => {
    expect(() => new LevelCounts().add("a", 0.5)).toThrow(/whole number/);
    expect(() => new LevelCounts().add("a", 0)).toThrow(/whole number/);
  });
});

describe("lumpLevels", () => {
  it("leaves exact counts as they are", () => {
    const [a, b] = [countsOf("xxyz"), countsOf("xyyw")];
    const { reference, current, slack, reason } = lumpLevels(sampleOf(a, 3), {
      kind: "categorical",
      n: 4,
      missing: 0,
      counts: tally("xyyw"),
    });
    expect([slack, reason]).toEqual([0, ""]);
    expect(tvd(reference, current).value).toBe(0.5);
    expect(lumpLevels(sampleOf(a), sampleOf(b)).current.get("w")).toBe(1);
  });

  it("bounds the true distance, and has only rows that are known", () => {
    for (const [seed, shift] of [
      [1, 0],
      [2, 5],
      [3, 400],
    ]) {
      const before = zipf(150_000, 400_000, seed);
      const after = zipf(120_000, 400_000, seed + 10).map((level) => (level.length < shift ? `${level}*` : level));
      const [truthA, truthB] = [tally(before), tally(after)];
      const exact = tvd(truthA, truthB).value;
      for (const [a, b] of [
        [sampleOf(countsOf(before)), sampleOf(countsOf(after))],
        [sampleOf(LevelCounts.of(truthA)), sampleOf(LevelCounts.of(truthB))],
        [sampleOf(countsOf(before)), { kind: "categorical", n: after.length, missing: 0, counts: truthB } as const],
      ]) {
        const { reference, current, slack, reason } = lumpLevels(a, b);
        expect(reason).toBe("");
        const sum = (counts: Map<string, number>) => [...counts.values()].reduce((all, rows) => all + rows, 0);
        expect([sum(reference), sum(current)]).toEqual([before.length, after.length]);
        const named = [...reference].filter(([level]) => !level.startsWith("__"));
        expect(named.filter(([level, rows]) => rows !== (truthA.get(level) ?? 0))).toEqual([]);
        const { value } = tvd(reference, current);
        expect(value).toBeLessThanOrEqual(exact + 1e-12);
        expect(value + slack).toBeGreaterThanOrEqual(exact - 1e-12);
      }
    }
  });

  it("tells that all levels were renamed, though none is known on both sides", () => {
    const before = zipf(60_000, 400_000, 1);
    const after = zipf(60_000, 400_000, 2).map((level) => `${level}*`);
    const { reference, current, slack, reason } = lumpLevels(sampleOf(countsOf(before)), sampleOf(countsOf(after)));
    expect(reason).toBe("");
    expect([...reference.keys()]).toEqual([ONE_SIDED_LEVELS, OTHER_LEVELS]);
    const { value } = tvd(reference, current);
    expect(value).toBeGreaterThan(0.2);
    expect(value + slack).toBeCloseTo(1, 12);
    expect(chi2(reference, current).p).toBeLessThan(1e-9);
  });

  it("has no test where no level is known on both sides", () => {
    const ids = (from: number) => countsOf(Array.from({ length: 60_000 }, (_, i) => `id ${(i % 30_000) + from}`));
    const { reference, slack, reason } = lumpLevels(sampleOf(ids(0)), sampleOf(ids(1_000_000)));
    expect(reason).toBe("too_many_levels");
    expect([...reference.keys()]).toEqual([OTHER_LEVELS]);
    expect(slack).toBe(1);
  });
});
