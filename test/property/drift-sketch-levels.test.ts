import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../src/core/random.js";
import { compareCells } from "../../src/drift/compare-cells.js";
import type { LevelSketchSample } from "../../src/drift/sketch/sketch-sample.js";

/** As that of 10,000 levels, so that many draws are quick. */
const CAPACITY = 150;
const ROWS = 6000;
const DRAWS = 300;

type Counters = Map<string, { count: number; error: number }>;

/** Level counts of a small capacity, pruned as those of a large one are. */
function sketched(levels: readonly string[]): LevelSketchSample {
  let counts: Counters = new Map();
  let unseen = 0;
  const prune = () => {
    const sorted = [...counts].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
    counts = new Map(sorted.slice(0, CAPACITY));
    unseen = Math.max(unseen, sorted[CAPACITY]?.[1].count ?? 0);
  };
  for (const level of levels) {
    const found = counts.get(level);
    if (found) found.count++;
    else counts.set(level, { count: unseen + 1, error: unseen });
    if (counts.size >= 2 * CAPACITY) prune();
  }
  prune();
  return { kind: "level-sketch", n: levels.length, missing: 0, levels: { counts, unseen } as never };
}

/** Counts that are exact but for the levels that have no room. */
function cut(levels: readonly string[]): LevelSketchSample {
  const truth = new Map<string, number>();
  for (const level of levels) truth.set(level, (truth.get(level) ?? 0) + 1);
  const sorted = [...truth].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const counts = new Map(sorted.slice(0, CAPACITY).map(([level, count]) => [level, { count, error: 0 }]));
  const unseen = sorted[CAPACITY]?.[1] ?? 0;
  return { kind: "level-sketch", n: levels.length, missing: 0, levels: { counts, unseen } as never };
}

const LAWS: Record<string, (random: Random) => string> = {
  zipf: (random) => `level ${Math.min(5000, Math.floor(random.uniform() ** (-1 / 0.3)))}`,
  "flat zipf": (random) => `level ${Math.floor(1000 ** random.uniform())}`,
  uniform: (random) => `level ${random.int(300)}`,
  "a frequent one and uniform": (random) => (random.uniform() < 0.3 ? "often" : `level ${random.int(400)}`),
};
const DRAWN: [string, (levels: readonly string[]) => LevelSketchSample, number][] = Object.keys(LAWS).flatMap((law) => [
  [law, sketched, ROWS],
  [law, cut, ROWS],
  [law, cut, ROWS / 3],
]);

function draw(law: string, rows: number, seed: number): string[] {
  const random = createRandom(seed);
  return Array.from({ length: rows }, () => LAWS[law](random));
}

function compare(reference: LevelSketchSample, current: LevelSketchSample) {
  const [entry] = compareCells([{ feature: "x", slice: null, window: null, reference, current }]);
  return entry;
}

describe("levels beyond the capacity of sketches", () => {
  const all = { draws: 0, above: 0 };

  it.each(DRAWN)("raise no more alarms without drift than they may: %s, %o, %i current rows", (law, of, rows) => {
    let [small, above] = [0, 0];
    for (let run = 0; run < DRAWS; run++) {
      const { test, effect } = compare(of(draw(law, ROWS, 2 * run + 1)), of(draw(law, rows, 2 * run + 2)));
      if (test.p !== null && test.p <= 0.05) small++;
      if (Number(effect.lower) > 0) above++;
    }
    // 5 %, and what 300 draws of that may be more.
    expect(small).toBeLessThanOrEqual(0.08 * DRAWS);
    expect(above).toBeLessThanOrEqual(0.08 * DRAWS);
    all.draws += DRAWS;
    all.above += above;
  });

  it("have intervals that begin at 0 in at least 95 % of all draws without drift", () => {
    expect(all.draws).toBe(DRAWN.length * DRAWS);
    expect(all.above).toBeLessThanOrEqual(0.05 * all.draws);
  });

  it.each(["zipf", "a frequent one and uniform"])("tell that a frequent level has become more frequent: %s", (law) => {
    const [top] = ["level 1", "often"].filter((level) => draw(law, 100, 1).includes(level));
    for (const of of [sketched, cut]) {
      for (let run = 0; run < 20; run++) {
        const after = draw(law, ROWS, 900 + run).map((level, i) => (i % 6 === 0 ? top : level));
        const { verdict, effect } = compare(of(draw(law, ROWS, 500 + run)), of(after));
        expect(verdict).toBe("drift");
        expect(effect.lower).toBeGreaterThan(0);
      }
    }
  });

  it("tell of a new frequent level that only one side lists", () => {
    const after = draw("zipf", ROWS, 7).map((level, i) => (i % 6 === 0 ? "new" : level));
    expect(compare(cut(draw("zipf", ROWS, 8)), cut(after)).verdict).toBe("drift");
  });
});
