import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ClusterConfigInput,
  POLICIES,
  type QueueJobs,
  type SchedulerFactory,
  type SimulationResult,
  simulate,
} from "../../src/simulate/index.js";
import { easy } from "../../src/simulate/policies/easy.js";

const RUNS = { numRuns: 500, seed: 20_261_127 };

interface Row {
  submit: number;
  duration: number;
  estimate: number;
  gpus: number;
  queue: string;
  priority: number;
  checkpoint: number;
}

const row = fc.record({
  submit: fc.integer({ min: 0, max: 60 }),
  duration: fc.integer({ min: 1, max: 40 }),
  estimate: fc.integer({ min: 1, max: 40 }),
  gpus: fc.integer({ min: 1, max: 10 }),
  queue: fc.constantFrom("x", "y"),
  priority: fc.integer({ min: 0, max: 2 }),
  checkpoint: fc.constantFrom(0, 5),
});
const rows = fc.array(row, { maxLength: 25 });

function columns(list: readonly Row[]): QueueJobs {
  return {
    n: list.length,
    id: list.map((_, i) => `j${String(i).padStart(2, "0")}`),
    submit: Float64Array.from(list, (job) => job.submit),
    duration: Float64Array.from(list, (job) => job.duration),
    estimate: Float64Array.from(list, (job) => job.estimate),
    gpus: Int32Array.from(list, (job) => job.gpus),
    queue: list.map((job) => job.queue),
    priority: Float64Array.from(list, (job) => job.priority),
    checkpointInterval: Float64Array.from(list, (job) => job.checkpoint),
    restart: new Float64Array(list.length).fill(2),
  };
}

/** Everything at once: two pools, one of them spot, zones, an outage, shares, fair-share weights. */
const rich = (placement: "pooled" | "nodes"): ClusterConfigInput => ({
  version: 1,
  placement,
  pools: [
    { name: "spot", count: 2, template: { gpus: 4 }, spot_price_hour: 1, spot_interrupt_per_hour: 120 },
    { name: "safe", count: 2, template: { gpus: 4 }, zones: ["a", "b"], price_hour: 3 },
  ],
  queues: [
    { name: "x", nominal_gpus: 8, cohort: "c" },
    { name: "y", nominal_gpus: 8, cohort: "c" },
  ],
  fairshare: { weights: { age: 1, fairshare: 1 } },
  faults: [{ kind: "zone_outage", zone: "a", at_s: 30, for_s: 20 }],
});

/** GPUs that run at each moment never exceed those that are up. */
function expectWithinCapacity({ timeline, queues }: SimulationResult, capacity: number): void {
  const { t, queue, runningGpus, util } = timeline!;
  const now = new Int32Array(queues.length);
  for (let k = 0; k < t.length; k++) {
    now[queue[k]] = runningGpus[k];
    if (k + 1 < t.length && t[k + 1] === t[k]) continue;
    expect(now.reduce((sum, gpus) => sum + gpus, 0)).toBeLessThanOrEqual(capacity);
    expect(util[k]).toBeLessThanOrEqual(1);
  }
}

/** GPUs held at a second, from starts and ends: for runs that nothing interrupts. */
function heldAt(jobs: QueueJobs, { start, end }: SimulationResult, second: number): number {
  let held = 0;
  for (let job = 0; job < jobs.n; job++) if (start[job] <= second && end[job] > second) held += jobs.gpus[job];
  return held;
}

describe("the queue simulator", () => {
  it("never exceeds the capacity, and every job ends or is told why not", () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom(...POLICIES),
        fc.constantFrom("pooled" as const, "nodes" as const),
        (list, policy, placement) => {
          const jobs = columns(list);
          const result = simulate(jobs, rich(placement), { policy });
          expectWithinCapacity(result, 16);
          for (let job = 0; job < jobs.n; job++) {
            const { status, start, end, runSeconds, preemptions } = result;
            expect(status[job]).toBe(jobs.gpus[job] > 8 ? "rejected" : "completed");
            if (status[job] === "rejected") continue;
            expect(start[job]).toBeGreaterThanOrEqual(jobs.submit[job]);
            expect(end[job] - start[job]).toBeGreaterThanOrEqual(jobs.duration[job]);
            // Work, work that was lost, and restarts, whole or cut short.
            const overhead = runSeconds[job] - jobs.duration[job] - result.lostGpuSeconds[job] / jobs.gpus[job];
            expect(overhead).toBeGreaterThanOrEqual(0);
            expect(overhead).toBeLessThanOrEqual(2 * preemptions[job]);
          }
        },
      ),
      RUNS,
    );
  });

  it("without interruptions keeps within the capacity at every second, by starts and ends", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom("fifo", "sjf", "easy", "conservative" as const), (list, policy) => {
        const jobs = columns(list);
        const result = simulate(jobs, { version: 1, pools: [{ name: "p", gpus: 8 }] }, { policy });
        for (const second of [...result.start, ...result.end])
          expect(heldAt(jobs, result, second)).toBeLessThanOrEqual(8);
        // Nothing is lost: a job that ended took its duration.
        result.end.forEach((end, job) => {
          if (!Number.isNaN(end)) expect(end - result.start[job]).toBe(jobs.duration[job]);
        });
      }),
      RUNS,
    );
  });

  it("on exact estimates conservative delays nobody beyond first come, first served", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const jobs = { ...columns(list), estimate: undefined };
        const cluster = { version: 1 as const, pools: [{ name: "p", gpus: 8 }] };
        const [fifo, conservative] = (["fifo", "conservative"] as const).map((policy) =>
          simulate(jobs, cluster, { policy }),
        );
        conservative.start.forEach((start, job) => {
          if (!Number.isNaN(start)) expect(start).toBeLessThanOrEqual(fifo.start[job]);
        });
      }),
      RUNS,
    );
  });

  it("on exact estimates EASY keeps its promise to the head of the queue, on nodes too", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom("pooled" as const, "nodes" as const), (list, placement) => {
        const jobs = { ...columns(list), estimate: undefined };
        const promised = new Map<number, number>();
        const watched: SchedulerFactory = (state) => {
          const reserve = (job: number): number => {
            const second = state.reserve(job);
            promised.set(job, Math.min(second, promised.get(job) ?? second));
            return second;
          };
          return easy(Object.create(state, { reserve: { value: reserve } }));
        };
        const pools = [{ name: "p", count: 3, template: { gpus: 4 } }];
        const { start } = simulate(jobs, { version: 1, placement, pools }, { policy: watched });
        for (const [job, second] of promised) expect(start[job]).toBeLessThanOrEqual(second);
      }),
      RUNS,
    );
  });

  it("does not depend on the order of the rows, and gives the same again", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(...POLICIES), fc.integer(), (list, policy, rotation) => {
        const jobs = columns(list);
        const n = Math.max(1, jobs.n);
        const from = Array.from({ length: jobs.n }, (_, i) => (((i + rotation) % n) + n) % n);
        const turned: QueueJobs = { ...columns(from.map((i) => list[i])), id: from.map((i) => jobs.id[i]) };
        const first = simulate(jobs, rich("pooled"), { policy });
        const second = simulate(turned, rich("pooled"), { policy });
        from.forEach((i, k) => {
          expect([second.start[k], second.end[k], second.cost[k]]).toEqual([
            first.start[i],
            first.end[i],
            first.cost[i],
          ]);
        });
        expect(simulate(jobs, rich("pooled"), { policy })).toEqual(first);
      }),
      { ...RUNS, numRuns: 200 },
    );
  });
});
