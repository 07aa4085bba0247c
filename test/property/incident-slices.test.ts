import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { badFrom } from "../../fixtures/slice-incidents.js";
import { mixRate, type SliceTable, searchSlices } from "../../src/incident/index.js";

const RUNS = { numRuns: 150, seed: 20_261_127 };
const STEP = 1_800_000;
const STEPS = 60;
const START = Date.UTC(2026, 2, 2);

interface Row {
  step: number;
  region: number;
  client: number;
  model: number;
  weight: number;
  share: number;
}

const row = fc.record({
  step: fc.integer({ min: 0, max: STEPS - 1 }),
  region: fc.integer({ min: -1, max: 2 }),
  client: fc.integer({ min: 0, max: 1 }),
  model: fc.integer({ min: 0, max: 3 }),
  weight: fc.constantFrom(0, 1, 7, 40.3, 1000),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Drawn rows over a steady background in which one slice gets worse. */
function tableOf(rows: readonly Row[], root: { region: number; client: number }, factor: number): SliceTable {
  const all = [...rows];
  for (let step = 0; step < STEPS; step++) {
    for (let cell = 0; cell < 24; cell++) {
      const [region, client, model] = [cell % 3, Math.floor(cell / 3) % 2, Math.floor(cell / 6)];
      const hit = step >= 50 && region === root.region && client === root.client;
      all.push({ step, region, client, model, weight: 300.7, share: hit ? 0.02 * factor : 0.02 });
    }
  }
  const dimension = (name: "region" | "client" | "model", values: string[]) => ({
    name,
    values,
    codes: Int32Array.from(all, (r) => r[name]),
  });
  return {
    times: Float64Array.from(all, ({ step }) => START + step * STEP),
    dimensions: [
      dimension("region", ["eu", "us", "asia"]),
      dimension("client", ["b", "a"]),
      dimension("model", ["4", "3", "2", "1"]),
    ],
    value: Float64Array.from(all, ({ weight, share }) => weight * share),
    weight: Float64Array.from(all, ({ weight }) => weight),
  };
}

/** The same rows in another order, with values numbered another way. */
function shuffled(table: SliceTable, order: readonly number[]): SliceTable {
  const moved = <T extends Float64Array | Int32Array>(column: T): T => column.map((_, i) => column[order[i]]) as T;
  return {
    times: moved(table.times),
    value: moved(table.value),
    weight: moved(table.weight),
    dimensions: table.dimensions.map(({ name, codes, values }) => ({
      name,
      values: [...values].reverse(),
      codes: moved(codes).map((code) => (code < 0 ? code : values.length - 1 - code)),
    })),
  };
}

const bad = badFrom(START + 50 * STEP);
const root = fc.record({ region: fc.integer({ min: 0, max: 2 }), client: fc.integer({ min: 0, max: 1 }) });
const rows = fc.array(row, { maxLength: 60 });
const factor = fc.constantFrom(0.2, 1, 3, 10);

describe("searchSlices", () => {
  it("does not depend on the order of rows or the numbering of values", () => {
    const order = (n: number) =>
      fc.shuffledSubarray(
        Array.from({ length: n }, (_, i) => i),
        { minLength: n, maxLength: n },
      );
    const cases = fc.tuple(rows, root, factor, fc.constantFrom("ratio", "additive")).chain(([list, where, by, kpi]) => {
      const table = tableOf(list, where, by);
      return order(table.times.length).map((permutation) => ({ table, permutation, kpi: kpi as "ratio" | "additive" }));
    });
    fc.assert(
      fc.property(cases, ({ table, permutation, kpi }) => {
        expect(searchSlices(shuffled(table, permutation), bad, { kpi })).toEqual(searchSlices(table, bad, { kpi }));
      }),
      RUNS,
    );
  });

  it("gives ranks, scores and p-values in their ranges, and slices that differ", () => {
    fc.assert(
      fc.property(rows, root, factor, (list, where, by) => {
        const slices = searchSlices(tableOf(list, where, by), bad);
        slices.forEach((slice, i) => {
          expect(slice.rank).toBe(i + 1);
          for (const share of [slice.score, slice.pValue, slice.weight, slice.weightBefore]) {
            expect(share).toBeGreaterThanOrEqual(0);
            expect(share).toBeLessThanOrEqual(1);
          }
          const conditions = Object.keys(slice.where).length;
          expect(conditions).toBeGreaterThanOrEqual(1);
          expect(conditions).toBeLessThanOrEqual(3);
        });
        expect(new Set(slices.map((slice) => JSON.stringify(slice.where))).size).toBe(slices.length);
      }),
      RUNS,
    );
  });

  it("finds the same when all weights and values are scaled by a whole number", () => {
    fc.assert(
      fc.property(root, fc.constantFrom(3, 10), fc.integer({ min: 2, max: 9 }), (where, by, scale) => {
        const table = tableOf([], where, by);
        const larger = {
          ...table,
          value: table.value.map((v) => v * scale),
          weight: table.weight.map((w) => w * scale),
        };
        const names = (t: SliceTable) => searchSlices(t, bad).map((slice) => slice.where);
        expect(names(larger)).toEqual(names(table));
        expect(names(table)).toEqual([
          { region: ["eu", "us", "asia"][where.region], client: ["b", "a"][where.client] },
        ]);
      }),
      { ...RUNS, numRuns: 30 },
    );
  });
});

describe("mixRate", () => {
  it("always splits the whole change, and mirrors when the periods are swapped", () => {
    const group = fc.record({ value: fc.integer({ min: 0, max: 50 }), weight: fc.integer({ min: 0, max: 200 }) });
    const period = fc
      .array(group, { minLength: 3, maxLength: 3 })
      .filter((list) => list.some(({ weight }) => weight > 0));
    const columns = (list: { value: number; weight: number }[]) => ({
      value: list.map(({ value, weight }) => (weight > 0 ? value : 0)),
      weight: list.map(({ weight }) => weight),
    });
    fc.assert(
      fc.property(period, period, (one, two) => {
        const there = mixRate(columns(one), columns(two));
        const back = mixRate(columns(two), columns(one));
        expect(there.rate + there.mix).toBeCloseTo(there.delta, 10);
        expect(back.rate).toBeCloseTo(-there.rate, 10);
        expect(back.mix).toBeCloseTo(-there.mix, 10);
      }),
      RUNS,
    );
  });
});
