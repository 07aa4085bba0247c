import { describe, expect, it } from "vitest";
import { findVictims } from "../../../src/simulate/fair/find-victims.js";
import {
  DEFAULT_PREEMPTION_POLICY,
  type PreemptionPolicy,
  type RunningClaim,
} from "../../../src/simulate/fair/preemption-policy.js";
import { addUsage, buildQuotaTree, type QuotaNode } from "../../../src/simulate/fair/quota-tree.js";

const FAIR = DEFAULT_PREEMPTION_POLICY;
const CLASSIC: PreemptionPolicy = { ...FAIR, fairSharing: false };

/** A running job: queue, GPUs, priority; each one started a second after the one before. */
type Run = readonly [queue: number, gpus: number, priority?: number];

function victims(
  [queues, cohorts]: readonly [readonly QuotaNode[], readonly QuotaNode[]],
  runs: readonly Run[],
  [queue, gpus, priority = 0]: Run,
  policy: PreemptionPolicy,
) {
  const tree = buildQuotaTree(queues, cohorts);
  const running: RunningClaim[] = runs.map(([q, size, p = 0], i) => ({
    queue: q,
    gpus: size,
    priority: p,
    submit: i,
    start: i,
    rank: i,
  }));
  for (const run of running) addUsage(tree, run.queue, run.gpus);
  const before = Array.from(tree.used);
  const found = findVictims(tree, { queue, gpus, priority, submit: 100 }, running, policy);
  expect(Array.from(tree.used)).toEqual(before);
  return found;
}

const flat = (...nominal: number[]) =>
  [nominal.map((gpus, i) => ({ name: `q${i}`, parent: "c", nominal: gpus })), []] as const;

describe.each([
  ["fair sharing", FAIR],
  ["priority alone", CLASSIC],
])("with %s", (_, policy) => {
  it("a queue takes its quota back from the borrower, the youngest job first", () => {
    expect(
      victims(
        flat(4, 4),
        [
          [1, 4],
          [1, 2],
          [1, 2],
        ],
        [0, 4],
        policy,
      ),
    ).toEqual([1, 2]);
  });

  it("spares what it can do without once the job fits", () => {
    // Youngest first: 1, then 4. The 4 alone makes room, so the 1 goes back.
    expect(
      victims(
        flat(4, 4),
        [
          [1, 3],
          [1, 4],
          [1, 1],
        ],
        [0, 4],
        policy,
      ),
    ).toEqual([1]);
  });

  it("never touches queues within their quota", () => {
    expect(
      victims(
        flat(4, 2, 2),
        [
          [1, 2, -10],
          [2, 6],
        ],
        [0, 4],
        policy,
      ),
    ).toEqual([1]);
    expect(
      victims(
        flat(4, 4),
        [
          [1, 4, -10],
          [0, 4],
        ],
        [0, 1],
        policy,
      ),
    ).toBeNull();
  });

  it("takes lower priorities of its own queue, never equal ones", () => {
    expect(
      victims(
        flat(4),
        [
          [0, 2, 1],
          [0, 2, 0],
        ],
        [0, 2, 2],
        policy,
      ),
    ).toEqual([1]);
    expect(victims(flat(4), [[0, 4, 2]], [0, 2, 2], policy)).toBeNull();
  });

  it("follows the policy: never, lower priority, newer of equal priority", () => {
    const runs: Run[] = [[1, 8]];
    expect(victims(flat(4, 4), runs, [0, 4, 5], { ...policy, reclaimWithinCohort: "never" })).toBeNull();
    expect(victims(flat(4, 4), runs, [0, 4], { ...policy, reclaimWithinCohort: "lower_priority" })).toBeNull();
    expect(victims(flat(4, 4), runs, [0, 4, 1], { ...policy, reclaimWithinCohort: "lower_priority" })).toEqual([0]);
    expect(victims(flat(4), [[0, 4]], [0, 2, 5], { ...policy, withinQueue: "never" })).toBeNull();
    const newer = { ...policy, withinQueue: "lower_or_newer_equal_priority" } as const;
    expect(victims(flat(4), [[0, 4]], [0, 2], newer)).toBeNull();
  });

  // Kueue's cases of hierarchical reclaim. Cohort c has 2 GPUs of its own, its queue q none; others borrow at the root.
  const inner = (...more: QuotaNode[]) =>
    [
      [{ name: "q", parent: "c" }, { name: "borrowing", parent: "r" }, ...more],
      [{ name: "c", parent: "r", nominal: 2 }, { name: "r" }],
    ] as const;

  it("a queue has its cohort's quota before outsiders", () => {
    expect(victims(inner(), [[1, 2]], [0, 2], CLASSIC)).toEqual([0]);
    expect(
      victims(
        inner(),
        [
          [1, 1, 1],
          [1, 1, 2],
        ],
        [0, 2],
        CLASSIC,
      ),
    ).toEqual([0, 1]);
    expect(victims(inner(), [[1, 2]], [0, 2], FAIR)).toEqual([0]);
  });

  it("passes over a queue within its quota at the root", () => {
    expect(
      victims(
        inner({ name: "nominal", parent: "r", nominal: 2 }),
        [
          [2, 2, -10],
          [1, 2],
        ],
        [0, 2],
        policy,
      ),
    ).toEqual([1]);
  });
});

describe("fair sharing among borrowers", () => {
  it("takes from the larger share as long as its own stays at most as large", () => {
    // 12 GPUs, no quotas but the cohort's: 2 + 10 used. A job of 4 leaves 6 against 6; one of 5 would turn it round.
    const shared = [
      [
        { name: "a", parent: "c" },
        { name: "b", parent: "c" },
      ],
      [{ name: "c", nominal: 12 }],
    ] as const;
    const ones: Run[] = Array.from({ length: 10 }, () => [1, 1]);
    expect(victims(shared, [[0, 2], ...ones], [0, 4], FAIR)).toEqual([7, 8, 9, 10]);
    expect(victims(shared, [[0, 2], ...ones], [0, 5], FAIR)).toBeNull();
  });

  it("weighs the shares", () => {
    const shared = [
      [
        { name: "a", parent: "c", weight: 2 },
        { name: "b", parent: "c" },
      ],
      [{ name: "c", nominal: 12 }],
    ] as const;
    const ones: Run[] = Array.from({ length: 6 }, () => [1, 1]);
    expect(victims(shared, [[0, 6], ...ones], [0, 2], FAIR)).toEqual([5, 6]);
    expect(victims(shared, [[0, 6], ...ones], [0, 3], FAIR)).toBeNull();
  });

  it("goes down the branch with the largest share", () => {
    const tree = [
      [
        { name: "me", parent: "r", nominal: 4 },
        { name: "modest", parent: "x", nominal: 4 },
        { name: "greedy", parent: "y" },
        { name: "also", parent: "y" },
      ],
      [{ name: "x", parent: "r" }, { name: "y", parent: "r" }, { name: "r" }],
    ] as const;
    expect(
      victims(
        tree,
        [
          [1, 5],
          [2, 2],
          [3, 1],
        ],
        [0, 1],
        FAIR,
      ),
    ).toEqual([1]);
  });
});

describe("priority alone", () => {
  const lend = { ...CLASSIC, borrowWithinCohort: "lower_priority" } as const;

  it("a job that borrows preempts nobody else's job, unless the policy lets it take lower priorities", () => {
    const runs: Run[] = [
      [0, 4, 5],
      [1, 8],
    ];
    expect(victims(flat(4, 4, 4), runs, [0, 4, 5], CLASSIC)).toBeNull();
    expect(victims(flat(4, 4, 4), runs, [0, 4, 5], lend)).toEqual([1]);
    expect(victims(flat(4, 4, 4), runs, [0, 4, 5], { ...lend, maxPriorityThreshold: -1 })).toBeNull();
  });

  it("reclaims from others before it takes its own queue's jobs", () => {
    expect(
      victims(
        flat(4, 4),
        [
          [0, 2, -1],
          [1, 6],
        ],
        [0, 2, 1],
        CLASSIC,
      ),
    ).toEqual([1]);
  });
});
