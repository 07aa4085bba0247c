import { describe, expect, it } from "vitest";
import { gavelShares, type JobClass } from "../../../src/simulate/fair/gavel-shares.js";

const one = (rates: number[], more: Partial<JobClass> = {}): JobClass => ({
  jobs: 1,
  gpus: 1,
  weight: 1,
  rates,
  ...more,
});
const rounded = (shares: Float64Array[]) => shares.map((row) => Array.from(row, (x) => Math.round(x * 1e9) / 1e9));

describe("Gavel's max-min shares", () => {
  it("gives the fast GPU to the job that gains by it", () => {
    const { shares, levels } = gavelShares([1, 1], [one([3, 1]), one([1, 1])]);
    expect(rounded(shares)).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(levels[0]).toBeCloseTo(1.5, 9);
    expect(levels[1]).toBeCloseTo(1, 9);
  });

  it("on one type gives all jobs the same GPU-time, in proportion to weights, and never more than all of it", () => {
    const { shares } = gavelShares([4], [one([1], { jobs: 3 }), one([1], { jobs: 2, gpus: 4 })]);
    expect(rounded(shares)).toEqual([[0.8], [0.2]]);
    expect(rounded(gavelShares([3], [one([1], { jobs: 2, weight: 2 }), one([1], { jobs: 2 })]).shares)).toEqual([
      [1],
      [0.5],
    ]);
    const { levels } = gavelShares([10], [one([1]), one([1], { jobs: 2, gpus: 4 })]);
    expect(Array.from(levels, (x) => Math.round(x * 1e9) / 1e9)).toEqual([1, 4]);
  });

  it("keeps jobs off types that they cannot use", () => {
    const { shares } = gavelShares([2, 2], [one([1, 0], { jobs: 2 }), one([1, 1], { jobs: 2 })]);
    expect(rounded(shares)).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("a job larger than a type gets what its time is worth there, and nothing where there are no GPUs", () => {
    expect(rounded(gavelShares([4, 0], [one([1, 5], { gpus: 2 })]).shares)).toEqual([[1, 0]]);
  });

  it.each([
    [one([0, 0]), /can run on none/],
    [one([1, 1], { jobs: 0 }), /at least one job/],
    [one([1, 1], { weight: 0 }), /weight above 0/],
  ])("refuses %j", (job, message) => {
    expect(() => gavelShares([1, 1], [job])).toThrow(message);
  });
});
