import { describe, expect, it } from "vitest";
import { compileMapping } from "../../../src/capacity/compile-mapping.js";
import { type PlanFileInput, parsePlanFile, planCapacity } from "../../../src/capacity/index.js";
import { packJobs } from "../../../src/capacity/pack-jobs.js";
import { packPools } from "../../../src/capacity/packed-pool.js";
import { HOUR_MS } from "../../../src/core/index.js";
import { MONDAY, makeHourly } from "./make-input.js";

/** Jobs of one queue with these GPUs, an hour each unless said. */
function jobsOf(gpus: number[], hours: number[] = gpus.map(() => 1)) {
  const start = gpus.map((_, i) => MONDAY + i * HOUR_MS);
  return {
    queues: ["a"],
    queue: gpus.map(() => 0),
    submit: start,
    start,
    end: start.map((t, i) => t + hours[i] * HOUR_MS),
    gpus,
  };
}
const all = new Set([0]);

describe("packing of the job mix", () => {
  it("fills nodes wholly with jobs that divide them", () => {
    const mixed = packJobs(jobsOf([1, 2, 4, 8]), all, 8, 1);
    expect(mixed?.efficiency).toBeCloseTo(1, 2);
    expect(mixed?.jobs).toBe(4);
    expect(packJobs(jobsOf([16]), all, 8, 1)).toEqual({ efficiency: 1, jobs: 1 });
  });

  it("loses what no job of the mix can take", () => {
    // Two jobs of 3 GPUs on a node of 8 leave 2; the last node in use counts as one that the next jobs would fill.
    expect(packJobs(jobsOf([3]), all, 8, 1)?.efficiency).toBeCloseTo(0.75, 1);
    expect(packJobs(jobsOf([5]), all, 8, 1)?.efficiency).toBeCloseTo(5 / 8, 1);
    // One of 12 takes a node and half of another: two halves share one.
    expect(packJobs(jobsOf([12]), all, 8, 1)?.efficiency).toBe(1);
  });

  it("counts a job as often as it runs long", () => {
    const mostlyFives = packJobs(jobsOf([1, 5], [1, 9]), all, 8, 1)?.efficiency as number;
    const mostlyOnes = packJobs(jobsOf([1, 5], [9, 1]), all, 8, 1)?.efficiency as number;
    expect(mostlyFives).toBeLessThan(0.85);
    expect(mostlyOnes).toBeGreaterThan(0.97);
  });

  it("keeps shares of a GPU on one GPU", () => {
    expect(packJobs(jobsOf([0.6]), all, 4, 1)?.efficiency).toBeCloseTo(0.6, 1);
    expect(packJobs(jobsOf([0.5]), all, 4, 1)?.efficiency).toBeCloseTo(1, 2);
  });

  it("knows nothing from jobs that never ran or ask for no GPU", () => {
    const jobs = jobsOf([4, 0]);
    expect(packJobs({ ...jobs, start: [Number.NaN, jobs.start[1]] }, all, 8, 1)).toBeNull();
    expect(packJobs(jobs, new Set([7]), 8, 1)).toBeNull();
  });
});

describe("pools of a plan", () => {
  const sections: Omit<PlanFileInput, "version"> = {
    horizon_weeks: 1,
    seed: 3,
    pools: [
      { name: "big", nodes: 8, gpus_per_node: 8 },
      { name: "spare", nodes: 1, gpus_per_node: 8 },
    ],
    mapping: [
      { queue: "a", pools: ["big"] },
      { queue: "b", pools: ["big", "spare"] },
    ],
  };

  it("pack the jobs of the queues that prefer them", () => {
    const plan = parsePlanFile({ version: 1, ...sections });
    const mapping = compileMapping(plan.pools ?? [], plan.mapping ?? [], ["a", "b"]);
    const [big, spare] = packPools(plan.pools ?? [], mapping, jobsOf([5]), ["a", "b"], 3);
    expect(big.usable_gpus).toBeCloseTo(5, 0);
    expect(big.packing).toMatchObject({ jobs: 1, reason: null });
    expect(spare.usable_gpus).toBe(8);
    expect(spare.packing.reason).toMatch(/no job of the history prefers pool "spare"/);
  });

  it("need more nodes where jobs do not fill them", () => {
    const hourly = makeHourly(["a", "b"]);
    const fives = jobsOf(new Array<number>(50).fill(5));
    const options = { paths: 100, models: ["seasonal_naive"] };
    const unpacked = planCapacity({ hourly, plan: sections }, options);
    const packed = planCapacity({ hourly, plan: sections, jobs: fives }, options);
    unpacked.pools?.[0].need.forEach(({ nodes }, i) => {
      const more = packed.pools?.[0].need[i].nodes as number;
      expect(more / nodes).toBeGreaterThan(1.4);
      expect(more / nodes).toBeLessThan(1.8);
    });
    expect(packed.pools?.[0].packing.efficiency).toBeCloseTo(0.625, 1);
    expect(packed.pools?.[0].pShortfall).toBeGreaterThanOrEqual(unpacked.pools?.[0].pShortfall as number);
    expect(packed.absent.find(({ section }) => section === "packing")?.reason).toMatch(/spare/);
  });
});
