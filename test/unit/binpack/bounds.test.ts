import { describe, expect, it } from "vitest";
import { createColumnLp } from "../../../src/binpack/bounds/column-lp.js";
import { cuttingStockBound, cuttingStockDuals } from "../../../src/binpack/bounds/cutting-stock.js";
import { packingBounds, roomBounds } from "../../../src/binpack/bounds/packing-bounds.js";
import { createCluster, occupy } from "../../../src/binpack/cluster.js";
import { InputError } from "../../../src/core/errors.js";
import { createRandom, type Random } from "../../../src/core/random.js";
import { bruteForce, nodeTable, podTable, randomCase } from "./offline-brute-force.js";

/** Every multiset of pieces that fits, as counts. */
function allPatterns(sizes: number[], capacity: number): number[][] {
  if (sizes.length === 0) return [[]];
  const [size, ...rest] = sizes;
  const patterns: number[][] = [];
  for (let k = 0; k * size <= capacity; k++) {
    for (const tail of allPatterns(rest, capacity - k * size)) patterns.push([k, ...tail]);
  }
  return patterns;
}

/** Fewest bins for these pieces, by trying every bin for every piece. */
function fewestBins(pieces: number[], capacity: number): number {
  let best = pieces.length;
  const bins: number[] = [];
  const seat = (k: number) => {
    if (bins.length >= best) return;
    if (k === pieces.length) {
      best = bins.length;
      return;
    }
    for (let b = 0; b < bins.length; b++) {
      if (bins[b] + pieces[k] > capacity) continue;
      bins[b] += pieces[k];
      seat(k + 1);
      bins[b] -= pieces[k];
    }
    bins.push(pieces[k]);
    seat(k + 1);
    bins.pop();
  };
  seat(0);
  return best;
}

describe("cutting stock", () => {
  it("solves the textbook instances (Chvátal 1983, ch. 13; the paper machine of 13 widths)", () => {
    const rolls = cuttingStockBound([45, 36, 31, 14], [97, 610, 395, 211], 100);
    expect(rolls.lp).toBeCloseTo(452.25, 6);
    expect(rolls.gpus).toBe(453);
    const widths = [1380, 1520, 1560, 1710, 1820, 1880, 1930, 2000, 2050, 2100, 2140, 2150, 2200];
    const counts = [22, 25, 12, 14, 18, 18, 20, 10, 12, 14, 16, 18, 20];
    expect(cuttingStockBound(widths, counts, 5600).gpus).toBe(73);
  });

  it("has feasible prices, a feasible solution and no gap between them, and never exceeds the true optimum", () => {
    for (let seed = 0; seed < 60; seed++) {
      const rng = createRandom(seed);
      const sizes = Array.from({ length: 1 + rng.int(4) }, () => 150 + rng.int(851));
      const counts = sizes.map(() => rng.int(3));
      const { lp, gpus, duals, patterns } = cuttingStockBound(sizes, counts);
      for (const pattern of allPatterns(sizes, 1000)) {
        expect(pattern.reduce((sum, k, i) => sum + k * duals[i], 0)).toBeLessThanOrEqual(1 + 1e-9);
      }
      for (const { pieces } of patterns) {
        expect(pieces.reduce((sum, k, i) => sum + k * sizes[i], 0)).toBeLessThanOrEqual(1000);
      }
      sizes.forEach((_, i) => {
        const made = patterns.reduce((sum, { amount, pieces }) => sum + amount * pieces[i], 0);
        expect(made).toBeGreaterThanOrEqual(counts[i] - 1e-6);
      });
      expect(patterns.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(lp, 5);
      const pieces = sizes.flatMap((size, i) => new Array<number>(counts[i]).fill(size));
      const best = fewestBins(pieces, 1000);
      expect(gpus).toBeLessThanOrEqual(best);
      expect(gpus).toBeGreaterThanOrEqual(best - 1);
    }
  });

  it("takes what is special as it is: nothing asked, one size, huge counts, sizes of which none is asked", () => {
    expect(cuttingStockBound([], [])).toEqual({ lp: 0, gpus: 0, duals: new Float64Array(0), patterns: [] });
    expect(cuttingStockBound([400], [0]).gpus).toBe(0);
    expect(cuttingStockBound([1000], [7]).gpus).toBe(7);
    expect(cuttingStockBound([330], [3e9]).gpus).toBe(1e9);
    expect(cuttingStockBound([501, 499], [1e6, 2e6]).lp).toBeCloseTo(1.5e6, 2);
    expect(Array.from(cuttingStockDuals([500, 300], [10, 0]))).toEqual([0.5, 0]);
    // 17 odd sizes without a common divisor still take the grid of single thousandths.
    const odd = Array.from({ length: 17 }, (_, k) => 101 + 37 * k);
    const bound = cuttingStockBound(
      odd,
      odd.map(() => 40),
    );
    expect(bound.lp).toBeGreaterThanOrEqual(odd.reduce((sum, size) => sum + 40 * size, 0) / 1000 - 1e-6);
  });

  it("refuses what is no size or no count", () => {
    expect(() => cuttingStockBound([0], [1])).toThrow(InputError);
    expect(() => cuttingStockBound([1001], [1])).toThrow(/size 1001 at 0/);
    expect(() => cuttingStockBound([470.5], [1])).toThrow(/whole number/);
    expect(() => cuttingStockBound([470], [-1])).toThrow(/count -1 at 0/);
    expect(() => cuttingStockBound([470], [1, 2])).toThrow(/1 sizes but 2 counts/);
  });
});

describe("simplex on columns", () => {
  it("reaches the optimum of random programmes: feasible, and its duals prove it", () => {
    for (let seed = 0; seed < 50; seed++) {
      const rng = createRandom(seed);
      const [m, n] = [2 + rng.int(5), 3 + rng.int(8)];
      const b = Float64Array.from({ length: m }, () => rng.int(6));
      const lp = createColumnLp(
        b,
        Array.from(b, (_, row) => ({ value: 0, rows: [row], amounts: [1] })),
      );
      for (let c = 0; c < n; c++) {
        const rows = Array.from({ length: m }, (_, row) => row);
        lp.add({ value: rng.int(10), rows, amounts: rows.map(() => 1 + rng.int(4)) });
      }
      expect(lp.solve(1000)).toBe(true);
      const x = lp.amounts();
      const primal = x.reduce((sum, amount, c) => sum + amount * lp.columns[c].value, 0);
      const dual = b.reduce((sum, amount, row) => sum + amount * lp.duals[row], 0);
      expect(primal).toBeCloseTo(dual, 7);
      for (let row = 0; row < m; row++) {
        expect(lp.duals[row]).toBeGreaterThanOrEqual(-1e-8);
        const used = lp.columns.reduce(
          (sum, column, c) => sum + x[c] * (column.amounts[column.rows.indexOf(row)] ?? 0),
          0,
        );
        expect(used).toBeCloseTo(b[row], 7);
      }
    }
  });

  it("leaves a cycle (Beale 1955)", () => {
    const lp = createColumnLp(
      Float64Array.of(0, 0, 1),
      [0, 1, 2].map((row) => ({ value: 0, rows: [row], amounts: [1] })),
    );
    lp.add({ value: 0.75, rows: [0, 1], amounts: [0.25, 0.5] });
    lp.add({ value: -20, rows: [0, 1], amounts: [-8, -12] });
    lp.add({ value: 0.5, rows: [0, 1, 2], amounts: [-1, -0.5, 1] });
    lp.add({ value: -6, rows: [0, 1], amounts: [9, 3] });
    expect(lp.solve(1000)).toBe(true);
    expect(lp.amounts().reduce((sum, amount, c) => sum + amount * lp.columns[c].value, 0)).toBeCloseTo(1.25, 9);
  });
});

describe("packing bounds", () => {
  it("lie above the best placement, and the one that knows more lies below", () => {
    let tight = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { nodes, pods } = randomCase(createRandom(seed), 3, 7);
      const { lp, cuttingStock } = packingBounds(nodes, pods);
      const { milli } = bruteForce(nodes, pods);
      expect(lp).toBeGreaterThanOrEqual(milli);
      expect(cuttingStock).toBeGreaterThanOrEqual(lp);
      if (lp === milli) tight++;
    }
    // Not a bound for its own sake: it is the optimum more often than not.
    expect(tight).toBeGreaterThan(150);
  });

  it("count what CPU, memory and models forbid", () => {
    const nodes = nodeTable([
      { cpu: 8000, memory: 8192, gpus: 4, model: "A" },
      { cpu: 8000, memory: 8192, gpus: 4, model: "B" },
    ]);
    const needs = (cpu: number, memory: number, spec: string) =>
      podTable(Array.from({ length: 12 }, () => ({ cpu, memory, gpus: 1, milli: 1000, spec })));
    expect(packingBounds(nodes, needs(0, 0, ""))).toEqual({ lp: 8000, cuttingStock: 8000 });
    expect(packingBounds(nodes, needs(4000, 0, ""))).toEqual({ lp: 4000, cuttingStock: 8000 });
    expect(packingBounds(nodes, needs(0, 8192, ""))).toEqual({ lp: 2000, cuttingStock: 8000 });
    expect(packingBounds(nodes, needs(0, 0, "A|C")).lp).toBe(4000);
    expect(packingBounds(nodes, needs(9000, 0, ""))).toEqual({ lp: 0, cuttingStock: 0 });
  });

  it("count fills, not sums: two GPUs do not take three shares of 600", () => {
    const nodes = nodeTable([{ cpu: 1000, memory: 1000, gpus: 2, model: "A" }]);
    const pods = podTable(Array.from({ length: 3 }, () => ({ gpus: 1, milli: 600 })));
    expect(packingBounds(nodes, pods)).toEqual({ lp: 1200, cuttingStock: 1200 });
  });

  it("start from what is left of a cluster", () => {
    const nodes = nodeTable([{ cpu: 4000, memory: 4096, gpus: 2, model: "A" }]);
    const pods = podTable([700, 300, 300, 1000].map((milli) => ({ cpu: 1000, gpus: 1, milli })));
    const cluster = createCluster(nodes, pods);
    occupy(cluster, 0, 0, [0]);
    expect(roomBounds(cluster, [1, 2, 3]).lp).toBe(1300);
  });

  it("hold for no pods, no nodes, pods without GPU, and thousands of kinds that have to be merged", () => {
    const nodes = nodeTable([{ cpu: 4000, memory: 4096, gpus: 2, model: "A" }]);
    const none = { lp: 0, cuttingStock: 0 };
    expect(packingBounds(nodes, podTable([]))).toEqual(none);
    expect(packingBounds(nodeTable([]), podTable([{ gpus: 1, milli: 500 }]))).toEqual(none);
    expect(packingBounds(nodes, podTable([{ cpu: 100, gpus: 0, milli: 0 }]))).toEqual(none);
    const { manyNodes, manyPods } = manyKinds(createRandom(5));
    const { lp } = packingBounds(manyNodes, manyPods);
    const asked = manyPods.milli.reduce((sum, milli) => sum + milli, 0);
    expect(lp).toBeGreaterThan(0);
    expect(lp).toBeLessThanOrEqual(Math.min(asked, 1000 * manyNodes.gpus.reduce((sum, gpus) => sum + gpus, 0)));
  });
});

function manyKinds(rng: Random) {
  const manyNodes = nodeTable(
    Array.from({ length: 200 }, () => ({
      cpu: 8000 + rng.int(9000),
      memory: 16384 + rng.int(9999),
      gpus: 4,
      model: "A",
    })),
  );
  const manyPods = podTable(
    Array.from({ length: 2000 }, () => ({
      cpu: rng.int(4000),
      memory: rng.int(8000),
      gpus: 1,
      milli: 10 * (1 + rng.int(100)),
    })),
  );
  return { manyNodes, manyPods };
}
