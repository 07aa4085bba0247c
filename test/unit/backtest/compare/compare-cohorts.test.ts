import { describe, expect, it } from "vitest";
import { compareCohorts, matchEvents, type ScoreInput } from "../../../../src/backtest/index.js";
import { createRandom } from "../../../../src/core/random.js";
import { exposureOf } from "../score/logs.js";
import { eventTable, labelTable } from "../score/tables.js";

interface Side {
  vehicles: number;
  km?: number;
  /** Mean events of a vehicle, and share of its labels that are hit. */
  rate: number;
  recall?: number;
}

/** Vehicles of both cohorts with random events; with recall there are ten labels a vehicle. */
function fleet(canary: Side, control: Side, seed = 1): [input: ScoreInput, cohortOf: Map<string, string>] {
  const random = createRandom(seed);
  const sides = Object.entries({ canary, control }).flatMap(([cohort, side]) =>
    Array.from({ length: side.vehicles }, (_, k) => ({ id: `${cohort}${k}`, cohort, ...side })),
  );
  const events = eventTable(
    sides.flatMap(({ id, rate, recall }) => [
      ...Array.from({ length: random.poisson(rate) }, (_, k) => ({ vehicle: id, onset: 1e7 + 10_000 * k })),
      ...Array.from({ length: 10 }, (_, k) => ({ vehicle: id, onset: 10_000 * k })).filter(
        () => random.uniform() < (recall ?? 0),
      ),
    ]),
  );
  const hasLabels = canary.recall !== undefined;
  const table = labelTable(
    sides.flatMap(({ id }) => Array.from({ length: 10 }, (_, k) => ({ vehicle: id, start: 10_000 * k }))),
  );
  const labels = { table, match: matchEvents(events, table, 2000), covered: new Uint8Array(table.ts.length).fill(1) };
  const exposure = exposureOf(Object.fromEntries(sides.map(({ id, km }) => [id, { 0: km ?? 100 }])));
  const cohortOf = new Map(sides.map(({ id, cohort }) => [id, cohort]));
  return [{ triggerIds: ["brake"], events, exposure, labels: hasLabels ? labels : null }, cohortOf];
}

const decide = (canary: Side, control: Side, options = {}) => compareCohorts(...fleet(canary, control), options);

describe("compareCohorts", () => {
  it("gives ratio and difference of the rates with intervals and their basis", () => {
    const { overall } = decide({ vehicles: 200, rate: 4 }, { vehicles: 300, rate: 2, km: 50 });
    const { canary, control, contrasts } = overall;
    expect(contrasts.rate_ratio_per_1000km.value).toBeCloseTo(
      (canary.alerts_per_1000km as number) / (control.alerts_per_1000km as number),
      12,
    );
    expect(contrasts.rate_ratio_per_1000km).toMatchObject({
      clusters: { canary: 200, control: 300 },
      cluster_unit: { canary: "vehicle", control: "vehicle" },
      events: { canary: canary.events, control: control.events },
      labels: null,
      reason: null,
    });
    expect(contrasts.rate_ratio_per_1000km.lower).toBeLessThan(1);
    expect(contrasts.rate_ratio_per_1000km.upper).toBeGreaterThan(1);
    expect(contrasts.rate_ratio_per_vehicle_day.lower).toBeGreaterThan(1.6);
    expect(contrasts.rate_difference_per_vehicle_day.value).toBeCloseTo(canary.events / 200 - control.events / 300, 12);
    expect(contrasts.recall_difference).toMatchObject({ value: null, reason: "no labels" });
  });

  it("rolls forward where all guardrails pass", () => {
    const report = decide({ vehicles: 200, rate: 5, recall: 0.9 }, { vehicles: 200, rate: 5, recall: 0.9 });
    expect(report.verdict).toBe("roll_forward");
    expect(report.guardrails.map(({ trigger, check, verdict }) => [trigger, check, verdict])).toEqual([
      ["brake", "max_rate_ratio", "pass"],
      ["brake", "max_recall_drop", "pass"],
      [null, "max_rate_ratio", "pass"],
      [null, "max_recall_drop", "pass"],
    ]);
    expect(report.reasons).toHaveLength(4);
  });

  it("rolls back where the canary alerts far more often, or misses more", () => {
    const loud = decide({ vehicles: 60, rate: 10 }, { vehicles: 60, rate: 5 });
    expect(loud.verdict).toBe("roll_back");
    expect(loud.reasons[0]).toMatch(/^brake: max_rate_ratio .* limit 1\.25: outside of the limit$/);
    const blind = decide({ vehicles: 60, rate: 5, recall: 0.5 }, { vehicles: 60, rate: 5, recall: 0.95 });
    expect(blind.verdict).toBe("roll_back");
    expect(blind.reasons[0]).toMatch(/^brake: max_recall_drop -0\.\d+ .* limit -0\.05/);
    expect(decide({ vehicles: 60, rate: 1 }, { vehicles: 60, rate: 5 }).reasons[0]).toMatch(/min_rate_ratio/);
  });

  it("rolls back a canary that alerts where the control never does: the ratio has no value, the limit has", () => {
    const report = decide({ vehicles: 60, rate: 5 }, { vehicles: 60, rate: 0 });
    expect(report.verdict).toBe("roll_back");
    expect(report.guardrails[0]).toMatchObject({ value: null, lower: null, upper: null, verdict: "fail" });
  });

  it("holds where the interval does not tell", () => {
    const report = decide({ vehicles: 20, rate: 1.2 }, { vehicles: 20, rate: 1 });
    expect(report.verdict).toBe("hold");
    expect(report.reasons[0]).toMatch(/not told from the limit|fewer than 10/);
  });

  it("holds with few vehicles, however clear the figures", () => {
    const report = decide({ vehicles: 9, rate: 100 }, { vehicles: 50, rate: 5 });
    expect(report).toMatchObject({ verdict: "hold", reasons: ["canary has 9 vehicles, and 10 are needed"] });
    expect(decide({ vehicles: 9, rate: 100 }, { vehicles: 50, rate: 5 }, { minVehicles: 5 }).verdict).toBe("roll_back");
    const nobody = decide({ vehicles: 0, rate: 0 }, { vehicles: 50, rate: 5 });
    expect(nobody.verdict).toBe("hold");
    expect(nobody.overall.contrasts.rate_ratio_per_1000km).toMatchObject({
      value: null,
      reason: expect.stringMatching(/^too few clusters: 0/),
    });
    expect(JSON.stringify(nobody)).not.toMatch(/NaN|Infinity/);
  });

  it("holds with few events: none in a canary that should have had two is not a pass", () => {
    const report = decide({ vehicles: 12, km: 1, rate: 0 }, { vehicles: 200, km: 10, rate: 1 });
    expect(report.verdict).toBe("hold");
    expect(decide({ vehicles: 20, rate: 0 }, { vehicles: 20, rate: 0 })).toMatchObject({
      verdict: "hold",
      reasons: ["no events and no labels in either cohort"],
      guardrails: [],
    });
    const few = decide({ vehicles: 12, rate: 0 }, { vehicles: 200, rate: 0.2 });
    expect(few.guardrails[0]).toMatchObject({ verdict: "hold", reason: "fewer than 10 events in a cohort" });
  });

  it("holds where the cohorts are not split as planned, or drive otherwise", () => {
    const same: Side = { vehicles: 200, rate: 5 };
    expect(decide(same, same, { canaryShare: 0.5 })).toMatchObject({
      verdict: "roll_forward",
      balance: { sample_ratio: { expected_share: 0.5, share: 0.5, p_value: 1 } },
    });
    const uneven = decide(same, same, { canaryShare: 0.4 });
    expect(uneven.verdict).toBe("hold");
    expect(uneven.reasons[0]).toMatch(/the canary has 0\.5 of the vehicles where 0\.4 was planned/);
    const elsewhere = decide({ ...same, km: 10 }, same);
    expect(elsewhere.verdict).toBe("hold");
    expect(elsewhere.reasons[0]).toMatch(/do not drive alike.*0\.1$/);
  });

  it("counts vehicles without cohort and without rows, and leaves them out", () => {
    const [input, cohortOf] = fleet({ vehicles: 20, rate: 2 }, { vehicles: 20, rate: 2 });
    const whole = compareCohorts(input, cohortOf);
    cohortOf.delete("canary0");
    cohortOf.set("parked", "control");
    const { balance, overall } = compareCohorts(input, cohortOf);
    expect(balance).toMatchObject({
      canary: { vehicles: 19, km: 1900, vehicle_days: 19 },
      control: { vehicles: 20 },
      vehicles_without_cohort: 1,
      vehicles_without_rows: { canary: 0, control: 1 },
    });
    expect(overall.control).toEqual(whole.overall.control);
    expect(overall.canary.events).toBeLessThan(whole.overall.canary.events);
  });

  it("refuses other cohorts by name, and limits that cannot be meant", () => {
    const [input] = fleet({ vehicles: 1, rate: 1 }, { vehicles: 1, rate: 1 });
    expect(() =>
      compareCohorts(
        input,
        new Map([
          ["a", "beta"],
          ["b", "canary"],
          ["c", "Control"],
        ]),
      ),
    ).toThrow('a cohort must be "canary" or "control", got "Control", "beta"');
    for (const bad of [
      { maxRateRatio: 0.9 },
      { minRateRatio: 2 },
      { maxRecallDrop: -1 },
      { minVehicles: -1 },
      { canaryShare: 1 },
    ])
      expect(() => compareCohorts(input, new Map(), bad)).toThrow(Object.keys(bad)[0]);
  });
});
