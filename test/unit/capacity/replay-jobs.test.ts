import { describe, expect, it } from "vitest";
import { planCapacity } from "../../../src/capacity/index.js";
import { type JobReplay, replayedWaits, replayJobs } from "../../../src/capacity/replay-jobs.js";
import { createRandom, HOUR_MS } from "../../../src/core/index.js";
import { MONDAY, makeHourly } from "./make-input.js";

const WEEK = 168;
const END = MONDAY + 4 * WEEK * HOUR_MS;

/** Four weeks of one-GPU jobs, `perHour` an hour, each an hour long and begun at once. */
function steadyJobs(perHour = 4, gpus = 1) {
  const random = createRandom(5);
  const submit = Array.from(
    { length: 4 * WEEK * perHour },
    (_, i) => MONDAY + Math.floor(i / perHour) * HOUR_MS + random.int(3600) * 1000,
  );
  return {
    queues: ["a"],
    queue: submit.map(() => 0),
    submit,
    start: submit,
    end: submit.map((t) => t + HOUR_MS),
    gpus: submit.map(() => gpus),
  };
}
const all = new Set([0]);
const flat = (gpus: number, paths: number, hours = WEEK) => ({
  data: new Float64Array(paths * hours).fill(gpus),
  horizon: hours,
});
const replay = (...given: Parameters<typeof replayJobs>): JobReplay => {
  const made = replayJobs(...given);
  if (typeof made === "string") throw new Error(made);
  return made;
};
/** GPU-hours of the jobs that are counted. */
const gpuHours = ({ paths }: JobReplay) =>
  paths.map((jobs) =>
    jobs.submit.reduce(
      (sum, second, i) => (second < WEEK * 3600 ? sum : sum + (jobs.gpus[i] * jobs.duration[i]) / 3.6e6),
      0,
    ),
  );

describe("jobs replayed along demand paths", () => {
  it("ask for what the path asks for", () => {
    for (const demand of [1, 4, 10]) {
      for (const hours of gpuHours(replay(steadyJobs(), all, flat(demand, 3), END, 1, 7))) {
        expect(hours / (demand * WEEK)).toBeGreaterThan(0.98);
        expect(hours / (demand * WEEK)).toBeLessThan(1.02);
      }
    }
  });

  it("follow each week of a path, and part of a week", () => {
    const data = new Float64Array(200).fill(2);
    data.fill(8, 168);
    const [jobs] = replay(steadyJobs(), all, { data, horizon: 200 }, END, 1, 7).paths;
    const inHours = (from: number, to: number) =>
      jobs.submit.filter((s) => s >= (WEEK + from) * 3600 && s < (WEEK + to) * 3600).length;
    expect(inHours(0, 168) / (2 * 168)).toBeCloseTo(1, 0);
    expect(inHours(168, 202) / (8 * 32)).toBeGreaterThan(0.85);
    expect(inHours(202, 400)).toBe(0);
  });

  it("begin with the last week as it was", () => {
    const [jobs] = replay(steadyJobs(), all, flat(4, 1), END, 1, 7).paths;
    expect(jobs.submit.filter((s) => s >= 0 && s < WEEK * 3600).length).toBe(4 * WEEK);
  });

  it("take the paths from low to high demand, fewer of them the more there is to play", () => {
    const data = Float64Array.from({ length: 100 * WEEK }, (_, i) => 1 + Math.floor(i / WEEK));
    const few = replay(steadyJobs(), all, { data, horizon: WEEK }, END, 1e9, 7);
    expect(few.paths.length).toBe(2);
    const [low, high] = gpuHours(few);
    expect(high / low).toBeCloseTo(76 / 26, 0);
    expect(replay(steadyJobs(), all, { data, horizon: WEEK }, END, 1, 7).paths.length).toBe(8);
  });

  it("wait less the more GPUs there are, and to the end where they can never start", () => {
    const played = replay(steadyJobs(), all, flat(4, 4), END, 1, 7);
    const waits = [3, 4, 6, 20].map((gpus) => replayedWaits(played, gpus).p95Minutes);
    for (let k = 1; k < waits.length; k++) expect(waits[k]).toBeLessThanOrEqual(waits[k - 1]);
    expect(waits[3]).toBe(0);
    expect(waits[0]).toBeGreaterThan(60);
    const wide = replay(steadyJobs(1, 8), all, flat(8, 1), END, 1, 7);
    expect(replayedWaits(wide, 7.5).medianMinutes).toBeGreaterThan(24 * 60);
    expect(replayedWaits(wide, 16).medianMinutes).toBe(0);
  });

  it("say why they cannot be", () => {
    const jobs = steadyJobs();
    expect(replayJobs(jobs, all, flat(4, 1), MONDAY + 100 * HOUR_MS, 1, 7)).toMatch(/no whole week/);
    expect(replayJobs(jobs, new Set([3]), flat(4, 1), END, 1, 7)).toMatch(/none of these queues' jobs/);
  });

  it("are the waits of a plan with jobs", () => {
    const hourly = makeHourly(["a"]);
    const plan = {
      horizon_weeks: 1,
      pools: [{ name: "p", nodes: 3, gpus_per_node: 8 }],
      mapping: [{ queue: "a", pools: ["p"], slo: { p95_wait_minutes: 30 } }],
    };
    const options = { paths: 100, models: ["seasonal_naive"] };
    const made = planCapacity({ hourly, plan, jobs: steadyJobs(16) }, options);
    const [curve] = made.risk ?? [];
    expect(curve.waitMethod).toBe("simulation");
    expect(curve.simulation).toMatchObject({ policy: "easy", paths: 8, reason: null });
    const p95 = curve.points.map(({ wait }) => wait.p95Minutes);
    expect(p95[0]).toBeGreaterThan(30);
    expect(p95.at(-1)).toBeLessThan(30);
    const { nodes } = curve.waitTarget ?? {};
    expect(curve.points.find((point) => point.nodes === nodes)?.wait.p95Minutes).toBeLessThanOrEqual(30);
    expect(made.absent.map(({ section }) => section)).not.toContain("simulated_waits");
    expect(planCapacity({ hourly, plan, jobs: steadyJobs(16) }, options)).toEqual(made);
    const without = planCapacity({ hourly, plan }, options);
    expect(without.risk?.[0].simulation.reason).toMatch(/^simulated waits need the jobs of the history/);
  });
});
