import { describe, expect, it } from "vitest";
import { type ClusterConfigInput, simulate } from "../../../src/simulate/index.js";
import { makeJobs } from "./make-jobs.js";

/** Two zones of two nodes of 4 GPUs; the first goes down at 1000 for 500 seconds. */
const cluster = (placement: "pooled" | "nodes", more: object = {}): ClusterConfigInput => ({
  version: 1,
  placement,
  pools: [{ name: "p", count: 4, template: { gpus: 4 }, zones: ["a", "b"] }],
  faults: [{ kind: "zone_outage", zone: "a", at_s: 1000, for_s: 500, ...more }],
});

describe.each(["pooled", "nodes"] as const)("a zone outage, placement %s", (placement) => {
  // Four jobs of a node each fill the cluster: two lie in the zone.
  const jobs = makeJobs(
    [
      [0, 2000, 4],
      [0, 2000, 4],
      [0, 2000, 4],
      [0, 2000, 4],
      [1100, 100, 4],
    ],
    { checkpointInterval: new Float64Array(5).fill(300), restart: new Float64Array(5).fill(50) },
  );

  it("restarts the jobs that were there, from their checkpoints", () => {
    const run = simulate(jobs, cluster(placement, { rto_s: 600, rpo_s: 60 }));
    const [outage] = run.summary.outages;
    const hit = outage.restarted_jobs.map((id) => jobs.id.indexOf(id));
    expect(hit).toHaveLength(2);
    for (const job of hit) {
      // 900 of 1000 seconds are safe; from 1500 on it restarts (50) and does the other 1100.
      expect(run).toMatchObject({ start: { [job]: 0 }, end: { [job]: 1500 + 50 + 1100 } });
      expect([run.preemptions[job], run.lostGpuSeconds[job]]).toEqual([1, 400]);
    }
    expect(outage).toMatchObject({ zones: ["a"], largest_loss_s: 100, recovery_s: 500, rto_met: true, rpo_met: false });
    expect(outage.lost_gpu_hours).toBeCloseTo(800 / 3600, 12);
    // The late job would have waited for 2000 anyhow; without checkpoints it would be 2000 + 500.
    expect(run.start[4]).toBe(2000);
    expect(run.status).toEqual(new Array(5).fill("completed"));
  });

  it("takes a whole region down when all its zones are named", () => {
    const run = simulate(jobs, cluster(placement, { zone: ["a", "b"], rto_s: 499 }));
    expect(run.summary.outages[0]).toMatchObject({ zones: ["a", "b"], recovery_s: 500, rto_met: false, rpo_met: null });
    expect(run.summary.outages[0].restarted_jobs).toEqual(["a", "b", "c", "d"]);
    const { t, util } = run.timeline!;
    expect(Array.from(t).filter((second) => second > 1100 && second < 1500)).toEqual([]);
    expect(Math.max(...util)).toBe(1);
  });

  it("says when waits are back", () => {
    // An hour's work each quarter of an hour for half of the GPUs; the outage holds an hour of it up.
    const stream = makeJobs(
      Array.from({ length: 40 }, (_, i) => [900 * i, 1800, 4] as const),
      { id: Array.from({ length: 40 }, (_, i) => `j${String(i).padStart(2, "0")}`) },
    );
    const drill = cluster(placement, { zone: ["a", "b"], at_s: 3600, for_s: 3600 });
    const [outage] = simulate(stream, drill).summary.outages;
    expect(outage.p95_wait_back_s).toBeGreaterThanOrEqual(3600);
    expect(outage.p95_wait_back_s).toBeLessThanOrEqual(3 * 3600);
    const calm = simulate(stream, cluster(placement, { zone: "a", at_s: 200_000 })).summary.outages[0];
    expect(calm).toMatchObject({ restarted_jobs: [], p95_wait_back_s: 0, recovery_s: 0, lost_gpu_hours: 0 });
  });
});

it("an outage without end leaves jobs unfinished", () => {
  const run = simulate(makeJobs([[1200, 10, 16]]), cluster("nodes", { for_s: 10 ** 9 }));
  expect(run.start[0]).toBe(1000 + 10 ** 9);
});
