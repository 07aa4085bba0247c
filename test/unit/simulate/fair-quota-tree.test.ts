import { describe, expect, it } from "vitest";
import { clusterQuotas } from "../../../src/simulate/fair/cluster-quotas.js";
import {
  addUsage,
  available,
  borrows,
  buildQuotaTree,
  dominantShare,
  type QuotaNode,
} from "../../../src/simulate/fair/quota-tree.js";
import { parseCluster } from "../../../src/simulate/index.js";

const pair = (first: Partial<QuotaNode>, second: Partial<QuotaNode> = {}) =>
  buildQuotaTree([
    { name: "a", parent: "c", ...first },
    { name: "b", parent: "c", ...second },
  ]);

describe("quotas", () => {
  it("lends what the lending limit allows, and borrows what the borrowing limit does", () => {
    const lending = pair({ nominal: 8 }, { nominal: 8, lendingLimit: 4 });
    expect([available(lending, 0), available(lending, 1)]).toEqual([12, 16]);
    const borrowing = pair({ nominal: 8, borrowingLimit: 3 }, { nominal: 8 });
    expect([available(borrowing, 0), available(borrowing, 1)]).toEqual([11, 16]);
  });

  it("keeps what is not lent for its queue, whatever the others use", () => {
    const tree = pair({ nominal: 8 }, { nominal: 8, lendingLimit: 4 });
    addUsage(tree, 0, 12);
    expect([available(tree, 0), available(tree, 1)]).toEqual([0, 4]);
    // The queue's own first four GPUs come from its guarantee, and the cohort does not see them.
    addUsage(tree, 1, 4);
    expect(tree.used[2]).toBe(12);
    addUsage(tree, 1, -4);
    addUsage(tree, 0, -12);
    expect(Array.from(tree.used)).toEqual([0, 0, 0]);
  });

  it("reaches through cohorts of cohorts, at each step within its limits", () => {
    const tree = buildQuotaTree(
      [
        { name: "deep", parent: "team" },
        { name: "rich", parent: "root", nominal: 10 },
      ],
      [
        { name: "team", parent: "root", nominal: 2, borrowingLimit: 3 },
        { name: "root", nominal: 4 },
      ],
    );
    expect(available(tree, 0)).toBe(5);
    addUsage(tree, 1, 13);
    expect(available(tree, 0)).toBe(3);
    expect(borrows(tree, 1)).toBe(true);
  });

  it("a queue without a cohort has its own quota and no more", () => {
    const tree = buildQuotaTree([{ name: "lone", nominal: 6 }]);
    addUsage(tree, 0, 5);
    expect(available(tree, 0)).toBe(1);
    expect(dominantShare(tree, 0)).toBe(0);
  });

  // Kueue's own cases: two queues of 5 GPUs each, one uses 7.
  it.each([
    [1, 0.2],
    [2, 0.1],
    [0.5, 0.4],
    [0, Number.POSITIVE_INFINITY],
  ])("the share of a queue of weight %d that borrows 2 of 10 GPUs is %d", (weight, share) => {
    const tree = pair({ nominal: 5, weight }, { nominal: 5 });
    addUsage(tree, 0, 5);
    expect(dominantShare(tree, 0)).toBe(0);
    addUsage(tree, 0, 2);
    expect(dominantShare(tree, 0)).toBe(share);
  });

  it.each([
    [[{ name: "a" }, { name: "a" }], [], /queues\[1\] \("a"\): the name is used twice/],
    [[{ name: "a", nominal: -1 }], [], /queues\[0\].*nominal is -1/],
    [[{ name: "a", borrowingLimit: 1.5 }], [], /borrowingLimit is 1.5/],
    [[{ name: "a", weight: Number.NaN }], [], /weight is NaN/],
    [
      [{ name: "a", parent: "x" }],
      [
        { name: "x", parent: "y" },
        { name: "y", parent: "x" },
      ],
      /form a ring/,
    ],
  ])("refuses %j", (queues, cohorts, message) => {
    expect(() => buildQuotaTree(queues as QuotaNode[], cohorts as QuotaNode[])).toThrow(message as RegExp);
  });
});

describe("quotas of a cluster file", () => {
  const quotas = (config: object) => {
    const cluster = parseCluster({ version: 1, pools: [{ name: "all", gpus: 20 }], ...config });
    return clusterQuotas(cluster.queues, cluster.cohorts, 20);
  };

  it("reads cohorts as paths, with the quotas of their entries", () => {
    const tree = quotas({
      queues: [{ name: "v", cohort: "research/vision", nominal_gpus: 4 }],
      cohorts: [{ name: "research", nominal_gpus: 6 }],
    });
    expect(tree.names).toEqual(["v", "research/vision", "research"]);
    expect(Array.from(tree.parent)).toEqual([1, 2, -1]);
    expect(available(tree, 0)).toBe(10);
  });

  it("without any quota all queues borrow from the whole cluster", () => {
    const tree = quotas({ queues: [{ name: "a" }, { name: "b", weight: 3 }] });
    expect([available(tree, 0), available(tree, 1)]).toEqual([20, 20]);
    addUsage(tree, 1, 6);
    expect(dominantShare(tree, 1)).toBeCloseTo(0.1, 12);
  });

  it("names a queue that could never run anything", () => {
    expect(() => quotas({ queues: [{ name: "a", nominal_gpus: 20 }, { name: "b" }] })).toThrow(
      /queue "b".*nominal_gpus/,
    );
  });
});
