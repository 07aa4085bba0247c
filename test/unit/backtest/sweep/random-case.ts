import type {
  ColumnarLog,
  Comparison,
  Condition,
  LabelTable,
  Policy,
  SweepTarget,
  TriggerOverride,
  TriggerParameters,
} from "../../../../src/backtest/types.js";
import { createRandom, type Random } from "../../../../src/core/random.js";

const OPS: readonly Comparison[] = ["<", "<=", ">", ">="];

/** A policy of one trigger with every feature now and then, a log in order, labels, and a sweep of one of its conditions. */
export interface RandomCase {
  policy: Policy;
  log: ColumnarLog;
  labels: LabelTable;
  target: SweepTarget;
}

/** Thresholds and values lie on a grid of tenths, so that values equal thresholds often. */
export function randomCase(seed: number): RandomCase {
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[random.int(items.length)];
  const tenths = (least: number, most: number): number => (least + random.int(most - least + 1)) / 10;
  const chance = (p: number): boolean => random.uniform() < p;

  const condition = (name: string, signal: string): Condition => {
    const op = pick(OPS);
    const enter = tenths(-5, 5);
    const width = chance(0.5) ? 0 : random.int(4) / 10;
    return { name, signal, op, enter, exit: Number((op[0] === "<" ? enter + width : enter - width).toFixed(12)) };
  };
  const guards = (): TriggerParameters["guards"] =>
    chance(0.4)
      ? Array.from({ length: 1 + random.int(2) }, () => ({
          signal: "sure",
          op: pick(OPS),
          value: tenths(-8, 8),
          action: pick(["suppress", "hold"] as const),
        }))
      : [];
  const names = ["a", "b.c", "d"].slice(0, chance(0.4) ? 1 : 2 + random.int(2));
  const times = (): Omit<TriggerParameters, "conditions" | "guards" | "disabled"> => ({
    mode: pick(["all", "any"] as const),
    dwell_ms: pick([0, 0, 100, 300, 1000]),
    min_samples: pick([1, 1, 2, 5]),
    release_ms: pick([0, 0, 100, 400]),
    cooldown_ms: pick([0, 0, 300, 2000]),
    max_gap_ms: pick([100, 200, 500, 2000]),
    max_event_ms: pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 400, 3000]),
    on_missing: pick(["hold", "false"] as const),
  });
  const conditions = names.map((name, i) => condition(name, ["x", "y", chance(0.5) ? "mean_x" : "rate_y"][i]));
  const parameters: TriggerParameters = { ...times(), conditions, guards: guards(), disabled: false };
  const override = (geofence: string): TriggerOverride => {
    const own = chance(0.4) ? names.filter(() => chance(0.5)) : [];
    const changed = conditions.map((c): Condition => {
      if (!own.includes(c.name)) return c;
      const { enter, exit } = condition(c.name, c.signal);
      const width = Math.abs(exit - enter);
      return { ...c, enter, exit: Number((c.op[0] === "<" ? enter + width : enter - width).toFixed(12)) };
    });
    const rest = chance(0.5) ? { ...times(), guards: guards() } : {};
    return {
      geofence,
      parameters: { ...parameters, ...rest, conditions: changed, disabled: chance(0.1) },
      ownThresholds: own,
    };
  };
  const square = (id: string, priority: number, at: number, size: number) => ({
    id,
    priority,
    polygon: [
      [at, at],
      [at + size, at],
      [at + size, at + size],
      [at, at + size],
      [at, at],
    ] as [number, number][],
  });
  const fences = [square("near", 1, 0, 4), square("far", pick([1, 2]), 2, 6)];
  const range = [-100, 100] as const;
  const signals = new Map(["x", "y", "sure"].map((name) => [name, { unit: "", range }]));
  const policy: Policy = {
    schema: "fleetlens.policy/1",
    version: "1.0.0",
    compat: { edge: null, cloud: null },
    rationale: null,
    expected_impact: null,
    risk: null,
    signals,
    derived: [
      { name: "mean_x", from: "x", op: "trailing_mean", window_ms: 300, unit: "", range },
      { name: "rate_y", from: "y", op: "rate", unit: "", range },
    ],
    geofences: fences,
    triggers: [
      {
        id: "t.1",
        enabled: true,
        parameters,
        overrides: chance(0.5) ? fences.filter(() => chance(0.7)).map(({ id }) => override(id)) : [],
      },
    ],
    map_layers: [],
  };
  const [low, step] = [tenths(-8, 0), pick([0.1, 0.05, 0.2])];
  const target = {
    ...{ trigger: "t.1", condition: pick(names) },
    ...{ low, high: low + step * random.int(12), step },
  };
  const log = randomLog(random, 1 + random.int(3), pick([0, 0.02, 0.2]));
  return { policy, log, labels: randomLabels(random, log), target };
}

function randomLog(random: Random, vehicles: number, missing: number): ColumnarLog {
  const rows = Array.from({ length: vehicles }, () => random.int(250));
  const count = rows.reduce((sum, n) => sum + n, 0);
  const column = (): Float64Array => new Float64Array(count).fill(Number.NaN);
  const log = {
    vehicle: new Int32Array(count),
    vehicleIds: Array.from({ length: vehicles }, (_, i) => `v${i}`),
    ...{ ts: column(), lat: column(), lon: column() },
    signals: { x: new Float32Array(count).fill(Number.NaN), y: column(), sure: column() },
  };
  let row = 0;
  rows.forEach((n, vehicle) => {
    let [t, x, y, place] = [86_400_000 - 10_000, 0, 0, 0];
    const smooth = random.uniform() < 0.5;
    for (let i = 0; i < n; i++, row++) {
      t += random.uniform() < 0.03 ? 100 * (1 + random.int(30)) : [100, 100, 50, 1][random.int(4)];
      x = smooth ? Math.max(-1, Math.min(1, x + (random.int(5) - 2) / 10)) : (random.int(21) - 10) / 10;
      y = random.uniform() < 0.8 ? y : (random.int(21) - 10) / 10;
      place = random.uniform() < 0.9 ? place : random.int(10);
      log.vehicle[row] = vehicle;
      log.ts[row] = t;
      if (random.uniform() > 0.1) [log.lat[row], log.lon[row]] = [place, random.uniform() < 0.5 ? place : 3];
      if (random.uniform() >= missing) log.signals.x[row] = x;
      if (random.uniform() >= missing) log.signals.y[row] = y;
      if (random.uniform() >= missing) log.signals.sure[row] = (random.int(21) - 10) / 10;
    }
  });
  return log;
}

/** Labels near rows, of another trigger too, of a vehicle that has no rows too. */
function randomLabels(random: Random, log: ColumnarLog): LabelTable {
  const count = random.int(25);
  const ts = Float64Array.from({ length: count }, () =>
    log.ts.length === 0 ? 0 : log.ts[random.int(log.ts.length)] + 10 * random.int(40),
  );
  const vehicleIds = [...log.vehicleIds, "none"].reverse();
  return {
    labelIds: Array.from(ts, (_, i) => `l${i}`),
    triggerIds: ["other", "t.1"],
    trigger: Int32Array.from(ts, () => Number(random.uniform() < 0.8)),
    vehicleIds,
    vehicle: Int32Array.from(ts, () => random.int(vehicleIds.length)),
    ts,
    endTs: ts.map((t) => t + (random.uniform() < 0.5 ? 0 : 10 * random.int(100))),
    severity: null,
  };
}
