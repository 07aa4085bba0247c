import { describe, expect, it } from "vitest";
import {
  type EventTable,
  type Exposure,
  type LabelTable,
  METRICS,
  matchEvents,
  type ScoredLabels,
  scoreTriggers,
} from "../../../../src/backtest/index.js";
import { exposureOf } from "./logs.js";
import { eventTable, labelTable } from "./tables.js";

const DAY = 86_400_000;
const vehicles = (n: number) => Array.from({ length: n }, (_, k) => `v${String(k).padStart(3, "0")}`);

function scored(events: EventTable, table: LabelTable): ScoredLabels {
  return { table, match: matchEvents(events, table, 2000), covered: new Uint8Array(table.ts.length).fill(1) };
}

/** Twelve vehicles of 100 km a day each: a hit in each, a false alarm in every third, a miss in every fourth. */
function fleet() {
  const ids = vehicles(12);
  const events = eventTable(
    ids.flatMap((vehicle, k) => [{ vehicle, onset: 1000 }, ...(k % 3 === 0 ? [{ vehicle, onset: 50_000 }] : [])]),
  );
  const labels = labelTable(
    ids.flatMap((vehicle, k) => [
      { vehicle, start: 2000, severity: k < 6 ? "high" : "low" },
      ...(k % 4 === 0 ? [{ vehicle, start: 90_000, severity: k === 0 ? "high" : null }] : []),
    ]),
  );
  const exposure = exposureOf(Object.fromEntries(ids.map((id) => [id, { 0: 100 }])));
  return { triggerIds: ["brake"], events, exposure, labels: scored(events, labels) };
}

describe("scoreTriggers", () => {
  it("counts and rates", () => {
    const { triggers, overall } = scoreTriggers(fleet());
    expect(triggers.get("brake")).toMatchObject({
      ...{ events: 16, labels: 15, tp: 12, fp: 4, fn: 3 },
      ...{ precision: 0.75, recall: 0.8, f1: 24 / 31 },
      nuisance_per_1000km: 4 / 1.2,
      nuisance_per_vehicle_day: 4 / 12,
      miss_per_1000km: 3 / 1.2,
      miss_per_vehicle_day: 3 / 12,
      alerts_per_1000km: 16 / 1.2,
      alerts_per_vehicle_day: 16 / 12,
      alerts_per_day: 16,
      labels_uncovered: 0,
      misses_by_severity: [
        { severity: "high", labels: 7, fn: 1 },
        { severity: "low", labels: 6, fn: 0 },
        { severity: null, labels: 2, fn: 2 },
      ],
    });
    expect(overall).toEqual(triggers.get("brake"));
  });

  it("states clusters and events beside every interval, which holds the value", () => {
    const own = scoreTriggers(fleet()).triggers.get("brake");
    for (const metric of METRICS) {
      const interval = own?.intervals[metric];
      expect(interval).toMatchObject({
        confidence: 0.95,
        clusters: 12,
        cluster_unit: "vehicle",
        events: 16,
        labels: 15,
      });
      expect(interval?.lower).toBeLessThan(own?.[metric] as number);
      expect(interval?.upper).toBeGreaterThan(own?.[metric] as number);
      expect(interval?.reason).toBeNull();
    }
  });

  it("gives the same bytes for the same seed, and others for another", () => {
    const driven = Object.fromEntries(vehicles(12).map((id, k) => [id, { 0: 100 + k }]));
    const input = { ...fleet(), exposure: exposureOf(driven) };
    const text = (seed: number) => JSON.stringify([...scoreTriggers(input, { seed }).triggers]);
    expect(text(1)).toBe(text(1));
    expect(text(2)).not.toBe(text(1));
  });

  it("does not depend on the order of the events, nor on another trigger", () => {
    const input = fleet();
    const other = { ...input, triggerIds: ["other", "brake"] };
    expect(scoreTriggers(other).triggers.get("brake")).toEqual(scoreTriggers(input).triggers.get("brake"));
    expect(scoreTriggers(other).triggers.get("other")).toMatchObject({
      events: 0,
      labels: 0,
      precision: null,
      recall: null,
      f1: null,
    });
  });

  it("tells how many alerts there are without labels, and nothing that needs them", () => {
    const own = scoreTriggers({ ...fleet(), labels: null }).overall;
    expect(own).toMatchObject({
      events: 16,
      labels: null,
      tp: null,
      fp: null,
      fn: null,
      precision: null,
      recall: null,
    });
    expect(own).toMatchObject({ nuisance_per_1000km: null, alerts_per_day: 16, labels_uncovered: null });
    expect(own.intervals.precision).toMatchObject({ lower: null, upper: null, reason: "no labels", clusters: 12 });
    expect(own.intervals.alerts_per_1000km.lower).toBeGreaterThan(0);
  });

  it("has F1 of 0 where nothing was hit, and no precision without events", () => {
    const exposure = exposureOf({ v: { 0: 10 } });
    const table = labelTable([{ start: 0 }]);
    const none = eventTable([]);
    const missed = scoreTriggers({ triggerIds: ["brake"], events: none, exposure, labels: scored(none, table) });
    expect(missed.overall).toMatchObject({ tp: 0, fp: 0, fn: 1, precision: null, recall: 0, f1: 0 });
    const far = eventTable([{ onset: 50_000 }]);
    const apart = scoreTriggers({ triggerIds: ["brake"], events: far, exposure, labels: scored(far, table) });
    expect(apart.overall).toMatchObject({ tp: 0, fp: 1, fn: 1, precision: 0, recall: 0, f1: 0 });
  });

  it("has no rate per distance where nothing was driven", () => {
    const events = eventTable([{ onset: 0 }]);
    const own = scoreTriggers({
      triggerIds: ["brake"],
      events,
      exposure: exposureOf({ v: { 0: 0 } }),
      labels: null,
    }).overall;
    expect(own).toMatchObject({ alerts_per_1000km: null, alerts_per_vehicle_day: 1 });
    expect(JSON.stringify(own)).not.toMatch(/NaN|Infinity/);
  });

  it.each([
    [4, 1, { clusters: 4, cluster_unit: "vehicle_day", reason: "too few clusters: 4, and 5 are needed" }],
    [5, 1, { clusters: 5, cluster_unit: "vehicle_day", reason: null }],
    [9, 3, { clusters: 27, cluster_unit: "vehicle_day", reason: null }],
    [10, 3, { clusters: 10, cluster_unit: "vehicle", reason: null }],
    [1, 4, { clusters: 4, cluster_unit: "vehicle_day", reason: "too few clusters: 4, and 5 are needed" }],
  ])("resamples vehicles, or days of fewer than ten: %d vehicles of %d days", (n, days, expected) => {
    const ids = vehicles(n);
    const rows = Array.from({ length: days }, (_, day) => day);
    const exposure = exposureOf(
      Object.fromEntries(ids.map((id) => [id, Object.fromEntries(rows.map((day) => [day, 10]))])),
    );
    const events = eventTable(ids.flatMap((vehicle) => rows.map((day) => ({ vehicle, onset: day * DAY }))));
    const interval = scoreTriggers({ triggerIds: ["brake"], events, exposure, labels: null }).overall.intervals
      .alerts_per_vehicle_day;
    expect(interval).toMatchObject(expected);
    expect(interval.lower).toBe(expected.reason === null ? 1 : null);
  });

  it("counts an event on the date of its onset and its label on that of its start", () => {
    const ids = vehicles(6);
    const exposure = exposureOf(Object.fromEntries(ids.map((id) => [id, { 0: 10, 1: 10 }])));
    const events = eventTable(ids.map((vehicle) => ({ vehicle, onset: DAY - 500, end: DAY - 100 })));
    const labels = scored(events, labelTable(ids.map((vehicle) => ({ vehicle, start: DAY + 500 }))));
    const own = scoreTriggers({ triggerIds: ["brake"], events, exposure, labels }).overall;
    expect(own).toMatchObject({ tp: 6, precision: 1, recall: 1 });
    expect(own.intervals).toMatchObject({
      precision: { lower: 1, upper: 1, clusters: 12 },
      recall: { lower: 1, upper: 1 },
    });
  });

  it("has no interval of a figure that is undefined in many resamples", () => {
    const ids = vehicles(12);
    const exposure = exposureOf(Object.fromEntries(ids.map((id) => [id, { 0: 10 }])));
    const events = eventTable([{ vehicle: ids[0], onset: 0 }]);
    const table = labelTable([{ vehicle: ids[0], start: 0 }]);
    const own = scoreTriggers({ triggerIds: ["brake"], events, exposure, labels: scored(events, table) }).overall;
    expect(own.precision).toBe(1);
    expect(own.intervals.precision.reason).toMatch(/^undefined in \d+ of 2000 resamples$/);
    expect(own.intervals.alerts_per_1000km.reason).toBeNull();
  });

  it("counts labels that no row covers, also of vehicles without rows: they are missed", () => {
    const events = eventTable([]);
    const table = labelTable([{ start: 0 }, { vehicle: "unseen", start: 0 }, { trigger: "other", start: 0 }]);
    const labels = { ...scored(events, table), covered: Uint8Array.of(1, 0, 0) };
    const own = scoreTriggers({
      triggerIds: ["brake"],
      events,
      exposure: exposureOf({ v: { 0: 10 } }),
      labels,
    }).overall;
    expect(own).toMatchObject({ labels: 2, fn: 2, labels_uncovered: 1, misses_by_severity: null });
    expect(own.intervals.recall.clusters).toBe(2);
  });

  it("refuses events of another log, and bad options", () => {
    const exposure: Exposure = exposureOf({ v: { 0: 10 } });
    const events = eventTable([{ vehicle: "w", onset: 0 }]);
    expect(() => scoreTriggers({ triggerIds: ["brake"], events, exposure, labels: null })).toThrow(
      /vehicle w has an event, but no rows/,
    );
    expect(() => scoreTriggers(fleet(), { seed: 0.5 })).toThrow(/seed must be a whole number/);
    expect(() => scoreTriggers(fleet(), { resamples: 10 })).toThrow(/resamples/);
    expect(() => scoreTriggers(fleet(), { confidence: 1 })).toThrow(/confidence/);
  });
});
