import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { type PolicyName, type QueueJobs, simulate } from "../../../src/simulate/index.js";
import { makeJobs, pooled, type Short } from "./make-jobs.js";

const starts = (jobs: QueueJobs, cluster: object, policy: PolicyName) =>
  Array.from(simulate(jobs, cluster as never, { policy, timeline: false }).start);

function randomShorts(seed: number, count: number): Short[] {
  const rng = createRandom(seed);
  return Array.from({ length: count }, () => [rng.int(200), 1 + rng.int(50), 1 + rng.int(8)]);
}

describe("multifactor", () => {
  it("without weights is EASY, to the second", () => {
    const weights = { age: 0, fairshare: 0, size: 0, qos: 0 };
    for (let seed = 0; seed < 40; seed++) {
      const rng = createRandom(seed);
      const shorts = randomShorts(seed, 60);
      const estimate = Float64Array.from(shorts, ([, duration]) => duration + rng.int(30));
      const user = shorts.map(() => `u${rng.int(4)}`);
      const jobs = makeJobs(shorts, { id: shorts.map((_, i) => String(i)), estimate, user });
      expect(starts(jobs, { ...pooled(10), fairshare: { weights } }, "multifactor")).toEqual(
        starts(jobs, pooled(10), "easy"),
      );
    }
  });

  // One GPU; a runs first, then the order of the others shows the priority.
  const turn = (weights: object, columns: Partial<QueueJobs>, more: object = {}) =>
    starts(
      makeJobs(
        [
          [0, 100, 1],
          [10, 10, 1],
          [20, 10, 1],
        ],
        columns,
      ),
      { ...pooled(1), fairshare: { weights, ...more } },
      "multifactor",
    ).slice(1);

  it("serves first the user with the lower usage", () => {
    expect(turn({ fairshare: 1 }, { user: ["x", "x", "y"] })).toEqual([110, 100]);
    expect(turn({ fairshare: 1 }, { user: ["y", "x", "y"] })).toEqual([100, 110]);
    expect(turn({ fairshare: 1 }, { user: ["x", "x", "y"] }, { algorithm: "fair_tree" })).toEqual([110, 100]);
  });

  it("lets age outweigh the rest in time, and priority count", () => {
    const user = ["x", "x", "y"];
    // The ages differ by 0.1; the fair-share factors are 1/4 and, for half a share of x's usage, 1/2.
    expect(turn({ fairshare: 1, age: 2 }, { user }, { max_age_s: 100 })).toEqual([110, 100]);
    expect(turn({ fairshare: 1, age: 3 }, { user }, { max_age_s: 100 })).toEqual([100, 110]);
    expect(turn({ qos: 1 }, { priority: Float64Array.of(0, 1, 2) })).toEqual([110, 100]);
  });

  it("prefers the larger job by size", () => {
    const jobs = makeJobs([
      [0, 100, 4],
      [10, 10, 1],
      [20, 10, 4],
    ]);
    const cluster = { ...pooled(4), fairshare: { weights: { size: 1 } } };
    expect(starts(jobs, cluster, "multifactor").slice(1)).toEqual([110, 100]);
  });
});

describe("drf", () => {
  it("starts 3 and 2 tasks in the paper's example, here of CPU and memory", () => {
    const jobs = makeJobs(
      Array.from({ length: 10 }, () => [0, 100, 0] as const),
      {
        id: Array.from({ length: 10 }, (_, i) => `t${i}`),
        user: Array.from({ length: 10 }, (_, i) => (i < 5 ? "A" : "B")),
        cpu: Float64Array.from({ length: 10 }, (_, i) => (i < 5 ? 1000 : 3000)),
        memory: Float64Array.from({ length: 10 }, (_, i) => (i < 5 ? 4096 : 1024)),
      },
    );
    const template = { gpus: 1, cpu_milli: 9000, memory_mib: 18 * 1024 };
    const first = starts(jobs, { version: 1, pools: [{ name: "p", count: 1, template }] }, "drf").map((s) => s === 0);
    expect([first.slice(0, 5).filter(Boolean).length, first.slice(5).filter(Boolean).length]).toEqual([3, 2]);
  });

  it("of a single client is EASY, to the second", () => {
    for (let seed = 100; seed < 130; seed++) {
      const shorts = randomShorts(seed, 60);
      const jobs = makeJobs(shorts, { id: shorts.map((_, i) => String(i)) });
      expect(starts(jobs, pooled(10), "drf")).toEqual(starts(jobs, pooled(10), "easy"));
    }
  });

  it("shares between queues by weight", () => {
    const count = 24;
    const jobs = makeJobs(
      Array.from({ length: count }, () => [0, 1000, 1] as const),
      {
        id: Array.from({ length: count }, (_, i) => `j${i}`),
        queue: Array.from({ length: count }, (_, i) => (i % 2 ? "b" : "a")),
      },
    );
    const cluster = { ...pooled(12), queues: [{ name: "a", weight: 3 }, { name: "b" }] };
    const running = starts(jobs, cluster, "drf").flatMap((s, i) => (s === 0 ? [i % 2] : []));
    expect(running.filter((q) => q === 0).length).toBe(9);
    expect(running.length).toBe(12);
  });
});

describe("kueue", () => {
  const queues = [
    { name: "a", cohort: "c", nominal_gpus: 4 },
    { name: "b", cohort: "c", nominal_gpus: 4 },
  ];

  it("lets a queue borrow, and takes it back when the owner comes", () => {
    const jobs = makeJobs(
      [
        [0, 100, 4],
        [0, 100, 4],
        [10, 50, 4],
      ],
      { queue: ["b", "b", "a"] },
    );
    const result = simulate(jobs, { ...pooled(8), queues }, { policy: "kueue", timeline: false });
    expect(Array.from(result.start)).toEqual([0, 0, 10]);
    // The second of b's jobs loses 10 seconds of work and runs again when a's has ended.
    expect(Array.from(result.preemptions)).toEqual([0, 1, 0]);
    expect(Array.from(result.end)).toEqual([100, 160, 60]);
    expect(result.lostGpuSeconds[1]).toBe(40);
  });

  it("without reclaim the owner waits", () => {
    const jobs = makeJobs(
      [
        [0, 100, 4],
        [0, 100, 4],
        [10, 50, 4],
      ],
      { queue: ["b", "b", "a"] },
    );
    const cluster = { ...pooled(8), queues, preemption: { reclaim_within_cohort: "never" } };
    expect(starts(jobs, cluster, "kueue")).toEqual([0, 0, 100]);
  });

  it("leaves jobs alone that may not be preempted", () => {
    const jobs = makeJobs(
      [
        [0, 100, 4],
        [0, 100, 4],
        [10, 50, 4],
      ],
      { queue: ["b", "b", "a"], preemptible: [false, false, true] },
    );
    expect(starts(jobs, { ...pooled(8), queues }, "kueue")).toEqual([0, 0, 100]);
  });

  it("lets smaller jobs of the queue pass one that does not fit its quota", () => {
    const jobs = makeJobs(
      [
        [0, 100, 3],
        [1, 10, 2],
        [2, 10, 1],
      ],
      { queue: ["a", "a", "a"] },
    );
    const lone = [{ name: "a", nominal_gpus: 4 }];
    expect(starts(jobs, { ...pooled(8), queues: lone }, "kueue")).toEqual([0, 100, 2]);
  });

  it("a job admitted by quotas larger than the cluster holds its quota until there is room", () => {
    const jobs = makeJobs(
      [
        [0, 100, 4],
        [1, 10, 4],
        [2, 10, 4],
      ],
      { queue: ["a", "b", "b"] },
    );
    const generous = queues.map((queue) => ({ ...queue, cohort: undefined, nominal_gpus: 4 }));
    expect(starts(jobs, { ...pooled(4), queues: generous }, "kueue")).toEqual([0, 100, 110]);
  });

  it("refuses a policy of preemption under which jobs could chase each other in a ring", () => {
    const cluster = {
      ...pooled(8),
      queues,
      preemption: { borrow_within_cohort: "lower_priority", fair_sharing: false },
    };
    expect(() => starts(makeJobs([[0, 1, 1]], { queue: ["a"] }), cluster, "kueue")).toThrow(
      /reclaim_within_cohort must be/,
    );
  });

  it("shares what can be borrowed by weight", () => {
    const jobs = makeJobs(
      Array.from({ length: 24 }, () => [0, 1000, 1] as const),
      {
        id: Array.from({ length: 24 }, (_, i) => `j${i}`),
        queue: Array.from({ length: 24 }, (_, i) => (i % 2 ? "b" : "a")),
      },
    );
    const weighted = [{ name: "a", weight: 2 }, { name: "b" }];
    const running = starts(jobs, { ...pooled(12), queues: weighted }, "kueue").flatMap((s, i) =>
      s === 0 ? [i % 2] : [],
    );
    expect([running.filter((q) => q === 0).length, running.length]).toEqual([8, 12]);
  });
});

describe("gavel", () => {
  it("lets two jobs on one GPU take turns, the one that runs going on at ties, and keeps their work", () => {
    const jobs = makeJobs([
      [0, 1000, 1],
      [0, 1000, 1],
    ]);
    const result = simulate(jobs, { ...pooled(1), round_s: 100 }, { policy: "gavel", timeline: false });
    expect(Array.from(result.start)).toEqual([0, 100]);
    // a, b, b, a, a, … : after every second round both have had as much.
    expect(Array.from(result.end)).toEqual([2000, 1900]);
    expect(Array.from(result.preemptions)).toEqual([5, 4]);
    expect(Array.from(result.lostGpuSeconds)).toEqual([0, 0]);
  });

  it("runs each kind where it gains most, at that speed", () => {
    const jobs = makeJobs(
      [
        [0, 3600, 8],
        [0, 3600, 8],
      ],
      { labels: [{ kind: "cnn" }, { kind: "lookup" }] },
    );
    const node = (model: string) => ({ name: model, count: 1, template: { gpus: 8, model } });
    const cluster = {
      version: 1,
      pools: [node("slow"), node("fast")],
      throughput: { cnn: { slow: 1, fast: 3 }, lookup: { slow: 1, fast: 1 } },
    };
    const result = simulate(jobs, cluster as never, { policy: "gavel", timeline: false });
    expect(Array.from(result.end)).toEqual([1200, 3600]);
    expect(Array.from(result.preemptions)).toEqual([0, 0]);
  });

  it("fills GPUs that become free inside a round", () => {
    const jobs = makeJobs([
      [0, 30, 1],
      [10, 30, 1],
    ]);
    expect(starts(jobs, { ...pooled(1), round_s: 360 }, "gavel")).toEqual([0, 30]);
  });

  it("makes headway even if a restart takes longer than a round", () => {
    const jobs = makeJobs(
      [
        [0, 1000, 1],
        [0, 1000, 1],
      ],
      { restart: Float64Array.of(150, 150) },
    );
    const result = simulate(jobs, { ...pooled(1), round_s: 100 }, { policy: "gavel", timeline: false });
    expect(result.status).toEqual(["completed", "completed"]);
    expect(Math.max(...result.end)).toBeLessThan(5000);
  });

  it("never takes off a job that may not be", () => {
    const jobs = makeJobs(
      [
        [0, 1000, 1],
        [0, 1000, 1],
      ],
      { preemptible: [false, false] },
    );
    expect(starts(jobs, { ...pooled(1), round_s: 100 }, "gavel")).toEqual([0, 1000]);
  });
});

describe.each(["multifactor", "drf", "kueue", "gavel"] as const)("%s", (policy) => {
  it("copes with nodes, models, gangs, spot interruptions and an outage: every job ends", () => {
    const rng = createRandom(11);
    const shorts: Short[] = Array.from({ length: 80 }, () => [rng.int(3000), 200 + rng.int(3000), 1 + rng.int(16)]);
    const template = (model: string) => ({ gpus: 8, model, cpu_milli: 64_000, memory_mib: 500_000 });
    const cluster = {
      version: 1,
      placement: "nodes",
      pools: [
        { name: "a", count: 4, template: template("A100"), zones: ["z1", "z2"], price_hour: 20 },
        { name: "s", count: 2, template: template("H100"), spot_price_hour: 9, spot_interrupt_per_hour: 0.5 },
      ],
      queues: [
        { name: "x", cohort: "c", nominal_gpus: 24 },
        { name: "y", cohort: "c", nominal_gpus: 24 },
      ],
      throughput: { "*": { A100: 1, H100: 2 } },
      faults: [{ kind: "zone_outage", zone: "z1", at_s: 2000, for_s: 1500 }],
    };
    const jobs = makeJobs(shorts, {
      id: shorts.map((_, i) => `j${i}`),
      queue: shorts.map(() => (rng.int(3) === 0 ? "x" : "y")),
      gpuType: shorts.map(() => ["", "A100", "A100|H100"][rng.int(3)]),
      cpu: Float64Array.from(shorts, ([, , gpus]) => gpus * 4000),
      preemptible: shorts.map(() => rng.int(4) > 0),
      checkpointInterval: new Float64Array(80).fill(300),
      restart: new Float64Array(80).fill(20),
    });
    const result = simulate(jobs, cluster as never, { policy, timeline: false });
    expect(new Set(result.status)).toEqual(new Set(["completed"]));
    const again = simulate(jobs, cluster as never, { policy, timeline: false });
    expect(Array.from(again.end)).toEqual(Array.from(result.end));
  });
});
