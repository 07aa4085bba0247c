import { describe, expect, it } from "vitest";
import { createExposure } from "../../../../src/backtest/score/exposure.js";
import { chooseThreshold } from "../../../../src/backtest/sweep/choose-threshold.js";
import { createSweeper } from "../../../../src/backtest/sweep/create-sweeper.js";
import { paretoFront } from "../../../../src/backtest/sweep/pareto-front.js";
import type { SafetyBalanceOptions } from "../../../../src/backtest/sweep/safety-balance.js";
import { splitVehicles } from "../../../../src/backtest/sweep/split-vehicles.js";
import { sweep } from "../../../../src/backtest/sweep/sweep.js";
import { sweepResult } from "../../../../src/backtest/sweep/sweep-result.js";
import { SweepSchema } from "../../../../src/backtest/sweep/sweep-schema.js";
import type { ColumnarLog, LabelTable } from "../../../../src/backtest/types.js";
import { policyOf } from "./policy-of.js";

const POLICY = policyOf(`
signals: { g: { unit: g, range: [-2, 2] } }
triggers:
  - { id: brake, when: { conditions: [{ name: g, signal: g, op: "<=", enter: -0.2 }] } }
  - { id: off, enabled: false, when: { conditions: [{ name: g, signal: g, op: "<=", enter: -0.2 }] } }
`);
const TARGET = { trigger: "brake", condition: "g", low: -0.3, high: -0.1, step: 0.1 };

/** One vehicle after the other, a row a second, 10 m north of the one before. */
function logOf(vehicles: Record<string, number[]>): ColumnarLog {
  const rows = Object.entries(vehicles).flatMap(([, g], vehicle) => g.map((value, i) => ({ vehicle, i, value })));
  return {
    vehicleIds: Object.keys(vehicles),
    vehicle: Int32Array.from(rows, ({ vehicle }) => vehicle),
    ts: Float64Array.from(rows, ({ i }) => i * 1000),
    lat: Float64Array.from(rows, ({ i }) => i * 1e-4),
    lon: new Float64Array(rows.length),
    signals: { g: Float64Array.from(rows, ({ value }) => value) },
  };
}

function labelsOf(labels: [vehicle: string, ts: number, trigger?: string][]): LabelTable {
  const vehicleIds = [...new Set(labels.map(([vehicle]) => vehicle))];
  const ts = Float64Array.from(labels, ([, at]) => at);
  return {
    labelIds: labels.map((_, i) => `l${i}`),
    triggerIds: ["brake", "other"],
    trigger: Int32Array.from(labels, ([, , trigger]) => Number(trigger === "other")),
    vehicleIds,
    vehicle: Int32Array.from(labels, ([vehicle]) => vehicleIds.indexOf(vehicle)),
    ...{ ts, endTs: ts, severity: null },
  };
}

const LOG = logOf({ a: [0, -0.3, 0, 0, 0, 0, -0.2, 0], b: [0, -0.1, 0, 0, 0, 0, 0, -0.2] });
const LABELS = labelsOf([
  ["a", 1000],
  ["b", 7000],
  ["gone", 5000],
  ["a", 6000, "other"],
]);
const exposureOf = (log: ColumnarLog) => {
  const exposure = createExposure();
  exposure.push(log);
  return exposure.finish();
};
function result(log: ColumnarLog, labels: LabelTable | null, options: Partial<SafetyBalanceOptions> = {}) {
  const sweeper = createSweeper(POLICY, TARGET, labels, { toleranceMs: 500 });
  sweeper.push(log);
  return sweepResult(
    { policy: POLICY, target: TARGET, tally: sweeper.finish(), labels, exposure: exposureOf(log) },
    options,
  );
}

describe("sweep", () => {
  it("counts all labels of the trigger, also those of vehicles without rows", () => {
    const points = sweep(POLICY, LOG, TARGET, LABELS, { toleranceMs: 500 });
    const counts = points.map(({ value, events, tp, fp, fn, labels, recall }) => [
      value,
      events,
      tp,
      fp,
      fn,
      labels,
      recall,
    ]);
    expect(counts).toEqual([
      [-0.3, 1, 1, 0, 2, 3, 1 / 3],
      [-0.2, 3, 2, 1, 1, 3, 2 / 3],
      [-0.1, 4, 2, 2, 1, 3, 2 / 3],
    ]);
    expect(points.map(({ pareto }) => pareto)).toEqual([true, true, false]);
    expect(points[0].nuisance_per_1000km).toBeNull();
  });

  it("gives rates where it knows what was driven", () => {
    const exposure = exposureOf(LOG);
    const [, , loose] = sweep(POLICY, LOG, TARGET, LABELS, { toleranceMs: 500, exposure });
    const km = exposure.metres.reduce((sum, metres) => sum + metres, 0) / 1000;
    expect(loose.nuisance_per_1000km).toBeCloseTo(2000 / km, 6);
    expect(loose.miss_per_vehicle_day).toBe(0.5);
  });

  it("knows only how many events there are without labels", () => {
    for (const point of sweep(POLICY, LOG, TARGET)) {
      expect(point).toMatchObject({ tp: null, fp: null, fn: null, recall: null, pareto: false });
      expect(point.events).toBeGreaterThan(0);
    }
  });

  it("counts a trigger that has no labels among others as all false", () => {
    const points = sweep(POLICY, LOG, TARGET, labelsOf([["a", 1000, "other"]]));
    expect(points.map(({ events, fp, fn, recall }) => [events, fp, fn, recall])).toEqual([
      [1, 1, 0, null],
      [3, 3, 0, null],
      [4, 4, 0, null],
    ]);
  });

  it("bears no rows, no values, no events and a trigger that is off", () => {
    const none = [0, 0, 0];
    const events = (log: ColumnarLog, trigger = "brake") =>
      sweep(POLICY, log, { ...TARGET, trigger }, LABELS).map((point) => point.events);
    expect(events(logOf({}))).toEqual(none);
    expect(events(logOf({ a: [Number.NaN, Number.NaN] }))).toEqual(none);
    expect(events(logOf({ a: [0, 0] }))).toEqual(none);
    expect(events(LOG, "off")).toEqual(none);
    expect(sweep(POLICY, LOG, { ...TARGET, low: -0.1 }, LABELS)).toHaveLength(1);
    const { fn } = sweep(POLICY, logOf({}), TARGET, LABELS)[0];
    expect(fn).toBe(3);
  });

  it("takes rows in any order, as replay does, and misses no column silently", () => {
    const back = <T extends Float64Array | Int32Array>(column: T): T => column.toReversed() as T;
    const reversed = {
      ...LOG,
      ...{ vehicle: back(LOG.vehicle), ts: back(LOG.ts), lat: back(LOG.lat), lon: back(LOG.lon) },
      signals: { g: back(LOG.signals["g"] as Float64Array) },
    };
    expect(sweep(POLICY, reversed, TARGET, LABELS)).toEqual(sweep(POLICY, LOG, TARGET, LABELS));
    expect(() => sweep(POLICY, { ...LOG, signals: {} }, TARGET)).toThrow(/"g"/);
    expect(() => sweep(POLICY, LOG, { ...TARGET, trigger: "none" })).toThrow(/"none"/);
  });
});

describe("paretoFront", () => {
  const front = (costs: [number | null, number | null][]) =>
    paretoFront(costs.map(([miss, nuisance]) => ({ miss, nuisance })));

  it("keeps what nothing beats, equal points together, and no undefined ones", () => {
    expect(front([])).toEqual([]);
    expect(
      front([
        [0, 9],
        [2, 3],
        [2, 4],
        [2, 3],
        [5, 3],
        [9, 0],
      ]),
    ).toEqual([true, true, false, true, false, true]);
    expect(
      front([
        [null, 0],
        [1, Number.NaN],
        [1, 1],
      ]),
    ).toEqual([false, false, true]);
  });
});

describe("chooseThreshold", () => {
  const points = sweep(POLICY, LOG, TARGET, LABELS, { toleranceMs: 500, exposure: exposureOf(LOG) });

  it("follows its rule", () => {
    expect(chooseThreshold(points, { kind: "f1" }).index).toBe(1);
    expect(chooseThreshold(points, { kind: "miss_cost", nuisances: 0.5 }).index).toBe(0);
    expect(chooseThreshold(points, { kind: "miss_cost", nuisances: 3 }).index).toBe(1);
    expect(chooseThreshold(points, { kind: "max_nuisance", per_1000km: 0 }).index).toBe(0);
    expect(chooseThreshold(points, { kind: "min_recall", recall: 0.5 }).index).toBe(1);
  });

  it("says why it picks none", () => {
    expect(chooseThreshold(points, { kind: "min_recall", recall: 0.9 }).reason).toMatch(/recall of 0.9/);
    const blind = sweep(POLICY, LOG, TARGET, LABELS);
    expect(chooseThreshold(blind, { kind: "max_nuisance", per_1000km: 1 }).reason).toMatch(/no distance was driven/);
    expect(chooseThreshold(points.slice(1), { kind: "max_nuisance", per_1000km: 0 }).reason).toMatch(
      /keeps to 0 nuisances/,
    );
    expect(chooseThreshold(sweep(POLICY, LOG, TARGET), { kind: "f1" }).reason).toMatch(/no labels/);
  });

  it("refuses numbers out of range", () => {
    expect(() => chooseThreshold(points, { kind: "miss_cost", nuisances: 0 })).toThrow(/above 0/);
    expect(() => chooseThreshold(points, { kind: "min_recall", recall: 1.1 })).toThrow(/at most 1/);
    expect(() => chooseThreshold(points, { kind: "max_nuisance", per_1000km: Number.NaN })).toThrow(/0 or more/);
  });
});

describe("sweepResult", () => {
  const ids = Array.from({ length: 12 }, (_, i) => `v${i}`);
  const fleet = logOf(Object.fromEntries(ids.map((id, i) => [id, [0, -0.3, 0, 0, 0, 0, i % 2 ? -0.1 : 0, 0]])));
  const labels = labelsOf(ids.map((id) => [id, 1000]));

  it("follows its schema, and marks a threshold scored on its own labels", () => {
    const swept = result(fleet, labels);
    expect(SweepSchema.parse(swept)).toEqual(swept);
    expect(structuredClone(swept)).toEqual(swept);
    expect(swept.target).toMatchObject({ signal: "g", unit: "g", op: "<=", enter: -0.2, exit: -0.2 });
    expect(swept.pareto).toEqual({ values: [-0.3, -0.2], in_sample: true });
    expect(swept.choice).toMatchObject({ value: -0.3, in_sample: true, picked_on: { vehicles: 12, labels: 12 } });
    expect(swept.choice.score?.intervals.recall).toMatchObject({ lower: 1, upper: 1, clusters: 12, events: 12 });
  });

  it("picks on half of the vehicles and scores on the rest", () => {
    const { choice, points } = result(fleet, labels, { split: "vehicle", seed: 3 });
    expect(choice).toMatchObject({
      in_sample: false,
      picked_on: { vehicles: 6 },
      scored_on: { vehicles: 6, labels: 6 },
    });
    expect(choice.score).toMatchObject({ labels: 6, tp: 6 });
    expect(points[0].labels).toBe(12);
  });

  it("says why a split cannot be scored", () => {
    const reason = (log: ColumnarLog, table: LabelTable | null) =>
      result(log, table, { split: "vehicle" }).choice.reason;
    expect(reason(logOf({ a: [-0.3] }), labelsOf([["a", 0]]))).toMatch(/needs 2 vehicles or more, there is 1/);
    expect(reason(fleet, labelsOf([["v0", 1000]]))).toMatch(/has no labels of the trigger/);
    expect(reason(fleet, null)).toMatch(/no labels/);
  });

  it("has no interval of too few clusters", () => {
    const { choice } = result(LOG, LABELS);
    expect(choice.score?.intervals.recall).toMatchObject({ lower: null, clusters: 3 });
    expect(choice.score?.intervals.recall.reason).toMatch(/clusters/);
  });

  it("splits by a hash of the id alone", () => {
    const split = splitVehicles(ids, 1);
    expect(splitVehicles(ids.toReversed(), 1)).toEqual(split);
    expect(split.pick.size).toBe(6);
    expect([...split.pick].some((id) => split.score.has(id))).toBe(false);
    expect(splitVehicles(ids, 2)).not.toEqual(split);
  });
});
