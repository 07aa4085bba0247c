import { describe, expect, it } from "vitest";
import { dalyTime, simulate, youngInterval } from "../../../src/simulate/index.js";
import { runTime, savedWork, workDone } from "../../../src/simulate/run-time.js";
import { makeJobs } from "./make-jobs.js";

const spotPool = (interruptions: number, count = 4000) => ({
  version: 1 as const,
  pools: [{ name: "spot", count, template: { gpus: 1 }, spot_price_hour: 2, spot_interrupt_per_hour: interruptions }],
});

describe("checkpoints", () => {
  const terms = { restart: 10, work: 100, speed: 1, interval: 30, cost: 5 };

  it("are taken after every interval but not at the end", () => {
    expect(runTime(terms)).toBe(10 + 100 + 3 * 5);
    expect(runTime({ ...terms, work: 90 })).toBe(10 + 90 + 2 * 5);
    expect(runTime({ ...terms, interval: 0 })).toBe(110);
    expect(runTime({ ...terms, speed: 3, cost: 0, restart: 0 })).toBe(34);
  });

  it("keep whole intervals; what came after them is lost", () => {
    expect(savedWork(terms, 10)).toEqual([0, 0]);
    expect(savedWork(terms, 44)).toEqual([0, 34]);
    expect(savedWork(terms, 45)).toEqual([30, 0]);
    expect(savedWork(terms, 81)).toEqual([60, 1]);
    expect(savedWork({ ...terms, interval: 0 }, 81)).toEqual([0, 71]);
    expect(workDone(terms, 81)).toBe(61);
    // While the checkpoint is written no work is done.
    expect(workDone(terms, 44)).toBe(30);
  });
});

describe("spot pools", () => {
  const n = 3000;
  const jobs = makeJobs(
    Array.from({ length: n }, () => [0, 40 * 3600, 1] as const),
    {
      id: Array.from({ length: n }, (_, i) => `j${i}`),
      checkpointInterval: new Float64Array(n).fill(1800),
      checkpointCost: new Float64Array(n).fill(120),
      restart: new Float64Array(n).fill(300),
    },
  );

  it("take as long as Daly expects, within 2 %", () => {
    const { summary } = simulate(jobs, spotPool(0.2), { timeline: false });
    const [spot] = summary.spot;
    expect(spot).toMatchObject({ pool: "spot", jobs: n, mean_between_interruptions_s: 18_000 });
    expect(spot.daly_mean_s).toBeCloseTo(dalyTime(144_000, 1800, 120, 300, 18_000), 6);
    expect(Math.abs(spot.simulated_mean_s! / spot.daly_mean_s! - 1)).toBeLessThan(0.02);
    expect(spot.young_interval_s).toBeCloseTo(Math.sqrt(2 * 120 * 18_000), 9);
    expect(spot.interruptions).toBe(summary.preemptions);
  });

  it("without checkpoints too, where all work is lost each time", () => {
    const short = { ...jobs, duration: new Float64Array(n).fill(7200), checkpointInterval: undefined };
    const [spot] = simulate(short, spotPool(0.25), { timeline: false }).summary.spot;
    expect(Math.abs(spot.simulated_mean_s! / spot.daly_mean_s! - 1)).toBeLessThan(0.02);
  });

  it("every second on a GPU is work, a checkpoint, a restart, or lost", () => {
    const run = simulate(jobs, spotPool(0.2), { timeline: false });
    for (let job = 0; job < 200; job++) {
      const overhead = run.runSeconds[job] - 144_000 - 79 * 120 - run.lostGpuSeconds[job];
      // Restarts: whole ones, and those that were interrupted themselves.
      expect(overhead).toBeLessThanOrEqual(300 * run.preemptions[job]);
      expect(overhead).toBeGreaterThanOrEqual(0);
      expect(run.cost[job]).toBeCloseTo((2 * run.runSeconds[job]) / 3600, 9);
    }
  });

  it("draw by job and run: other jobs and their order change nothing, the seed does", () => {
    const few = simulate(makeJobs([[0, 72_000, 1]], { id: ["j7"] }), spotPool(0.2)).end[0];
    const many = makeJobs([
      [0, 5, 1],
      [0, 72_000, 1],
    ]);
    expect(simulate({ ...many, id: ["x", "j7"] }, spotPool(0.2)).end[1]).toBe(few);
    expect(simulate({ ...many, id: ["x", "j7"] }, spotPool(0.2), { seed: 1 }).end[1]).not.toBe(few);
  });

  it("are not for jobs that do not bear it; interrupted jobs keep their place", () => {
    const both = {
      version: 1 as const,
      pools: [...spotPool(0.5, 1).pools, { name: "safe", count: 1, template: { gpus: 1 }, price_hour: 4 }],
    };
    const run = simulate(
      makeJobs(
        [
          [0, 36_000, 1],
          [0, 36_000, 1],
          [1, 36_000, 1],
        ],
        { preemptible: [true, false, true], checkpointInterval: new Float64Array(3).fill(600) },
      ),
      both,
    );
    expect(run.preemptions[1]).toBe(0);
    expect(run.end[1]).toBe(36_000);
    expect(run.preemptions[0]).toBeGreaterThan(0);
    // Job a comes back before c each time, so c starts only when a is done or the safe pool is free.
    expect(run.start[2]).toBeGreaterThanOrEqual(Math.min(run.end[0], run.end[1]));
  });
});

describe("formulas", () => {
  it("Daly without interruptions is work and checkpoints; Young's interval", () => {
    expect(dalyTime(1000, 100, 10, 5, Number.POSITIVE_INFINITY)).toBe(1100);
    expect(dalyTime(0, 100, 10, 5, 50)).toBe(0);
    expect(dalyTime(1000, 100, 10, 0, 1e9)).toBeCloseTo(1100, 3);
    expect(youngInterval(50, 10_000)).toBe(1000);
  });
});
