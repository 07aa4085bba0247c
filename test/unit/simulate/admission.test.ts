import { describe, expect, it } from "vitest";
import { simulate } from "../../../src/simulate/index.js";
import { makeJobs } from "./make-jobs.js";

const DAY = 86_400;
const priced = { name: "p", count: 2, template: { gpus: 4 }, price_hour: 8 };

describe("budgets", () => {
  it("refuse a run that is expected to cost more than its own or its queue's limit, unless it may", () => {
    // Two dollars a GPU-hour: a, c and d are expected to cost 16, b 8.
    const jobs = makeJobs(
      [
        [0, 3600, 4],
        [0, 3600, 4],
        [0, 3600, 4],
        [0, 3600, 4],
      ],
      {
        estimate: Float64Array.of(7200, 3600, 7200, 7200),
        queue: ["small", "small", "small", "other"],
        labels: [{}, {}, { SpendOverride: "true" }, { SpendOverride: "false" }],
        budget: Float64Array.of(Number.NaN, Number.NaN, 1, 15),
      },
    );
    const { status, refusal, summary } = simulate(jobs, {
      version: 1,
      pools: [priced],
      queues: [{ name: "small", per_run_budget_usd: 10 }],
    });
    expect(status).toEqual(["rejected", "completed", "completed", "rejected"]);
    expect(refusal).toEqual(["budget", null, null, "budget"]);
    expect(summary.rejected_for).toEqual({ capacity: 0, budget: 2 });
    expect(summary.cost_usd).toBeCloseTo(16, 9);
    expect(summary.cost_per_gpu_hour).toBeCloseTo(2, 9);
  });

  it("of a month hold a queue's jobs until the next one, and nobody else's", () => {
    // Second 0 is 20 January; 192 dollars a day when 4 GPUs run.
    const originMs = Date.UTC(2026, 0, 20);
    const jobs = makeJobs(
      [
        [0, DAY, 4],
        [10, 2 * DAY, 4],
        [20, DAY, 4],
        [2 * DAY, 3600, 8],
      ],
      { queue: ["lab", "lab", "lab", "free"] },
    );
    const cluster = { version: 1 as const, pools: [priced], queues: [{ name: "lab", budget_usd_month: 300 }] };
    const { start } = simulate(jobs, cluster, { originMs });
    // After a day 384 dollars are gone: c waits for February, and d passes it.
    expect(Array.from(start)).toEqual([0, 10, 12 * DAY, 2 * DAY + 10]);
    const never = { ...cluster, queues: [{ name: "lab", budget_usd_month: 0 }] };
    expect(simulate(jobs, never, { originMs }).status).toEqual(["unfinished", "unfinished", "unfinished", "completed"]);
  });
});

describe("shedding", () => {
  const rows = Array.from({ length: 5 }, (_, i) => [i, 100, 1] as const);
  const cluster = { version: 1 as const, pools: [{ name: "p", gpus: 1 }] };

  it("turns arrivals away while their queue is too deep", () => {
    const { status, summary } = simulate(makeJobs(rows), { ...cluster, shed: { queue_depth: 2 } });
    expect(status).toEqual(["completed", "completed", "completed", "shed", "shed"]);
    expect(summary).toMatchObject({ shed: 2, completed: 3 });
  });

  it("spares those of enough priority, their queue's included", () => {
    const jobs = makeJobs(rows, { priority: Float64Array.of(0, 0, 0, 1, 0), queue: ["q", "q", "q", "q", "r"] });
    const shed = { queue_depth: 2, pause_below_priority: 1 };
    expect(simulate(jobs, { ...cluster, shed }).status.at(3)).toBe("completed");
    const low = { ...cluster, shed, queues: [{ name: "q", priority: -1 }] };
    expect(simulate(jobs, low).status).toEqual(["completed", "completed", "completed", "shed", "completed"]);
  });
});

describe("deadlines and targets", () => {
  it("are reported, not enforced", () => {
    const jobs = makeJobs(
      [
        [0, 3600, 8],
        [0, 3600, 8],
        [0, 3600, 9],
      ],
      { deadline: Float64Array.of(3600, 3600, 9000), team: ["x", "y", ""] },
    );
    const slo = { median_wait_s: 1800, p95_wait_s: 1800, gpu_util: 0.9, cost_per_gpu_hour: 1.5 };
    const { summary } = simulate(jobs, { version: 1, pools: [priced], slo });
    expect(summary.deadlines).toEqual({ jobs: 3, missed: 2 });
    expect(summary.slo).toEqual([
      { target: "median_wait_s", limit: 1800, value: 1800, met: true },
      { target: "p95_wait_s", limit: 1800, value: 3420, met: false },
      { target: "gpu_util", limit: 0.9, value: 1, met: true },
      { target: "cost_per_gpu_hour", limit: 1.5, value: 2, met: false },
    ]);
    expect(summary).toMatchObject({
      from_s: 0,
      to_s: 7200,
      bill_usd: 32,
      mean_jct_s: 5400,
      mean_bounded_slowdown: 1.5,
    });
    expect(summary.by_team.map(({ name, median_wait_s }) => [name, median_wait_s])).toEqual([
      ["x", 0],
      ["y", 3600],
    ]);
    expect(summary.jain.teams).toBeCloseTo(9 / (2 * 5), 12);
  });

  it("say nothing about money where no pool has a price", () => {
    const { summary } = simulate(makeJobs([[0, 10, 1]]), {
      version: 1,
      pools: [{ name: "p", gpus: 1 }],
      slo: { cost_per_gpu_hour: 1 },
    });
    expect(summary).toMatchObject({ cost_usd: null, cost_per_gpu_hour: null, bill_usd: null });
    expect(summary.slo[0].met).toBeNull();
  });

  it("nothing to do gives empty figures", () => {
    const { summary, timeline } = simulate(makeJobs([]), { version: 1, pools: [priced] });
    expect(summary).toMatchObject({ jobs: 0, median_wait_s: null, mean_jct_s: null, from_s: null, gpu_util: 0 });
    expect(timeline?.t.length).toBe(0);
  });
});
