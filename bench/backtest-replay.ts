// Speed of the replay of policies and of its geofences, one thread.
//
//   [FLEETLENS_PYTHON=python3] node scripts/bench.mjs backtest-replay [ROWS] [RUNS]
//
// ROWS (10,000,000) rows of 100 vehicles in memory, one threshold trigger, in millions of samples per CPU second: with all
// that a trigger can have (hysteresis, dwell, release, cooldown, gap, limit), and as a plain run of true rows with a dwell. On
// a rare signal (one row in 5,000 true, five together), a dense one (a random walk that crosses the threshold all the time) and noise (a
// quarter of the rows true). Then points per CPU second of 200 geofences of 64 vertices.
//
// Peers on the same files: polars (gaps and islands; it has only the plain trigger) and shapely (an STR tree, prepared
// polygons, all points at once). They must find the same. Each figure is the median of RUNS (5) runs after one that warms up.
//
// Writes bench/backtest-replay.json.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createGeofenceIndex } from "../src/backtest/replay/geofence-index.js";
import { replay } from "../src/backtest/replay/replay.js";
import type { ColumnarLog, Geofence, Policy, TriggerParameters } from "../src/backtest/types.js";
import { createRandom } from "../src/core/random.js";
import { median } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";

const VEHICLES = 100;
const FENCES = 200;
const POINTS = 1_000_000;

const PLAIN: TriggerParameters = {
  mode: "all",
  conditions: [{ name: "brake", signal: "x", op: "<=", enter: -0.25, exit: -0.25 }],
  guards: [],
  ...{ dwell_ms: 300, min_samples: 1, release_ms: 0, cooldown_ms: 0, max_gap_ms: 2000 },
  ...{ max_event_ms: Number.POSITIVE_INFINITY, on_missing: "hold", disabled: false },
};
const FULL: TriggerParameters = {
  ...PLAIN,
  conditions: [{ ...PLAIN.conditions[0], exit: -0.2 }],
  ...{ release_ms: 200, cooldown_ms: 5000, max_event_ms: 60_000 },
};

const SIGNALS = {
  rare: (random) => {
    let left = 0;
    return () => {
      left = random.uniform() < 0.00004 ? 5 : left - 1;
      return 0.1 * random.uniform() - (left > 0 ? 0.4 : 0);
    };
  },
  dense: (random) => {
    let level = 0;
    return () => {
      level = 0.97 * level + 0.2 * (random.uniform() - 0.5);
      return level;
    };
  },
  noise: (random) => () => random.uniform() - 0.5,
} satisfies Record<string, (random: ReturnType<typeof createRandom>) => () => number>;

function policyOf(parameters: TriggerParameters): Policy {
  return {
    ...{ schema: "fleetlens.policy/1", version: "1.0.0", compat: { edge: null, cloud: null } },
    ...{ rationale: null, expected_impact: null, risk: null, signals: new Map(), derived: [], geofences: [] },
    ...{ triggers: [{ id: "brake", enabled: true, parameters, overrides: [] }], map_layers: [] },
  };
}

/** Rows every 100 ms. */
function logOf(rows: number, x: Float64Array): ColumnarLog {
  const each = Math.ceil(rows / VEHICLES);
  return {
    vehicle: Int32Array.from({ length: rows }, (_, i) => Math.floor(i / each)),
    vehicleIds: Array.from({ length: VEHICLES }, (_, k) => `v${String(k).padStart(3, "0")}`),
    ts: Float64Array.from({ length: rows }, (_, i) => 1.7e12 + (i % each) * 100),
    ...{ lat: new Float64Array(rows).fill(50), lon: new Float64Array(rows).fill(8), signals: { x } },
  };
}

/** Median CPU seconds of `work`, and what it gives. */
function timed<T>(runs: number, work: () => T): [number, T] {
  const result = work();
  const seconds = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return [median(seconds), result];
}

/** Stars of 64 corners in two degrees by two. */
function fencesOf(): Geofence[] {
  const random = createRandom(3);
  return Array.from({ length: FENCES }, (_, k) => {
    const [lon, lat, radius] = [8 + 2 * random.uniform(), 50 + 2 * random.uniform(), 0.02 + 0.1 * random.uniform()];
    const ring = Array.from({ length: 64 }, (_v, i): [number, number] => {
      const [angle, r] = [(2 * Math.PI * i) / 64, radius * (0.6 + 0.4 * random.uniform())];
      return [lon + r * Math.cos(angle), lat + r * Math.sin(angle)];
    });
    return { id: `f${k}`, priority: random.int(5), polygon: [...ring, ring[0]] };
  });
}

interface Peers {
  replays: Record<string, { s: number; events: number }>;
  fences: { s: number; inside: number };
  versions: Record<string, string>;
}

async function main(rows: number, runs: number): Promise<void> {
  const load = loadavg()[0];
  const python = process.env["FLEETLENS_PYTHON"];
  if (!python) console.log("no FLEETLENS_PYTHON: polars and shapely are left out");
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
  try {
    const save = (name: string, data: NodeJS.ArrayBufferView): Promise<void> =>
      writeFile(join(folder, `${name}.bin`), data);
    const replays: Record<string, Record<string, number | boolean>> = {};
    const plainEvents: Record<string, number> = {};
    for (const [kind, make] of Object.entries(SIGNALS)) {
      const next = make(createRandom(1));
      const log = logOf(rows, Float64Array.from({ length: rows }, next));
      const [full, events] = timed(runs, () => replay(policyOf(FULL), log));
      const [plain, islands] = timed(runs, () => replay(policyOf(PLAIN), log));
      const rate = (s: number): number => rows / s / 1e6;
      replays[kind] = { m_samples_s: rate(full), events: events.trigger.length, plain_m_samples_s: rate(plain) };
      plainEvents[kind] = islands.trigger.length;
      if (!python) continue;
      await save(kind, log.signals["x"]);
      await save("vehicle", log.vehicle);
      await save("ts", log.ts);
    }

    const fences = fencesOf();
    const random = createRandom(4);
    const lon = Float64Array.from({ length: POINTS }, () => 8 + 2 * random.uniform());
    const lat = Float64Array.from({ length: POINTS }, () => 50 + 2 * random.uniform());
    const index = createGeofenceIndex(fences);
    const [s, winners] = timed(runs, () => Int32Array.from(lon, (x, i) => index.at(x, lat[i])));
    const inside = winners.reduce((sum, place) => sum + Number(place >= 0), 0);
    const geofences: Record<string, number | boolean> = { fences: FENCES, m_points_s: POINTS / s / 1e6, inside };

    let versions = {};
    if (python) {
      await save("rings", Float64Array.from(fences.flatMap(({ polygon }) => polygon.flat())));
      await save(
        "priority",
        Int32Array.from(fences, ({ priority }) => priority),
      );
      await save("lon", lon);
      await save("lat", lat);
      const peers = child(python, ["bench/backtest-replay.py", folder, String(rows), String(FENCES)]);
      for (const [kind, theirs] of Object.entries(peers.replays)) {
        replays[kind]["polars_plain_m_samples_s"] = rows / theirs.s / 1e6;
        replays[kind]["same"] = theirs.events === plainEvents[kind];
      }
      geofences["shapely_m_points_s"] = POINTS / peers.fences.s / 1e6;
      geofences["same"] = Buffer.from(winners.buffer).equals(await readFile(join(folder, "winners.bin")));
      versions = peers.versions;
    }
    for (const [kind, row] of Object.entries({ ...replays, geofences })) show(kind, row);
    const report = {
      schema: "fleetlens.bench-backtest-replay/1",
      versions: { fleetlens: VERSION, node: process.version, ...versions },
      ...{ cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, load, threads: 1, runs, rows },
      ...{ replays, geofences },
    };
    await writeFile("bench/backtest-replay.json", `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function child(program: string, args: readonly string[]): Peers {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${stderr}`);
  return JSON.parse(stdout);
}

function show(name: string, row: Record<string, number | boolean>): void {
  const cells = Object.entries(row).map(([key, value]) => {
    return `${key} ${typeof value === "boolean" || Number.isInteger(value) ? value : value.toPrecision(3)}`;
  });
  console.log(`${name.padEnd(11)}${cells.join("  ")}`);
}

const [rows, runs] = process.argv.slice(2).map(Number);
await main(rows || 10_000_000, runs || 5);
