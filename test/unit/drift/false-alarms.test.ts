import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../../src/core/random.js";
import { compareColumns, compareCounts, driftReport } from "../../../src/drift/index.js";

const SIZES = [60, 300, 1500];
const ROUNDS = 60;

function countsOf(rng: Random, n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    const level = String(rng.int(30));
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  return counts;
}

describe("drift without drift", () => {
  it("is called in less than 5 % of cells, whatever the sizes, and less than 8 % at each", () => {
    const rng = createRandom(77);
    const lognormals = (n: number) => Float64Array.from({ length: n }, () => Math.exp(rng.normal()));
    const shares = SIZES.flatMap((n) =>
      SIZES.map((m) => {
        let alarms = 0;
        for (let round = 0; round < ROUNDS; round++) {
          const numbers = compareColumns(lognormals(n), lognormals(m), { stats: "default" });
          const levels = compareCounts(countsOf(rng, n), countsOf(rng, m), { stats: "default" });
          for (const { verdict } of [numbers, levels]) if (verdict === "drift") alarms++;
        }
        return alarms / (2 * ROUNDS);
      }),
    );
    expect(Math.max(...shares)).toBeLessThan(0.08);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThan(0.05);
  });

  it("is hardly ever called in whole tables, whose p-values are adjusted together", () => {
    const rng = createRandom(78);
    const table = () =>
      Object.fromEntries(
        Array.from({ length: 10 }, (_, c) => [`x${c}`, Float64Array.from({ length: 200 }, () => rng.normal())]),
      );
    const alarms = Array.from({ length: 60 }, () => driftReport(table(), table()).dataset.n_drift > 0);
    expect(alarms.filter(Boolean).length / alarms.length).toBeLessThan(0.12);
  });
});
