import { describe, expect, it } from "vitest";
import { mixQuantiles } from "../../../src/forecast/mixture.js";
import { gridIndex, probabilityGrid } from "../../../src/forecast/model.js";

const GRID = probabilityGrid([80, 95], []);
/** Uniform between two values, as quantiles of one step. */
const uniform = (low: number, high: number) => GRID.map((p) => Float64Array.of(low + p * (high - low)));
const at = (grid: Float64Array[], p: number): number => grid[gridIndex(GRID, p)][0];

describe("mixQuantiles", () => {
  it("leaves alike distributions as they are, and one alone", () => {
    const mixed = mixQuantiles([uniform(2, 6), uniform(2, 6)], [0.3, 0.7], GRID);
    for (const p of GRID) expect(at(mixed, p)).toBeCloseTo(2 + 4 * p, 9);
    const alone = uniform(1, 3);
    expect(mixQuantiles([alone, uniform(5, 9)], [1, 0], GRID)).toBe(alone);
  });

  it("keeps both of two things possible: idle or busy", () => {
    const mixed = mixQuantiles([uniform(0, 1), uniform(100, 101)], [0.5, 0.5], GRID);
    // Of the mixture's lower half p is 2p of the first, of its upper half 2p − 1 of the second.
    expect(at(mixed, 0.1)).toBeCloseTo(0.2, 9);
    expect(at(mixed, 0.4)).toBeCloseTo(0.8, 9);
    expect(at(mixed, 0.9)).toBeCloseTo(100.8, 9);
    expect(at(mixed, 0.5)).toBeCloseTo(50.5, 9);
  });

  it("weighs: a rare component reaches only the tail", () => {
    const mixed = mixQuantiles([uniform(0, 1), uniform(100, 101)], [0.9, 0.1], GRID);
    expect(at(mixed, 0.45)).toBeCloseTo(0.5, 9);
    expect(at(mixed, 0.95)).toBeCloseTo(100.5, 9);
  });

  it("ascends, and takes distributions without any width", () => {
    const mixed = mixQuantiles([uniform(3, 3), uniform(0, 10)], [0.5, 0.5], GRID);
    const outer = mixed.filter((_, i) => GRID[i] !== 0.5).map((q) => q[0]);
    for (let i = 1; i < outer.length; i++) expect(outer[i]).toBeGreaterThanOrEqual(outer[i - 1]);
    expect(at(mixed, 0.3)).toBeCloseTo(3, 9);
    expect(at(mixed, 0.9)).toBeCloseTo(8, 9);
  });
});
