import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { applyScenarios, type Overlay, type PathSet, ScenarioSchema } from "../../../src/forecast/index.js";

const n = 50;
const horizon = 336;
const start = Date.UTC(2020, 5, 1);
const random = createRandom(1);
const base: PathSet = {
  ids: ["a", "b"],
  n,
  horizon,
  start,
  stepMs: 3_600_000,
  data: [0, 1].map(() => Float64Array.from({ length: n * horizon }, () => 20 * random.uniform())),
};
const before = structuredClone(base);
const at = (hour: number): string => new Date(start + hour * 3_600_000).toISOString();

function apply(overlay: Overlay, probability?: number) {
  return applyScenarios(base, [{ name: "plan", probability, overlays: [overlay] }], 3);
}

/** GPU-hours that the overlay adds to a queue, by path. */
function added(paths: PathSet, queue: number): Float64Array {
  return Float64Array.from({ length: n }, (_, path) => {
    let total = 0;
    for (let i = path * horizon; i < (path + 1) * horizon; i++) total += paths.data[queue][i] - base.data[queue][i];
    return total;
  });
}

const near = (values: Float64Array, wanted: number): void => {
  for (const value of values) expect(value).toBeCloseTo(wanted, 6);
};

describe("hpo_wave", () => {
  const wave: Overlay = { type: "hpo_wave", queue: "a", start: at(10.25), duration_hours: 30.5, gpus: 16 };

  it("adds gpus · hours exactly to every path of its queue, cut at the hours", () => {
    const { paths, warnings } = apply(wave);
    near(added(paths, 0), 488);
    expect(paths.data[0][10] - base.data[0][10]).toBeCloseTo(12, 9);
    expect(paths.data[0][11] - base.data[0][11]).toBeCloseTo(16, 9);
    expect(paths.data[0][40] - base.data[0][40]).toBeCloseTo(12, 9);
    expect(paths.data[0][41]).toBe(base.data[0][41]);
    expect(warnings).toEqual([]);
  });

  it("leaves the other queues and the baseline as they are", () => {
    const { paths } = apply(wave);
    expect(paths.data[1]).toBe(base.data[1]);
    expect(base).toEqual(before);
  });

  it("is clipped at the horizon with a warning, and without effect outside of it", () => {
    const late = apply({ ...wave, start: at(330), duration_hours: 24 });
    near(added(late.paths, 0), 96);
    expect(late.warnings).toEqual([
      'scenario "plan" overlay 1 (hpo_wave) reaches outside the forecast horizon and is clipped',
    ]);
    const early = apply({ ...wave, start: at(-4), duration_hours: 6 });
    near(added(early.paths, 0), 32);
    expect(early.warnings[0]).toContain("is clipped");
    for (const outside of [at(400), at(-100)]) {
      const { paths, warnings } = apply({ ...wave, start: outside });
      near(added(paths, 0), 0);
      expect(warnings[0]).toContain("lies outside the forecast horizon and has no effect");
    }
  });

  it("happens in exactly its share of the paths", () => {
    const hit = (probability: number) => added(apply(wave, probability).paths, 0).filter((v) => v > 1).length;
    expect([hit(0), hit(0.3), hit(0.5), hit(1)]).toEqual([0, 15, 25, 50]);
  });

  it("of two scenarios together adds both; the same seed chooses the same paths", () => {
    const scenarios = [
      { name: "one", probability: 0.4, overlays: [wave] },
      { name: "two", overlays: [{ ...wave, queue: "b" }] },
    ];
    const both = applyScenarios(base, scenarios, 3).paths;
    expect(added(both, 0).filter((v) => v > 1).length).toBe(20);
    near(added(both, 1), 488);
    expect(applyScenarios(base, scenarios, 3).paths).toEqual(both);
    expect(applyScenarios(base, scenarios, 4).paths).not.toEqual(both);
  });
});

describe("hpo_trials", () => {
  const trials: Overlay = {
    type: "hpo_trials",
    queue: "b",
    start: at(5),
    trials: 10,
    gpus_per_trial: 4,
    hours_per_trial: 3,
    parallel: 4,
  };

  it("of fixed length add trials · gpus · hours, never more than parallel at a time", () => {
    const { paths } = apply(trials);
    near(added(paths, 1), 120);
    for (let h = 0; h < horizon; h++) {
      // Ten trials on four slots: 4, 4 and 2 in three rounds of three hours.
      const wanted = h >= 5 && h < 11 ? 16 : h >= 11 && h < 14 ? 8 : 0;
      expect(paths.data[1][h] - base.data[1][h]).toBeCloseTo(wanted, 9);
    }
  });

  it("halve successively: each rung keeps 1/eta of the trials for eta times as long", () => {
    const { paths } = apply({ ...trials, trials: 8, hours_per_trial: 1, successive_halving: { eta: 2, rungs: 3 } });
    // Rungs of 8 · 1 h, 4 · 2 h and 2 · 4 h.
    near(added(paths, 1), 4 * 24);
  });

  it("take the slot that frees first, as a search over all slots does, and are many at no great cost", () => {
    const many: Overlay = {
      ...trials,
      trials: 300,
      parallel: 17,
      hours_per_trial: { dist: "lognormal", median: 2, p90: 9 },
    };
    const { paths } = apply(many);
    for (let h = 0; h < horizon; h++) {
      const inUse = paths.data[1][h] - base.data[1][h];
      expect(inUse).toBeLessThanOrEqual(17 * 4 + 1e-9);
      // No slot is idle while trials wait: the first day is full in every path.
      if (h >= 5 && h < 29) expect(inUse).toBeCloseTo(17 * 4, 6);
    }
    near(added(apply({ ...trials, trials: 100_000, parallel: 100_000, gpus_per_trial: 1 }).paths, 1), 300_000);
  });

  it("of random length differ by path and average to the lognormal's mean", () => {
    const { paths } = apply({
      ...trials,
      trials: 200,
      parallel: 50,
      hours_per_trial: { dist: "lognormal", median: 2, p90: 4 },
    });
    const hours = added(paths, 1).map((v) => v / 800);
    const sigma = Math.log(2) / 1.2815515655446004;
    const mean = hours.reduce((s, v) => s + v, 0) / n;
    expect(new Set(hours).size).toBe(n);
    expect(mean / (2 * Math.exp(sigma ** 2 / 2))).toBeCloseTo(1, 1);
  });
});

describe("retrain", () => {
  const cadence: Overlay = {
    type: "retrain",
    queue: "a",
    start: at(2),
    every_hours: 168,
    gpus: 8,
    duration_hours: 6,
  };

  it("repeats to the end of the horizon", () => {
    const { paths, warnings } = apply(cadence);
    near(added(paths, 0), 2 * 48);
    expect(warnings).toEqual([]);
  });

  it("that began long before goes on, and jitter moves but does not change what is added", () => {
    const old = apply({ ...cadence, start: at(2 - 10 * 168) });
    near(added(old.paths, 0), 96);
    expect(old.warnings[0]).toContain("is clipped");
    const moved = apply({ ...cadence, start: at(20), jitter_hours: 10 }).paths;
    near(added(moved, 0), 96);
    expect(moved.data[0].subarray(0, horizon)).not.toEqual(
      apply({ ...cadence, start: at(20) }).paths.data[0].subarray(0, horizon),
    );
  });

  it("of a cadence that began a thousand years ago is laid out at once", () => {
    const old = apply({ ...cadence, start: "1020-06-01T02:00:00Z", every_hours: 0.5, duration_hours: 0.25, gpus: 2 });
    near(added(old.paths, 0), horizon);
  });

  it("by alarms of a duration adds rate · gpus · hours on average, from the first hour on", () => {
    const { every_hours: _, ...alarms } = cadence;
    const { paths } = apply({ ...alarms, start: at(-1000), trigger_rate_per_week: 168, duration_hours: 10, gpus: 1 });
    const early = Float64Array.from(
      { length: n },
      (_v, path) => paths.data[0][path * horizon] - base.data[0][path * horizon],
    );
    const mean = early.reduce((s, v) => s + v, 0) / n;
    // One alarm an hour for ten hours each: ten at work in the first hour as in any other.
    expect(Math.abs(mean - 10)).toBeLessThan(4 * Math.sqrt(10 / n));
  });

  it("by alarms alone is a Poisson process: no run is certain, the mean is the rate", () => {
    const { every_hours: _, ...alarms } = cadence;
    const runs = added(apply({ ...alarms, start: at(0), trigger_rate_per_week: 3, duration_hours: 0.001 }).paths, 0);
    const counts = runs.map((v) => Math.round(v / 0.008));
    const mean = counts.reduce((s, v) => s + v, 0) / n;
    expect(mean).toBeGreaterThan(6 - 4 * Math.sqrt(6 / n));
    expect(mean).toBeLessThan(6 + 4 * Math.sqrt(6 / n));
    const rare = added(apply({ ...alarms, trigger_rate_per_week: 0.1 }).paths, 0);
    expect(rare.filter((v) => Math.abs(v) < 1e-9).length).toBeGreaterThan(n / 2);
  });
});

describe("scale, shift and capacity", () => {
  const span = { from: at(24), to: at(48.5) };

  it("scale multiplies inside its span, partly in a cut hour", () => {
    const { paths } = apply({ type: "scale", queue: "a", ...span, factor: 1.5 });
    expect(paths.data[0][24] / base.data[0][24]).toBeCloseTo(1.5, 9);
    expect(paths.data[0][48] / base.data[0][48]).toBeCloseTo(1.25, 9);
    expect(paths.data[0][23]).toBe(base.data[0][23]);
    near(added(apply({ type: "scale", queue: "a", ...span, factor: 1 }).paths, 0), 0);
  });

  it("shift moves a share and conserves the sum in every path and hour", () => {
    const { paths } = apply({ type: "shift", queue: "a", to_queue: "b", fraction: 0.25, ...span });
    expect(paths.data[0][30] / base.data[0][30]).toBeCloseTo(0.75, 9);
    for (let i = 0; i < n * horizon; i++) {
      expect(Math.abs(paths.data[0][i] + paths.data[1][i] - base.data[0][i] - base.data[1][i])).toBeLessThan(1e-9);
    }
    const self = apply({ type: "shift", queue: "a", to_queue: "a", fraction: 1, ...span });
    expect(self.paths.data).toEqual(base.data);
  });

  it("capacity changes no path and says which hours it sets", () => {
    const { paths, capacity, warnings } = apply({ type: "capacity", queue: "a", ...span, gpus: 12 });
    expect(paths.data).toEqual(base.data);
    expect([...capacity["a"].subarray(23, 26)]).toEqual([Number.NaN, 12, 12]);
    expect([capacity["a"][48], capacity["a"][49]]).toEqual([12, Number.NaN]);
    expect(warnings).toEqual([]);
    expect(apply({ type: "capacity", queue: "a", ...span, gpus: 12 }, 0.5).warnings[0]).toContain("in every path");
  });

  it("refuses a span that ends before it starts", () => {
    const backwards: Overlay = { type: "scale", queue: "a", from: at(5), to: at(5), factor: 2 };
    expect(() => apply(backwards)).toThrow('scenario "plan" overlay 1 (scale): "to" must lie after "from"');
  });
});

it("an unknown queue is refused by name, with those there are", () => {
  const wave: Overlay = { type: "hpo_wave", queue: "x", start: at(0), duration_hours: 1, gpus: 1 };
  const shift: Overlay = { type: "shift", queue: "a", to_queue: "y", fraction: 1, from: at(0), to: at(1) };
  expect(() => apply(wave)).toThrow(InputError);
  expect(() => apply(wave)).toThrow('scenario "plan" overlay 1 (hpo_wave): unknown queue "x"; there are: a, b');
  expect(() => apply(shift)).toThrow('unknown queue "y"');
  expect(base).toEqual(before);
});

describe("ScenarioSchema", () => {
  const wave = { type: "hpo_wave", queue: "a", start: "2020-06-08T00:00:00Z", duration_hours: 24, gpus: 64 };
  const ok = (scenario: object) => ScenarioSchema.safeParse({ scenarios: [scenario] }).success;

  it("takes the forms of the contract and nothing else", () => {
    expect(ok({ name: "w", overlays: [wave] })).toBe(true);
    expect(ok({ name: "w", probability: 0.5, overlays: [wave] })).toBe(true);
    expect(ok({ name: "w", overlays: [] })).toBe(false);
    expect(ok({ name: "baseline", overlays: [wave] })).toBe(false);
    expect(ok({ name: "w", probability: 1.5, overlays: [wave] })).toBe(false);
    expect(ok({ name: "w", overlays: [{ ...wave, gpu: 1 }] })).toBe(false);
    expect(ok({ name: "w", overlays: [{ ...wave, start: "next Monday" }] })).toBe(false);
    expect(ok({ name: "w", overlays: [{ ...wave, duration_hours: 0 }] })).toBe(false);
    expect(ok({ name: "w", overlays: [{ ...wave, type: "wave" }] })).toBe(false);
    const retrain = { type: "retrain", queue: "a", start: wave.start, gpus: 1, duration_hours: 1 };
    expect(ok({ name: "w", overlays: [retrain] })).toBe(false);
    expect(ok({ name: "w", overlays: [{ ...retrain, trigger_rate_per_week: 1 }] })).toBe(true);
    expect(ok({ name: "w", overlays: [{ ...retrain, every_hours: 1e-6 }] })).toBe(false);
    const trials = {
      type: "hpo_trials",
      queue: "a",
      start: wave.start,
      gpus_per_trial: 1,
      hours_per_trial: 1,
      parallel: 4,
    };
    expect(ok({ name: "w", overlays: [{ ...trials, trials: 100_000 }] })).toBe(true);
    expect(ok({ name: "w", overlays: [{ ...trials, trials: 1e9 }] })).toBe(false);
    const twice = [wave, wave].map((o) => ({ name: "same", overlays: [o] }));
    expect(ScenarioSchema.safeParse({ scenarios: twice }).success).toBe(false);
  });
});
