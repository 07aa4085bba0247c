import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../../src/core/random.js";
import { mean } from "../../../src/core/statistics.js";
import { type QueueJobs, simulate, simulateWaits } from "../../../src/simulate/index.js";
import golden from "../../golden/simulate.golden.json" with { type: "json" };
import { pooled } from "./make-jobs.js";

const exponential = (rng: Random): number => -Math.log(1 - rng.uniform());

/** Jobs of one GPU: Poisson arrivals for the load, services of mean 1. */
function poissonJobs(seed: number, n: number, rate: number, service: (rng: Random) => number): QueueJobs {
  const rng = createRandom(seed);
  const submit = new Float64Array(n);
  const duration = new Float64Array(n);
  let clock = 0;
  for (let i = 0; i < n; i++) {
    clock += exponential(rng) / rate;
    submit[i] = clock;
    duration[i] = service(rng);
  }
  return { n, id: Array.from(submit, (_, i) => `${i}`), submit, duration, gpus: new Int32Array(n).fill(1) };
}

const meanWait = (jobs: QueueJobs, servers: number): number => mean(simulateWaits(jobs, servers, "fifo"));

describe(`against queueing theory and SimPy ${golden.simpy}`, () => {
  it("M/M/8: start times of SimPy's FIFO Resource, to the second", () => {
    const { submit, duration, start, servers } = golden.mm8;
    const jobs: QueueJobs = {
      n: submit.length,
      id: submit.map((_, i) => `${i}`),
      submit: Float64Array.from(submit),
      duration: Float64Array.from(duration),
      gpus: new Int32Array(submit.length).fill(1),
    };
    expect(Array.from(simulate(jobs, pooled(servers)).start)).toEqual(start);
  });

  it("Erlang C: mean wait of M/M/8 at load 0.7 within 3 %, 10 seeds of 400,000 jobs", () => {
    let sum = 0;
    for (let seed = 0; seed < 10; seed++) sum += meanWait(poissonJobs(seed, 400_000, 8 * 0.7, exponential), 8);
    expect(Math.abs(sum / 10 / golden.erlang_wait["0.7"] - 1)).toBeLessThan(0.03);
  }, 180_000);

  it.each([
    ["deterministic", () => 1],
    ["uniform", (rng: Random) => 2 * rng.uniform()],
  ] as const)(
    "Pollaczek and Khinchine: M/G/1, %s service, within 3 %%",
    (kind, service) => {
      let sum = 0;
      for (let seed = 0; seed < 4; seed++) sum += meanWait(poissonJobs(seed, 200_000, 0.7, service), 1);
      expect(Math.abs(sum / 4 / golden.pollaczek_khinchine[kind] - 1)).toBeLessThan(0.03);
    },
    60_000,
  );

  it("Little's law holds exactly: the area under the queue is the sum of the waits", () => {
    const { submit, duration, servers } = golden.mm8;
    const n = submit.length;
    const gpus = Int32Array.from(submit, (_, i) => 1 + (i % 3));
    const jobs: QueueJobs = {
      ...{ n, gpus, id: submit.map((_, i) => `${i}`) },
      ...{ submit: Float64Array.from(submit), duration: Float64Array.from(duration) },
    };
    for (const policy of ["fifo", "sjf", "easy", "conservative"] as const) {
      const { timeline, start } = simulate(jobs, pooled(2 * servers), { policy });
      let [area, gpuArea] = [0, 0];
      const { t, pendingJobs, pendingGpus } = timeline!;
      for (let k = 0; k + 1 < t.length; k++) {
        area += pendingJobs[k] * (t[k + 1] - t[k]);
        gpuArea += pendingGpus[k] * (t[k + 1] - t[k]);
      }
      const waits = Array.from(start, (second, i) => second - submit[i]);
      expect(area).toBe(waits.reduce((sum, wait) => sum + wait, 0));
      expect(gpuArea).toBe(waits.reduce((sum, wait, i) => sum + wait * gpus[i], 0));
    }
  });
});
