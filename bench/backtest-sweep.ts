// A sweep of 100 thresholds beside one replay, one thread.
//
//   node scripts/bench.mjs backtest-sweep [ROWS]
//
// One vehicle after the other, 10 rows a second, ROWS (2,000,000) in all. `rare` signals have under 0.1 % of rows true at
// the loosest threshold, one by one or in bursts; `dense` ones up to half or more: white noise, and a signal with memory.
// Each with dwell and cooldown and without. The replay is that of the middle threshold. Both take turns, figures are medians
// of 5 of CPU time, and the counts of every threshold are compared with those of a replay of its own first.
//
// Writes bench/backtest-sweep.json.
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { createReplayer } from "../src/backtest/replay/create-replayer.js";
import { createSweeper } from "../src/backtest/sweep/create-sweeper.js";
import { sweepValues } from "../src/backtest/sweep/sweep-values.js";
import { withThreshold } from "../src/backtest/sweep/with-threshold.js";
import type { ColumnarLog, Policy, TriggerParameters } from "../src/backtest/types.js";
import { createRandom, type Random } from "../src/core/random.js";
import { median } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";

const ROWS = Number(process.argv[2] ?? 2_000_000);
const VEHICLES = 20;
const RUNS = 5;
const TARGET = { trigger: "brake", condition: "g", low: -0.55, high: -0.055, step: 0.005 };
const MIDDLE = sweepValues(TARGET)[50];

/** Values of the next row. */
const SIGNALS: Record<string, { kind: "rare" | "dense"; make: (random: Random) => () => number }> = {
  single: {
    kind: "rare",
    make: (random) => () => (random.uniform() < 0.0008 ? -0.1 - 0.4 * random.uniform() : 0.3 * random.uniform()),
  },
  bursts: {
    kind: "rare",
    make(random) {
      let left = 0;
      return () => {
        if (left === 0 && random.uniform() < 0.00003) left = 25;
        if (left === 0) return 0.3 * random.uniform();
        left--;
        return -0.1 - 0.4 * random.uniform();
      };
    },
  },
  noise: { kind: "dense", make: (random) => () => 0.25 * random.normal() - 0.25 },
  memory: {
    kind: "dense",
    make(random) {
      let x = 0;
      return () => {
        x = 0.98 * x + 0.05 * random.normal();
        return x - 0.25;
      };
    },
  },
};

const MACHINES: Record<string, Partial<TriggerParameters>> = {
  "dwell 300 ms, cooldown 5 s": { dwell_ms: 300, cooldown_ms: 5000 },
  plain: {},
};

function policyOf(machine: Partial<TriggerParameters>): Policy {
  const range = [-9, 9] as const;
  const parameters: TriggerParameters = {
    ...{ mode: "all", guards: [], min_samples: 1, release_ms: 0, max_gap_ms: 2000, max_event_ms: 60_000 },
    ...{ dwell_ms: 0, cooldown_ms: 0, on_missing: "hold", disabled: false },
    conditions: [{ name: "g", signal: "g", op: "<=", enter: -0.25, exit: -0.2 }],
    ...machine,
  };
  return {
    ...{ schema: "fleetlens.policy/1", version: "1.0.0", compat: { edge: null, cloud: null }, rationale: null },
    ...{ expected_impact: null, risk: null, signals: new Map([["g", { unit: "g", range }]]), derived: [] },
    ...{ geofences: [], map_layers: [], triggers: [{ id: "brake", enabled: true, parameters, overrides: [] }] },
  };
}

function logOf(next: () => number): ColumnarLog {
  const each = Math.ceil(ROWS / VEHICLES);
  return {
    vehicle: Int32Array.from({ length: ROWS }, (_, row) => Math.floor(row / each)),
    vehicleIds: Array.from({ length: VEHICLES }, (_, i) => `v${i}`),
    ts: Float64Array.from({ length: ROWS }, (_, row) => (row % each) * 100),
    lat: new Float64Array(ROWS).fill(Number.NaN),
    lon: new Float64Array(ROWS).fill(Number.NaN),
    signals: { g: Float64Array.from({ length: ROWS }, next) },
  };
}

function replayEvents(policy: Policy, log: ColumnarLog): number {
  const replayer = createReplayer(policy);
  replayer.push(log);
  return replayer.finish().onsetTs.length;
}

function sweepEvents(policy: Policy, log: ColumnarLog): number[] {
  const sweeper = createSweeper(policy, TARGET);
  sweeper.push(log);
  const { values, counts } = sweeper.finish();
  return Array.from(values, (_, i) => counts.reduce((sum, { events }) => sum + events[i], 0));
}

function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const results: Record<string, unknown>[] = [];
console.log(`fleetlens ${VERSION}, node ${process.version}, ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}`);
for (const [name, { kind, make }] of Object.entries(SIGNALS)) {
  const log = logOf(make(createRandom(1)));
  for (const [machine, parameters] of Object.entries(MACHINES)) {
    const policy = policyOf(parameters);
    const middle = withThreshold(policy, TARGET, MIDDLE);
    const events = sweepEvents(policy, log);
    const apart = Array.from(sweepValues(TARGET), (value) => replayEvents(withThreshold(policy, TARGET, value), log));
    if (events.join() !== apart.join()) throw new Error(`${name}, ${machine}: sweep and replays differ`);
    const replays: number[] = [];
    const sweeps: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      replays.push(cpuSeconds(() => replayEvents(middle, log)));
      sweeps.push(cpuSeconds(() => sweepEvents(policy, log)));
    }
    const loosest = TARGET.high + 0.05;
    const share = Array.from(log.signals["g"]).filter((g) => g <= loosest).length / ROWS;
    const row = {
      ...{ kind, signal: name, machine, share_true_at_loosest: share, events: events.reduce((sum, n) => sum + n, 0) },
      ...{ replay_cpu_s: median(replays), sweep_cpu_s: median(sweeps), ratio: median(sweeps) / median(replays) },
    };
    results.push(row);
    const [replay, sweep] = [row.replay_cpu_s, row.sweep_cpu_s].map((s) => ((1e9 * s) / ROWS).toFixed(2));
    console.log(
      `${kind} ${name}, ${machine}: replay ${replay} ns/row, sweep ${sweep} ns/row, ratio ${row.ratio.toFixed(2)}, ` +
        `${(100 * share).toFixed(3)} % true, ${row.events} events equal to those of 100 replays`,
    );
  }
}
const machine = { node: process.version, cpu: cpus()[0].model, fleetlens: VERSION };
await writeFile(
  "bench/backtest-sweep.json",
  `${JSON.stringify({ machine, rows: ROWS, runs: RUNS, results }, null, 2)}\n`,
);
