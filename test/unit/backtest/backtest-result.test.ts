import { describe, expect, it } from "vitest";
import {
  BacktestFileSchema,
  type BacktestParts,
  backtestResult,
  compareBaseline,
  compareCohorts,
  matchEvents,
  type Policy,
  scoreTriggers,
} from "../../../src/backtest/index.js";
import { exposureOf } from "./score/logs.js";
import { eventTable, labelTable } from "./score/tables.js";

const ids = Array.from({ length: 12 }, (_, k) => `v${k}`);
const HOSTILE = "__proto__";
const triggerIds = ["brake", HOSTILE, "constructor", "7"];

function policyOf(impact: Policy["expected_impact"]): Policy {
  const empty = { signals: new Map(), derived: [], geofences: [], triggers: [], map_layers: [] };
  const compat = { edge: null, cloud: null };
  const told = { rationale: "less noise", expected_impact: impact, risk: null };
  return { schema: "fleetlens.policy/1", version: "2.0.0", compat, ...told, ...empty };
}

function parts(impact: Policy["expected_impact"] = null): BacktestParts {
  const exposure = exposureOf(Object.fromEntries(ids.map((id, k) => [id, { 0: 40 + k }])));
  const events = eventTable(
    ids.flatMap((vehicle, k) => [
      { vehicle, onset: 0 },
      ...(k % 2 === 0 ? [{ trigger: HOSTILE, vehicle, onset: 5000 }] : []),
    ]),
  );
  const table = labelTable([
    ...ids.map((vehicle) => ({ vehicle, start: 100 })),
    ...ids.map((vehicle) => ({ trigger: HOSTILE, vehicle, start: 5000 })),
    { trigger: "unheard of", vehicle: "v0", start: 0 },
  ]);
  const labels = { table, match: matchEvents(events, table, 2000), covered: new Uint8Array(25).fill(1) };
  const none = eventTable([]);
  const before = { triggerIds, events: none, labels: { ...labels, match: matchEvents(none, table, 2000) } };
  const cohortOf = new Map(ids.map((id, k) => [id, k % 2 === 0 ? "canary" : "control"]));
  const input = { triggerIds, events, exposure, labels };
  return {
    policy: policyOf(impact),
    digest: "ab".repeat(32),
    createdFrom: {
      inputs: [{ name: "logs.parquet", sha256: "cd".repeat(32), rows: 600 }],
      options: { tolerance_ms: 2000 },
      seed: 1,
    },
    input: { rows: 600, duplicates: 2, dropped: 1 },
    exposure,
    score: scoreTriggers(input),
    labels: table,
    baseline: {
      policy: { ...policyOf(null), version: "1.0.0" },
      digest: "ef".repeat(32),
      comparison: compareBaseline({ triggerIds, events, labels }, before, exposure),
    },
    cohorts: compareCohorts(input, cohortOf),
  };
}

describe("backtestResult", () => {
  it("follows its schema with every section, and as JSON", () => {
    const file = backtestResult(parts({ alerts_per_day: 18, coverage_gain: 0.7 }));
    expect(BacktestFileSchema.safeParse(file).error).toBeUndefined();
    const text = JSON.stringify(file);
    expect(text).not.toMatch(/NaN|Infinity/);
    expect(BacktestFileSchema.safeParse(JSON.parse(text)).error).toBeUndefined();
    expect(structuredClone(file)).toEqual(file);
  });

  it("has the keys of metrics.json", () => {
    const { baseline, cohorts, ...bare } = parts();
    const file = backtestResult(bare);
    expect(Object.keys(file)).toEqual([
      ...["schema", "version", "createdFrom", "policy_digest", "policy", "input", "exposure"],
      ...["triggers", "overall", "labels_of_other_triggers"],
    ]);
    expect(file).toMatchObject({
      schema: "fleetlens.backtest/1",
      input: { rows: 600, duplicates: 2, dropped: 1 },
      exposure: { km: 546, vehicle_days: 12, vehicles: 12, days: 1 },
      labels_of_other_triggers: 1,
      overall: { events: 18, labels: 24 },
    });
    expect(file.triggers.brake).toMatchObject({
      events: 12,
      labels: 12,
      tp: 12,
      fp: 0,
      fn: 0,
      precision: 1,
      recall: 1,
      f1: 1,
    });
    expect(backtestResult({ ...parts(), labels: null }).labels_of_other_triggers).toBeNull();
    expect(baseline && cohorts).toBeTruthy();
  });

  it("keeps triggers with hostile ids in every section, also through JSON", () => {
    const file = JSON.parse(JSON.stringify(backtestResult(parts())));
    for (const section of [file, file.baseline, file.cohorts]) {
      expect(Object.keys(section.triggers).sort()).toEqual([...triggerIds].sort());
      const own = Object.getOwnPropertyDescriptor(section.triggers, HOSTILE)?.value;
      expect((own.policy ?? own.canary ?? own).events).toBe(6);
      expect(Object.getPrototypeOf(section.triggers)).toBe(Object.prototype);
    }
    expect(({} as Record<string, unknown>).events).toBeUndefined();
  });

  it("sets what the policy promised against what was measured", () => {
    const impact = (alerts: number | null, gain: number | null) =>
      backtestResult(parts({ alerts_per_day: alerts, coverage_gain: gain })).policy.expected_impact;
    expect(impact(18, 0.75)).toMatchObject({
      alerts_per_day: { expected: 18, measured: 18, holds: true, reason: null },
      coverage_gain: { expected: 0.75, measured: 0.75, holds: true },
    });
    expect(impact(40, 0.1)).toMatchObject({ alerts_per_day: { holds: false }, coverage_gain: { holds: false } });
    expect(impact(null, null)).toEqual({ alerts_per_day: null, coverage_gain: null });
    const { baseline, ...alone } = parts({ alerts_per_day: null, coverage_gain: 0.1 });
    expect(baseline).toBeDefined();
    expect(backtestResult(alone).policy.expected_impact.coverage_gain).toEqual({
      ...{ expected: 0.1, measured: null, lower: null, upper: null, holds: null, reason: "no baseline" },
    });
  });
});
