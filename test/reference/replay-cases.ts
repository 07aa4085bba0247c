// Policies and logs made by hand or by chance, for tests of the replay.
import type {
  ColumnarLog,
  Comparison,
  DerivedSignal,
  Geofence,
  Guard,
  Policy,
  Trigger,
  TriggerParameters,
} from "../../src/backtest/types.js";
import { COMPARISONS } from "../../src/backtest/types.js";
import type { Random } from "../../src/core/random.js";

export const BASE: TriggerParameters = {
  mode: "all",
  conditions: [{ name: "c", signal: "x", op: ">=", enter: 1, exit: 1 }],
  guards: [],
  dwell_ms: 0,
  min_samples: 1,
  release_ms: 0,
  cooldown_ms: 0,
  max_gap_ms: 10,
  max_event_ms: Number.POSITIVE_INFINITY,
  on_missing: "hold",
  disabled: false,
};

export function triggerOf(id: string, parameters: Partial<TriggerParameters>, rest: Partial<Trigger> = {}): Trigger {
  return { id, enabled: true, parameters: { ...BASE, ...parameters }, overrides: [], ...rest };
}

export function policyOf(triggers: readonly Trigger[], rest: Partial<Policy> = {}): Policy {
  return {
    schema: "fleetlens.policy/1",
    version: "1.0.0",
    compat: { edge: null, cloud: null },
    ...{ rationale: null, expected_impact: null, risk: null, signals: new Map(), derived: [], geofences: [] },
    ...{ triggers, map_layers: [], ...rest },
  };
}

export interface CaseRow {
  vehicle: string | null;
  ts: number;
  lat: number;
  lon: number;
  values: Record<string, number>;
}

/** @param floats signals held as float32 */
export function logOf(rows: readonly CaseRow[], names: readonly string[], floats: readonly string[] = []): ColumnarLog {
  const vehicleIds = [...new Set(rows.flatMap(({ vehicle }) => vehicle ?? []))];
  const column = (of: (row: CaseRow) => number): Float64Array => Float64Array.from(rows, of);
  return {
    vehicle: Int32Array.from(rows, ({ vehicle }) => (vehicle === null ? -1 : vehicleIds.indexOf(vehicle))),
    vehicleIds,
    ...{ ts: column((row) => row.ts), lat: column((row) => row.lat), lon: column((row) => row.lon) },
    signals: Object.fromEntries(
      names.map((name) => {
        const values = column((row) => row.values[name] ?? Number.NaN);
        return [name, floats.includes(name) ? Float32Array.from(values) : values];
      }),
    ),
  };
}

/** One vehicle at ts 0, step, 2 step …, without position. */
export function seriesOf(x: readonly number[], ts?: readonly number[]): ColumnarLog {
  const rows = x.map((value, i) => ({
    ...{ vehicle: "v", ts: ts === undefined ? i : ts[i], lat: Number.NaN, lon: Number.NaN },
    values: { x: value },
  }));
  return logOf(rows, ["x"]);
}

/** Ids whose order by bytes is not that of UTF-16, and names that objects know already. */
const VEHICLES = ["a", "b", "é", "\uffff", "\u{1f600}", "__proto__", ""];
const SIGNALS = ["x", "y", "z", "u"];

export interface RandomCase {
  policy: Policy;
  /** In input order, with duplicates, rows out of order and rows without vehicle or time. */
  rows: CaseRow[];
  log: ColumnarLog;
}

/** A case in which times, thresholds and limits are small whole numbers, so that limits are met exactly. */
export function randomCase(random: Random, mostRows = 60): RandomCase {
  const pick = <T>(of: readonly T[]): T => of[random.int(of.length)];
  const chance = (p: number): boolean => random.uniform() < p;
  const times = <T>(most: number, make: (k: number) => T): T[] =>
    Array.from({ length: random.int(most + 1) }, (_, k) => make(k));

  const range = [-9, 9] as const;
  const derived = (
    [
      { name: "mean", op: "trailing_mean", from: pick(SIGNALS), window_ms: 1 + random.int(4), unit: "", range },
      { name: "rate", op: "rate", from: pick([...SIGNALS, "mean"]), unit: "", range },
      { name: "norm", op: "norm", from: [pick(SIGNALS), pick(["x", "mean", "rate"])], unit: "", range },
      {
        name: "smooth",
        op: "trailing_mean",
        from: pick(["norm", "rate"]),
        window_ms: 1 + random.int(3),
        unit: "",
        range,
      },
    ] satisfies DerivedSignal[]
  ).slice(0, random.int(5));
  const signals = [...SIGNALS, ...derived.map(({ name }) => name)];

  const geofences = times(4, (k): Geofence => {
    const point = (): [number, number] => [random.int(5), random.int(5)];
    const corners = Array.from({ length: 3 + random.int(4) }, point);
    return { id: `f${k}`, priority: random.int(3), polygon: [...corners, corners[0]] };
  });
  const enterExit = (op: Comparison): { enter: number; exit: number } => {
    const enter = pick([-1, 0, 0.2, 1, 1, 2]);
    const width = pick([0, 0, 1, 2]);
    return { enter, exit: op.startsWith("<") ? enter + width : enter - width };
  };
  const parameters = (): TriggerParameters => ({
    mode: chance(0.5) ? "all" : "any",
    conditions: Array.from({ length: 1 + random.int(3) }, (_, k) => {
      const op = pick(COMPARISONS);
      return { name: `c${k}`, signal: k === 0 && chance(0.7) ? "x" : pick(signals), op, ...enterExit(op) };
    }),
    guards: chance(0.6)
      ? []
      : times(
          2,
          (): Guard => ({
            signal: pick(signals),
            op: pick(COMPARISONS),
            value: pick([-1, 0, 1]),
            action: pick(["suppress", "hold"]),
          }),
        ),
    dwell_ms: pick([0, 0, 0, 1, 2, 3]),
    min_samples: pick([1, 1, 1, 2, 3]),
    release_ms: pick([0, 0, 1, 2, 3]),
    cooldown_ms: pick([0, 0, 1, 3, 5]),
    max_gap_ms: pick([1, 2, 3, 5, 5]),
    max_event_ms: pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 2, 3, 6]),
    on_missing: chance(0.6) ? "hold" : "false",
    disabled: false,
  });
  const triggers = Array.from({ length: 1 + random.int(3) }, (_, k): Trigger => {
    const base = parameters();
    const overrides = geofences
      .filter(() => chance(0.7))
      .map(({ id }) => {
        const thresholds = base.conditions.map((c) => (chance(0.5) ? c : { ...c, ...enterExit(c.op) }));
        const changed = chance(0.2)
          ? parameters()
          : { ...parameters(), ...{ mode: base.mode, guards: base.guards, conditions: thresholds } };
        return { geofence: id, parameters: { ...changed, disabled: chance(0.2) } };
      });
    return { id: pick(["t", "é", "\uffff", "\u{1f600}"]) + k, enabled: chance(0.95), parameters: base, overrides };
  });

  const missing = pick([0, 0.1, 0.4]);
  const start = pick([0, -50, 1_700_000_000_000]);
  const rows = times(3, () => pick(VEHICLES)).flatMap((vehicle) => {
    let ts = start + random.int(4);
    let level = 0;
    return times(mostRows, (): CaseRow => {
      ts += pick([0, 1, 1, 1, 1, 1, 2, 3, 5, 6]);
      if (chance(0.4)) level = random.int(5) - 2;
      const value = (): number => (chance(missing) ? Number.NaN : chance(0.8) ? level : pick([0.2, -0.2, 1, 0]));
      const coordinate = (): number => (chance(0.05) ? Number.NaN : chance(0.2) ? 0.5 + random.int(4) : random.int(5));
      return {
        ...{ vehicle: chance(0.01) ? null : vehicle, ts: chance(0.01) ? Number.NaN : ts },
        ...{ lat: coordinate(), lon: coordinate() },
        values: Object.fromEntries(SIGNALS.map((name) => [name, value()])),
      };
    });
  });
  if (chance(0.5)) for (let i = rows.length - 1; i > 0; i--) swap(rows, i, random.int(i + 1));
  const floats = SIGNALS.filter(() => chance(0.3));
  return { policy: policyOf(triggers, { derived, geofences }), rows, log: logOf(rows, SIGNALS, floats) };
}

function swap<T>(items: T[], i: number, j: number): void {
  [items[i], items[j]] = [items[j], items[i]];
}
