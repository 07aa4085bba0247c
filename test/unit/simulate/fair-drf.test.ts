import { describe, expect, it } from "vitest";
import { dominantShare, drfAllocation, progressiveFilling } from "../../../src/simulate/fair/drf.js";

describe("dominant resource fairness", () => {
  // The paper's example: 9 CPUs and 18 GB; A's tasks take 1 CPU and 4 GB, B's 3 CPUs and 1 GB.
  const paper = [
    [9, 18],
    [
      [1, 4],
      [3, 1],
    ],
  ] as const;

  it("gives 3 and 2 tasks in the paper's example, each client two thirds of its dominant resource", () => {
    expect(Array.from(progressiveFilling(...paper))).toEqual([3, 2]);
    expect(Array.from(drfAllocation(...paper))).toEqual([3, 2]);
    expect(dominantShare([3, 12], paper[0])).toBeCloseTo(2 / 3, 12);
    expect(dominantShare([6, 2], paper[0])).toBeCloseTo(2 / 3, 12);
  });

  it("gives shares in proportion to weights", () => {
    const tasks = drfAllocation([12], [[1], [1]], { weights: [1, 3] });
    expect(Array.from(tasks)).toEqual([3, 9]);
    expect(Array.from(progressiveFilling([12], [[1], [1]], { weights: [1, 3] }))).toEqual([3, 9]);
  });

  it("lets the others grow on when one has all its tasks, or is stopped by a full resource", () => {
    expect(Array.from(drfAllocation([12], [[1], [1]], { tasks: [2, 100] }))).toEqual([2, 10]);
    // CPUs are full at 3 tasks each of the first two; the third needs only GPUs.
    const tasks = drfAllocation(
      [6, 8],
      [
        [1, 0],
        [1, 0],
        [0, 1],
      ],
    );
    expect(Array.from(tasks)).toEqual([3, 3, 8]);
  });

  it("passes over clients whose task no longer fits", () => {
    expect(Array.from(progressiveFilling([10], [[4], [1]]))).toEqual([1, 6]);
  });

  it.each([
    [[4], [[-1]], {}, /demands -1/],
    [[4], [[Number.NaN]], {}, /demands NaN/],
    [[4, 0], [[1, 1]], {}, /of which there is none/],
    [[4], [[0]], {}, /demands nothing/],
    [[4], [[1]], { weights: [0] }, /weight 0/],
  ])("refuses %j %j", (capacity, demands, options, message) => {
    expect(() => drfAllocation(capacity, demands, options)).toThrow(message);
    expect(() => progressiveFilling(capacity, demands, options)).toThrow(message);
  });
});
