// What the browser test bundles: every analysis module by its public face.
import type { ColumnarLog, matchEvents, parsePolicy, replay, sweep } from "../../src/backtest/index.js";
import type { binpack } from "../../src/binpack/index.js";
import type { CapacityPlan, planCapacity } from "../../src/capacity/index.js";
import type { detect } from "../../src/changepoint/index.js";
import type { createRandom } from "../../src/core/index.js";
import type { analyseCost, Charge, collectBill, parseMoney } from "../../src/cost/index.js";
import type { driftReport } from "../../src/drift/index.js";
import type { gateCanary } from "../../src/experiment/index.js";
import type { buildCsr, decide, parseRetentionPolicy } from "../../src/gc-reachability/index.js";
import type { Rca, rca } from "../../src/incident/index.js";
import type { NeuralModel, neuralQuantiles, openTensorBackend, trainNeural } from "../../src/neural/index.js";
import type { simulate } from "../../src/simulate/index.js";

export * as backtest from "../../src/backtest/index.js";
export * as binpack from "../../src/binpack/index.js";
export * as capacity from "../../src/capacity/index.js";
export * as changepoint from "../../src/changepoint/index.js";
export * as core from "../../src/core/index.js";
export * as cost from "../../src/cost/index.js";
export * as drift from "../../src/drift/index.js";
export * as experiment from "../../src/experiment/index.js";
export * as forecast from "../../src/forecast/index.js";
export * as gc from "../../src/gc-reachability/index.js";
export * as incident from "../../src/incident/index.js";
export * as neural from "../../src/neural/index.js";
export * as simulate from "../../src/simulate/index.js";

/** Six pods of three sizes on two nodes of four GPUs, by `auto`. */
export function smallPacking(place: typeof binpack): { nodeOf: number[]; gpusOf: (readonly number[] | null)[] } {
  const nodes = {
    n: 2,
    name: ["x", "y"],
    cpu: Int32Array.of(32000, 32000),
    memory: Int32Array.of(65536, 65536),
    gpus: Uint16Array.of(4, 4),
    model: ["A", "A"],
  };
  const pods = {
    n: 6,
    name: ["a", "b", "c", "d", "e", "f"],
    cpu: new Int32Array(6).fill(2000),
    memory: new Int32Array(6).fill(4096),
    gpus: Uint16Array.of(2, 1, 1, 1, 2, 1),
    milli: Int32Array.of(1000, 500, 500, 300, 1000, 1000),
    spec: new Array<string>(6).fill(""),
  };
  const { cluster } = place(nodes, pods, { policy: "auto" });
  return { nodeOf: [...cluster.nodeOf], gpusOf: cluster.gpusOf };
}

/** Starts of four jobs in a pool of eight GPUs, with backfill. */
export function smallQueue(play: typeof simulate): number[] {
  const jobs = {
    n: 4,
    id: ["a", "b", "c", "d"],
    submit: Float64Array.of(0, 1, 2, 3),
    duration: Float64Array.of(100, 100, 50, 200),
    gpus: Int32Array.of(6, 8, 2, 2),
  };
  return [...play(jobs, { version: 1, pools: [{ name: "p", gpus: 8 }] }, { policy: "easy" }).start];
}

/** Three weeks of one queue on one pool, planned one week ahead. */
export function smallPlan(plan: typeof planCapacity): CapacityPlan {
  const hours = 24 * 21;
  const demand = Float64Array.from({ length: hours }, (_, i) => 40 + 10 * Math.sin((i * Math.PI) / 12) + (i % 5));
  const observed = new Float64Array(hours).fill(1);
  const hourly = {
    queues: ["a"],
    start: Date.UTC(2026, 8, 7),
    hours,
    demand: [demand],
    usage: [demand],
    observed: [observed],
  };
  const pools = [{ name: "a100", gpu_model: "A100", nodes: 8, gpus_per_node: 8 }];
  return plan(
    { hourly, plan: { horizon_weeks: 1, seed: 1, pools, mapping: [{ queue: "*", pools: ["a100"] }] } },
    { paths: 100 },
  );
}

/** Four old files: a protected one that needs another, one that a third needs in vain, and that third. */
export function smallGc(gc: {
  buildCsr: typeof buildCsr;
  decide: typeof decide;
  parseRetentionPolicy: typeof parseRetentionPolicy;
}): { reason: number[]; action: number[]; parent: number[] } {
  const zeros = new Int32Array(4);
  const none = { row: new Int32Array(0), from: new Int32Array(0), to: new Int32Array(0) };
  const columns = {
    n: 4,
    ...{ kinds: ["file"], kind: zeros, classes: ["Bronze"], class: zeros, storageClasses: ["STANDARD"] },
    ...{ storageClass: zeros, sizeBytes: new Float64Array(4).fill(1), createdAtMs: new Float64Array(4) },
    lastAccessAtMs: new Float64Array(4).fill(Number.NaN),
    protections: [{ name: "golden", type: "golden_dataset", expiresAtMs: null }],
    protectionRanges: { row: Int32Array.of(0), from: Int32Array.of(0), to: Int32Array.of(1) },
    ...{ holds: [], holdRanges: none, erasures: [], erasureRanges: none, exceptionRanges: none },
    csr: gc.buildCsr(4, Int32Array.of(0, 3), Int32Array.of(1, 2)),
  };
  const policy = gc.parseRetentionPolicy({ schema_version: 1, classes: { Bronze: { horizon_days: 30 } } });
  const { reason, action, parent } = gc.decide(columns, policy, Date.UTC(2026, 5, 1));
  return { reason: [...reason], action: [...action], parent: [...parent] };
}

/** Changes of a series whose mean moves once, by `auto`. */
export function smallChanges(find: typeof detect, random: typeof createRandom): number[] {
  const rng = random(7);
  const y = Float64Array.from({ length: 120 }, (_, i) => (i < 70 ? 10 : 16) + rng.normal());
  return find(y).changes.flatMap(({ index, ciLow, ciHigh }) => [index, ciLow, ciHigh]);
}

/** An error rate of three days that one of two events raises on the last of them. */
export function smallIncident(analyse: typeof rca, random: typeof createRandom): Rca {
  const rng = random(8);
  const step = 300_000;
  const start = Date.UTC(2026, 5, 1);
  const rows = 3 * 288;
  const times = Float64Array.from({ length: rows }, (_, i) => start + i * step);
  const bad = times.map((_, i) => rng.poisson(i >= 700 && i < 760 ? 60 : 10));
  const kpi = { times, values: bad.map((count) => count / 1000), requests: new Float64Array(rows).fill(1000) };
  const event = (eventId: string, row: number) => ({
    ...{ eventId, time: start + row * step - 60_000, kind: "config" as const, target: "routing" },
  });
  return analyse({ kpi, events: [event("a", 300), event("b", 700)] });
}

/** A speed that rises and a level that becomes rare, beside a column that stays. */
export function smallDrift(report: typeof driftReport, random: typeof createRandom): ReturnType<typeof driftReport> {
  const rng = random(9);
  const table = (shift: number, rare: number) => ({
    speed: Float64Array.from({ length: 800 }, () => shift + rng.normal()),
    weather: Array.from({ length: 800 }, () => (rng.uniform() < rare ? "fog" : "clear")),
    same: Float64Array.from({ length: 800 }, (_, i) => i % 40),
  });
  return report(table(0, 0.3), table(0.4, 0.1));
}

/** A canary that finds one class less often than prod does. */
export function smallCanary(gate: typeof gateCanary): ReturnType<typeof gateCanary> {
  const n = 8000;
  const right = (i: number) => i % (i % 4 === 1 ? 5 : 25) !== 0;
  return gate({
    arm: Uint8Array.from({ length: n }, (_, i) => i % 2),
    label: Int32Array.from({ length: n }, (_, i) => (i % 4 < 2 ? 0 : 1)),
    prediction: Int32Array.from({ length: n }, (_, i) => ((i % 4 < 2 ? 0 : 1) + (right(i) ? 0 : 1)) % 2),
    classes: ["clear", "blocked"],
    latencyMs: Float64Array.from({ length: n }, (_, i) => 20 + ((i * 37) % 100) / 10),
  });
}

/** Two brakings of one vehicle, one of which has a label, replayed, matched and swept. */
export function smallBacktest(room: {
  parsePolicy: typeof parsePolicy;
  replay: typeof replay;
  matchEvents: typeof matchEvents;
  sweep: typeof sweep;
}) {
  const parsed = room.parsePolicy(`
schema: fleetlens.policy/1
version: "1.0.0"
signals: {accel_g: {unit: g, range: [-2, 2]}}
geofences: [{id: school, priority: 1, polygon: [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]}]
triggers:
  - id: brake
    enabled: true
    when: {mode: all, conditions: [{name: hard, signal: accel_g, op: "<=", enter: -0.3, exit: -0.2}]}
    overrides: [{geofence: school, set: {dwell_ms: 100}}]
`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const rows = 40;
  const log: ColumnarLog = {
    vehicle: new Int32Array(rows),
    vehicleIds: ["car"],
    ts: Float64Array.from({ length: rows }, (_, i) => 100 * i),
    lat: new Float64Array(rows).fill(0.5),
    lon: Float64Array.from({ length: rows }, (_, i) => (i < 20 ? 0.5 : 2)),
    signals: { accel_g: Float64Array.from({ length: rows }, (_, i) => (i % 20 > 4 && i % 20 < 8 ? -0.4 : 0)) },
  };
  const events = room.replay(parsed.policy, log);
  const labels = {
    ...{ labelIds: ["a"], triggerIds: ["brake"], trigger: Int32Array.of(0), vehicleIds: ["car"] },
    ...{ vehicle: Int32Array.of(0), ts: Float64Array.of(2600), endTs: Float64Array.of(2600), severity: null },
  };
  const target = { trigger: "brake", condition: "hard", low: -0.5, high: -0.3, step: 0.1 };
  return {
    onsets: [...events.onsetTs],
    triggered: [...events.triggerTs],
    fences: [...events.geofence],
    labelOfEvent: [...room.matchEvents(events, labels, 200).labelOfEvent],
    swept: room.sweep(parsed.policy, log, target, labels).map(({ value, events: count }) => [value, count]),
  };
}

/** A bill of 40 days on which one of two teams costs more from the 25th on. */
export function smallBill(room: {
  analyseCost: typeof analyseCost;
  collectBill: typeof collectBill;
  parseMoney: typeof parseMoney;
}): ReturnType<typeof analyseCost> {
  const charges = Array.from({ length: 80 }, (_, i): Charge => {
    const [day, team] = [Math.floor(i / 2), i % 2 === 0 ? "vision" : "llm"];
    const cost = team === "llm" ? (day < 24 ? 50 : 90) + (day % 7) : 30 + (day % 5);
    const money = room.parseMoney(`${cost}.125`)?.value ?? 0n;
    const start = Date.UTC(2026, 4, 1 + day);
    return {
      ...{ start, end: start + 86_400_000, billingMonth: null, category: "usage", correction: false, unused: false },
      ...{ billed: money, effective: money, commitment: null, region: "eu", service: "compute", team },
      ...{ family: "h100", resource: null, pool: null },
    };
  });
  return room.analyseCost(room.collectBill("EUR", charges), { seed: 1 });
}

/** Four steps of training on two short series in plain JavaScript, and the quantiles of a third. */
export async function smallNetwork(room: {
  openTensorBackend: typeof openTensorBackend;
  trainNeural: typeof trainNeural;
  neuralQuantiles: typeof neuralQuantiles;
}): Promise<{ training: NeuralModel["training"]; quantiles: number[][] }> {
  const backend = await room.openTensorBackend("cpu");
  const wave = (phase: number) =>
    Float64Array.from({ length: 60 }, (_, i) => 20 + 5 * Math.sin(phase + (i * Math.PI) / 4));
  const panel = [0, 2].map((phase) => ({ id: `at ${phase}`, y: wave(phase) }));
  const options = { horizon: 4, season: [8], window: 16, blocks: 2, width: 8, batch: 8, steps: 4, seed: 3 };
  const model = await room.trainNeural(panel, options, backend);
  const quantiles = room.neuralQuantiles(model, wave(1), { horizon: 4 }) ?? [];
  return { training: model.training, quantiles: quantiles.map((steps) => [...steps]) };
}
