import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { mean, median } from "../../../src/core/statistics.js";
import { readQueueJobs } from "../../../src/ingest/index.js";
import { type QueueJobs, simulate, simulateWaits } from "../../../src/simulate/index.js";
import { makeJobs, pooled } from "./make-jobs.js";
import { type PlainJob, referenceStarts } from "./reference.js";

const PHILLY = resolve(import.meta.dirname, "../../../../shared/data/philly/philly_jobs_dev.parquet");

function columns(list: readonly PlainJob[]): QueueJobs {
  return {
    ...makeJobs(list.map(({ submit, duration, gpus }) => [submit, duration, gpus])),
    id: list.map(({ id }) => id),
    estimate: Float64Array.from(list, ({ estimate }) => estimate),
  };
}

/** Many ties in time and estimates; estimates exact, too long, or anything at all. */
function randomJobs(seed: number): { list: PlainJob[]; capacity: number } {
  const rng = createRandom(seed);
  const capacity = 1 + rng.int(12);
  const span = 1 + rng.int(60);
  const quality = rng.int(3);
  const list = Array.from({ length: 1 + rng.int(40) }, (_, i) => {
    const duration = 1 + rng.int(20);
    const estimate = quality === 0 ? duration : quality === 1 ? duration + rng.int(10) : 1 + rng.int(25);
    const gpus = 1 + rng.int(Math.min(14, capacity + 2));
    return { id: `j${rng.int(1_000_000)}-${i}`, submit: rng.int(span), duration, estimate, gpus };
  });
  return { list, capacity };
}

describe("start times, to the second", () => {
  it.each(["fifo", "sjf", "easy", "conservative"] as const)(
    "%s: as plain reference code on 400 random cases",
    (policy) => {
      for (let seed = 0; seed < 400; seed++) {
        const { list, capacity } = randomJobs(seed);
        const { start, status } = simulate(columns(list), pooled(capacity), { policy, timeline: false });
        const expected = referenceStarts(list, capacity, policy);
        expect(Array.from(start), `seed ${seed}`).toEqual(list.map(({ id }) => expected.get(id) ?? Number.NaN));
        expect(status).toEqual(list.map(({ gpus }) => (gpus > capacity ? "rejected" : "completed")));
      }
    },
  );

  it("EASY lets a job pass that delays the third in line; conservative does not", () => {
    const jobs = makeJobs([
      [0, 4, 2],
      [0, 2, 3],
      [0, 2, 4],
      [0, 10, 1],
      [0, 3, 1],
      [0, 4, 1],
    ]);
    expect(Array.from(simulate(jobs, pooled(4), { policy: "easy" }).start)).toEqual([0, 4, 10, 0, 0, 6]);
    expect(Array.from(simulate(jobs, pooled(4), { policy: "conservative" }).start)).toEqual([0, 4, 6, 8, 0, 0]);
  });

  it("extra GPUs at the shadow are given away once", () => {
    // Head b needs 3 of 4 at 10, which leaves 1: one of c and d may run on beyond, not both.
    const jobs = makeJobs([
      [0, 10, 2],
      [1, 5, 3],
      [2, 50, 1],
      [2, 50, 1],
    ]);
    expect(Array.from(simulate(jobs, pooled(4), { policy: "easy" }).start)).toEqual([0, 10, 2, 15]);
  });

  it("an overdue run ends now for EASY, and in a second for conservative", () => {
    const jobs = makeJobs(
      [
        [0, 10, 3],
        [5, 5, 4],
        [6, 3, 1],
      ],
      { estimate: Float64Array.of(4, 5, 3) },
    );
    // At 6 the run is overdue: EASY's shadow is 6, and c neither ends before it nor fits beside b.
    expect(Array.from(simulate(jobs, pooled(4), { policy: "easy" }).start)).toEqual([0, 10, 15]);
    expect(Array.from(simulate(jobs, pooled(4), { policy: "conservative" }).start)).toEqual([0, 10, 15]);
  });

  it("whole-number ids are ordered as numbers, others by code unit", () => {
    const two = makeJobs([
      [0, 5, 1],
      [0, 5, 1],
    ]);
    expect(Array.from(simulate({ ...two, id: ["10", "9"] }, pooled(1)).start)).toEqual([5, 0]);
    expect(Array.from(simulate({ ...two, id: ["j10", "j9"] }, pooled(1)).start)).toEqual([0, 5]);
  });

  it("jobs of no length and jobs without GPU", () => {
    const jobs = makeJobs([
      [0, 0, 2],
      [0, 5, 2],
      [0, 5, 0],
    ]);
    const { start, end } = simulate(jobs, pooled(2));
    expect(Array.from(start)).toEqual([0, 0, 0]);
    expect(Array.from(end)).toEqual([0, 5, 5]);
  });

  it("refuses what is not a job", () => {
    expect(() => simulate(makeJobs([[0, Number.NaN, 1]]), pooled(2))).toThrow('job "a" (row 1): duration must be');
    expect(() => simulate(makeJobs([[-1, 1, 1]]), pooled(2))).toThrow("submit must be");
    expect(() => simulate(makeJobs([[0, 1, 3]], { pods: Int32Array.of(2) }), pooled(4))).toThrow("pods must be");
    expect(() => simulate(makeJobs([]), pooled(4), { policy: "lifo" as never })).toThrow('unknown policy "lifo"');
  });
});

describe.skipIf(!existsSync(PHILLY))("Philly, 54,991 jobs on 240 GPUs (skipped without ../shared/data/philly)", () => {
  it.each([
    ["fifo", 382_017.1, 502_503],
    ["easy", 358_236.8, 456_620],
  ] as const)("%s: mean wait %d s, median %d s", async (policy, expectedMean, expectedMedian) => {
    const { jobs } = await readQueueJobs(PHILLY);
    const { start } = simulate(jobs, pooled(240), { policy, timeline: false });
    const waits = start.map((second, job) => second - jobs.submit[job]);
    expect(jobs.n).toBe(54_991);
    expect(mean(waits)).toBeCloseTo(expectedMean, 1);
    expect(median(waits)).toBe(expectedMedian);
    expect(simulateWaits(jobs, 240, policy)).toEqual(waits);
  });
});
