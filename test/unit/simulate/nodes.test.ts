import { describe, expect, it } from "vitest";
import { type ClusterConfigInput, simulate } from "../../../src/simulate/index.js";
import { makeJobs } from "./make-jobs.js";

const nodes = (count: number, more: object = {}): ClusterConfigInput => ({
  version: 1,
  placement: "nodes",
  pools: [{ name: "n", count, template: { gpus: 8 }, ...more }],
});

describe("placement on nodes", () => {
  it("GPUs free in sum do not help a job that needs them on one node", () => {
    const jobs = makeJobs([
      [0, 100, 5],
      [0, 100, 5],
      [1, 50, 6],
    ]);
    expect(simulate(jobs, { ...nodes(2), placement: "pooled" }).start[2]).toBe(1);
    const run = simulate(jobs, nodes(2));
    expect(Array.from(run.start)).toEqual([0, 0, 100]);
    expect(run.nodes.slice(0, 2)).toEqual(["n-0", "n-1"]);
  });

  it("a job is a gang of its pods; without a number it has as few as fit", () => {
    const jobs = makeJobs(
      [
        [0, 100, 16],
        [0, 100, 12],
        [0, 100, 6],
      ],
      { pods: Int32Array.of(0, 0, 3) },
    );
    const run = simulate(jobs, nodes(4));
    expect(Array.from(run.start)).toEqual([0, 0, 100]);
    expect(run.nodes).toEqual(["n-0;n-1", "n-2;n-3", "n-0"]);
    // Two nodes have 2 GPUs left each, so that three pods of 2 wait, and so would two of 3; a fifth node takes them.
    expect(simulate({ ...jobs, pods: Int32Array.of(0, 0, 2) }, nodes(5)).start[2]).toBe(0);
  });

  it("a required level is held: both nodes of the rack, or none", () => {
    // Racks r0 = {n-0, n-2} and r1 = {n-1, n-3}.
    const rack = nodes(4, { racks_per_zone: 2 });
    const rows = [
      [0, 100, 8],
      [0, 300, 8],
      [10, 50, 16],
    ] as const;
    const free = simulate(makeJobs(rows), rack);
    expect(free.start[2]).toBe(10);
    const held = simulate(makeJobs(rows, { requiredLevel: ["", "", "rack"] }), rack);
    const names = held.nodes[2]!.split(";").map((name) => Number(name.slice(2)) % 2);
    expect(new Set(names).size).toBe(1);
  });

  it("data draw a job to their zone", () => {
    const zoned = nodes(4, { zones: ["east", "west"] });
    const run = simulate(makeJobs([[0, 10, 1]], { dataZone: ["west"] }), zoned);
    expect(run.nodes).toEqual(["n-1"]);
  });

  it("EASY keeps the nodes that the head will need, and fills the others", () => {
    const jobs = makeJobs([
      [0, 100, 8],
      [0, 60, 4],
      [1, 50, 16],
      [2, 500, 4],
      [2, 50, 4],
    ]);
    // Three nodes: a on one, b on half of another. The head c will get that one and the empty one at 60.
    const run = simulate(jobs, nodes(3), { policy: "easy" });
    expect(run.start[2]).toBe(60);
    expect(run.start[3]).toBe(100);
    expect(run.start[4]).toBe(2);
  });

  it("CPU and memory bind too", () => {
    const template = { gpus: 8, cpu_milli: 10_000, memory_mib: 1000 };
    const jobs = makeJobs(
      [
        [0, 100, 1],
        [0, 100, 1],
        [0, 100, 1],
      ],
      { cpu: Float64Array.of(6000, 6000, 1000), memory: Float64Array.of(100, 100, 950) },
    );
    for (const placement of ["nodes", "pooled"] as const) {
      const { start } = simulate(jobs, { ...nodes(1, { template }), placement }, { policy: "easy" });
      expect(Array.from(start)).toEqual([0, 100, 200]);
    }
    const tooMuch = { ...jobs, cpu: Float64Array.of(6000, 20_000, 0) };
    expect(simulate(tooMuch, nodes(1, { template })).status[1]).toBe("rejected");
  });

  it("jobs go to the pools of their GPU type, in the order of the file", () => {
    const cluster: ClusterConfigInput = {
      version: 1,
      pools: [
        { name: "old", count: 1, template: { gpus: 4, model: "V100" } },
        { name: "new", count: 2, template: { gpus: 4, model: "A100" } },
      ],
    };
    const jobs = makeJobs(
      [
        [0, 10, 4],
        [0, 10, 4],
        [0, 10, 4],
        [0, 10, 8],
        [0, 10, 1],
      ],
      { gpuType: ["A100", "V100|A100", "new", "", "H100"] },
    );
    for (const policy of ["fifo", "easy", "conservative"] as const) {
      const run = simulate(jobs, cluster, { policy });
      expect(Array.from(run.pool)).toEqual([1, 0, 1, 1, -1]);
      expect(Array.from(run.start)).toEqual([0, 0, 0, 10, Number.NaN]);
    }
  });
});
