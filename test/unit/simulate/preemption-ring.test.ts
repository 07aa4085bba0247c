import { expect, it } from "vitest";
import { type SchedulerFactory, simulate } from "../../../src/simulate/index.js";

/** Takes the GPUs from whoever runs and gives them to the other, every second. */
const takingTurns: SchedulerFactory = (state) => ({
  pass() {
    const [running] = state.running;
    if (running !== undefined) state.preempt(running);
    const next = state.waiting[0];
    if (next !== undefined) state.start(next);
    state.wakeAt(state.now + 1);
  },
});

it("ends with an error where jobs take each other's GPUs for ever", () => {
  const jobs = {
    n: 2,
    id: ["a", "b"],
    submit: Float64Array.of(0, 0),
    duration: Float64Array.of(1e6, 1e6),
    gpus: Int32Array.of(1, 1),
  };
  const run = () =>
    simulate(jobs, { version: 1, pools: [{ name: "p", gpus: 1 }] }, { policy: takingTurns, timeline: false });
  expect(run).toThrow(/job "[ab]" was preempted 100000 times and would never end/);
});
