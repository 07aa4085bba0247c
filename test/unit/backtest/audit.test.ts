import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AuditInput, auditPolicy } from "../../../src/backtest/audit/audit-policy.js";
import { createSpanRows, type VehicleSpans } from "../../../src/backtest/audit/span-rows.js";
import type { EdgeEvents } from "../../../src/backtest/audit/types.js";
import { weekOf } from "../../../src/backtest/audit/week-of.js";
import type { ColumnarLog, EventTable, Policy, TriggerParameters } from "../../../src/backtest/types.js";
import { WEEK_MS } from "../../../src/core/utc.js";

const MONDAY = Date.UTC(2026, 0, 5);

const parameters: TriggerParameters = {
  mode: "all",
  conditions: [{ name: "brake", signal: "accel_g", op: "<=", enter: -0.25, exit: -0.2 }],
  guards: [],
  dwell_ms: 0,
  min_samples: 1,
  release_ms: 0,
  cooldown_ms: 0,
  max_gap_ms: 2000,
  max_event_ms: Number.POSITIVE_INFINITY,
  on_missing: "hold",
  disabled: false,
};

const policy: Policy = {
  schema: "fleetlens.policy/1",
  version: "2.0.0",
  compat: { edge: null, cloud: null },
  rationale: null,
  expected_impact: null,
  risk: null,
  signals: new Map([["accel_g", { unit: "g", range: [-2, 2] }]]),
  derived: [],
  geofences: [],
  triggers: [{ id: "hard_brake", enabled: true, parameters, overrides: [] }],
  map_layers: [],
};

interface Row {
  vehicle: string;
  at: number;
  long?: number;
  version?: string | null;
  threshold?: number;
  extreme?: number;
  samples?: number;
  trigger?: string;
}

function dictionary(values: string[]) {
  const ids = [...new Set(values)];
  return { ids, codes: Int32Array.from(values, (value) => ids.indexOf(value)) };
}

function edgeOf(rows: Row[]): EdgeEvents {
  const vehicles = dictionary(rows.map(({ vehicle }) => vehicle));
  const triggers = dictionary(rows.map(({ trigger = "hard_brake" }) => trigger));
  return {
    triggerIds: triggers.ids,
    trigger: triggers.codes,
    vehicleIds: vehicles.ids,
    vehicle: vehicles.codes,
    onsetTs: Float64Array.from(rows, ({ at }) => MONDAY + at),
    endTs: Float64Array.from(rows, ({ at, long = 1000 }) => MONDAY + at + long),
    policyVersion: rows.map(({ version = null }) => version),
    threshold: Float64Array.from(rows, ({ threshold = Number.NaN }) => threshold),
    extreme: Float64Array.from(rows, ({ extreme = Number.NaN }) => extreme),
    nSamples: Int32Array.from(rows, ({ samples = -1 }) => samples),
  };
}

function cloudOf(rows: Row[]): EventTable {
  const { triggerIds, trigger, vehicleIds, vehicle, onsetTs, endTs, extreme } = edgeOf(rows);
  const none = new Float64Array(rows.length).fill(Number.NaN);
  return {
    ...{ triggerIds, trigger, vehicleIds, vehicle, onsetTs, endTs },
    triggerTs: onsetTs,
    closeReason: new Uint8Array(rows.length),
    nSamples: new Int32Array(rows.length).fill(1),
    extreme: extreme as Float64Array,
    geofenceIds: [],
    geofence: new Int32Array(rows.length).fill(-1),
    lat: none,
    lon: none,
  };
}

/** Rows of the log everywhere, unless told otherwise. */
function audit(edge: Row[], cloud: Row[], rows?: Partial<AuditInput["rows"]>) {
  const full = { rows: new Int32Array(edge.length).fill(100), longestGap: new Float64Array(edge.length).fill(100) };
  return auditPolicy({ policy, edge: edgeOf(edge), cloud: cloudOf(cloud), rows: { ...full, ...rows } });
}

const causes = (found: ReturnType<typeof audit>) => found.differences.map(({ side, cause }) => `${side} ${cause}`);

describe("auditPolicy", () => {
  it("agrees in full on equal events", () => {
    const rows = Array.from({ length: 12 }, (_, k) => ({ vehicle: `v${k % 6}`, at: k * 60_000 }));
    const { total, weeks, differences, versions } = audit(rows, rows);
    expect(total).toMatchObject({ edge: 12, cloud: 12, matched: 12, agreement: 1, lower: 1, upper: 1, vehicles: 6 });
    expect(total.onset_difference_ms).toEqual({ median: 0, p05: 0, p95: 0 });
    expect(weeks.map(({ week }) => week)).toEqual(["2026-01-05"]);
    expect(differences).toEqual([]);
    expect(versions).toEqual([{ version: null, events: 12, matched: 12 }]);
  });

  it("looks at each week by itself, by Monday in UTC", () => {
    const edge = [
      { vehicle: "a", at: 0 },
      { vehicle: "a", at: WEEK_MS - 1 },
      { vehicle: "a", at: WEEK_MS },
    ];
    const { weeks } = audit(edge, edge.slice(0, 1));
    expect(weeks.map(({ week, matched, edge_only, agreement }) => [week, matched, edge_only, agreement])).toEqual([
      ["2026-01-05", 1, 1, 0.5],
      ["2026-01-12", 0, 1, 0],
    ]);
    expect(weeks[0]).toMatchObject({ lower: null, upper: null, reason: "1 of at least 5 vehicles have events" });
    expect(weekOf(-1)).toBe(Date.UTC(1969, 11, 29));
  });

  it("tells why only the edge has an event: the first cause that holds", () => {
    const vehicle = "a";
    const one = (row: Partial<Row>, rows?: Partial<AuditInput["rows"]>) =>
      causes(audit([{ vehicle, at: 0, ...row }], [], rows));
    expect(one({ version: "1.9.0", threshold: -0.2 })).toEqual(["edge version"]);
    expect(one({ trigger: "swerve" })).toEqual(["edge version"]);
    expect(one({ version: "2.0.0", threshold: -0.2 })).toEqual(["edge threshold"]);
    expect(one({ extreme: -0.24 })).toEqual(["edge threshold"]);
    expect(one({ extreme: -0.25 })).toEqual(["edge unexplained"]);
    expect(one({}, { rows: Int32Array.of(0) })).toEqual(["edge missing_rows"]);
    expect(one({}, { longestGap: Float64Array.of(2000) })).toEqual(["edge unexplained"]);
    expect(one({}, { longestGap: Float64Array.of(2001) })).toEqual(["edge missing_rows"]);
    expect(one({ samples: 101 })).toEqual(["edge missing_rows"]);
    expect(one({ samples: 100 })).toEqual(["edge unexplained"]);
  });

  it("tells why only the replay has an event, from what the vehicle reported in that week", () => {
    const other = { vehicle: "a", at: 600_000 };
    const lone = (reported: Row[], extreme?: number) =>
      causes(audit(reported, [{ vehicle: "a", at: 0, extreme }, ...reported]));
    expect(lone([])).toEqual(["cloud edge_silent"]);
    expect(lone([{ ...other, at: WEEK_MS }])).toEqual(["cloud edge_silent"]);
    expect(lone([{ ...other, version: "2.1.0" }])).toEqual(["cloud version"]);
    expect(lone([{ ...other, version: "2.0.0", threshold: -0.3, extreme: -0.5 }], -0.28)).toEqual(["cloud threshold"]);
    expect(lone([{ ...other, version: "2.0.0", threshold: -0.3, extreme: -0.5 }], -0.31)).toEqual([
      "cloud unexplained",
    ]);
  });

  it("knows the same event at another time, on both sides", () => {
    const { total, differences } = audit([{ vehicle: "a", at: 0 }], [{ vehicle: "a", at: 30_000 }]);
    expect(total).toMatchObject({ matched: 0, edge_only: 1, cloud_only: 1 });
    expect(differences.map(({ cause, reason }) => [cause, reason])).toEqual([
      ["other_time", "the replay has it at a distance of 30000 ms"],
      ["other_time", "the vehicle has it at a distance of -30000 ms"],
    ]);
    expect(causes(audit([{ vehicle: "a", at: 0 }], [{ vehicle: "a", at: 61_001 }]))).not.toContain("edge other_time");
  });

  it("has intervals over vehicles that hold the agreement, the same for the same seed", () => {
    const rows = Array.from({ length: 80 }, (_, k) => ({ vehicle: `v${k % 16}`, at: k * 60_000 * 5 }));
    const found = audit(
      rows,
      rows.filter((_, k) => k % 4 !== 0),
    );
    const { agreement, lower, upper } = found.total;
    expect(agreement).toBe(0.75);
    expect(lower).toBeLessThan(0.75);
    expect(upper).toBeGreaterThan(0.75);
    expect(
      audit(
        rows,
        rows.filter((_, k) => k % 4 !== 0),
      ),
    ).toEqual(found);
  });

  it("says nothing of nothing", () => {
    const { total, weeks, triggers } = audit([], []);
    expect(total).toMatchObject({ edge: 0, cloud: 0, agreement: null, lower: null, onset_difference_ms: null });
    expect(weeks).toEqual([]);
    expect(triggers).toMatchObject([{ trigger: "hard_brake", agreement: null }]);
  });
});

/** Rows of a span by looking at every pair of rows. */
function naive(times: number[], from: number, to: number) {
  const all = [Number.NEGATIVE_INFINITY, ...times, Number.POSITIVE_INFINITY];
  let longestGap = 0;
  for (let k = 1; k < all.length; k++) {
    if (all[k] > from && all[k - 1] < to) longestGap = Math.max(longestGap, all[k] - all[k - 1]);
  }
  return { rows: times.filter((t) => t >= from && t <= to).length, longestGap };
}

describe("createSpanRows", () => {
  it("equals a look at every row, however the log is cut", () => {
    const time = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(
        fc.uniqueArray(time, { maxLength: 12 }),
        fc.array(fc.tuple(time, fc.integer({ min: 0, max: 8 })), { maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        (unsorted, spans, size) => {
          const times = unsorted.sort((a, b) => a - b);
          const wanted: VehicleSpans = {
            vehicleIds: ["x", "v"],
            vehicle: new Int32Array(spans.length).fill(1),
            from: Float64Array.from(spans, ([from]) => from),
            to: Float64Array.from(spans, ([from, long]) => from + long),
          };
          const counter = createSpanRows(wanted);
          for (let k = 0; k < times.length; k += size) {
            const ts = Float64Array.from(times.slice(k, k + size));
            const none = new Float64Array(ts.length);
            const log: ColumnarLog = {
              vehicle: new Int32Array(ts.length),
              vehicleIds: ["v"],
              ...{ ts, lat: none, lon: none, signals: {} },
            };
            counter.push(log);
          }
          const found = counter.finish();
          spans.forEach(([from, long], k) => {
            const { rows, longestGap } = naive(times, from, from + long);
            expect(found.rows[k]).toBe(rows);
            if (rows === 0 && times.length === 0) expect(found.longestGap[k]).toBe(Number.POSITIVE_INFINITY);
            else expect(found.longestGap[k]).toBe(longestGap);
          });
        },
      ),
      { seed: 5, numRuns: 3000 },
    );
  });
});
