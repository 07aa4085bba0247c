import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeDrivingLogs } from "../../../fixtures/driving-logs.js";
import {
  alignAxes,
  alongAxis,
  type ColumnarLog,
  createExposure,
  type EventTable,
  exposureTotals,
  type LabelTable,
  matchEvents,
  parsePolicy,
  replay,
} from "../../../src/backtest/index.js";
import { withLogs } from "../../../src/ingest/backtest/read-logs.js";

const DRIVING = resolve(import.meta.dirname, "../../../../shared/data/driving");

async function readLog(file: string, signals: string[]): Promise<ColumnarLog> {
  return withLogs(file, { signals }, async ({ chunks }) => {
    const all: ColumnarLog[] = [];
    for await (const chunk of chunks()) all.push(chunk);
    expect(all).toHaveLength(1);
    return all[0];
  });
}

/** Braking to `enter`, as the trailing mean of so many ms. */
function braking(log: ColumnarLog, signal: string, enter: number, windowMs = 0, cooldownMs = 2000): EventTable {
  const derived = `derived: [{name: smooth, from: ${signal}, op: trailing_mean, window_ms: ${windowMs}, unit: g, range: [-2, 2]}]`;
  const parsed = parsePolicy(`
schema: fleetlens.policy/1
version: "1.0.0"
signals: {${signal}: {unit: g, range: [-2, 2]}}
${windowMs > 0 ? derived : ""}
triggers:
  - id: hard_brake
    enabled: true
    when:
      mode: all
      conditions: [{name: brake, signal: ${windowMs > 0 ? "smooth" : signal}, op: "<=", enter: ${enter}, exit: ${(enter + 0.05).toFixed(2)}}]
    dwell_ms: 300
    cooldown_ms: ${cooldownMs}
`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return replay(parsed.policy, log);
}

function labelsOf(events: EventTable): LabelTable {
  const { triggerIds, trigger, vehicleIds, vehicle, onsetTs, endTs } = events;
  const labelIds = Array.from(trigger.keys(), String);
  return { labelIds, triggerIds, trigger, vehicleIds, vehicle, ts: onsetTs, endTs, severity: null };
}

function score(events: EventTable, labels: LabelTable): string {
  const { labelOfEvent } = matchEvents(events, labels, 2000);
  const tp = labelOfEvent.filter((label) => label >= 0).length;
  return `${tp}/${events.trigger.length - tp}/${labels.ts.length - tp}`;
}

describe.skipIf(!existsSync(DRIVING))("the real drive (skipped without ../shared/data/driving)", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleetlens-driving-"));
  let can: ColumnarLog;
  let phone: ColumnarLog;
  const axes = ["user_x", "user_y", "user_z", "gravity_x", "gravity_y", "gravity_z"];

  beforeAll(async () => {
    await writeDrivingLogs(DRIVING, folder);
    can = await readLog(join(folder, "can.parquet"), ["accel_g", "lateral_g", "slope_g"]);
    phone = await readLog(join(folder, "phone.parquet"), [...axes, "speed_mps"]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has the rows and the times of one afternoon", async () => {
    const logs = { signals: ["accel_g"] };
    const counts = await withLogs(join(folder, "can.parquet"), logs, async ({ chunks, counts }) => {
      for await (const _ of chunks());
      return counts;
    });
    expect(counts).toMatchObject({ rows: 4708, duplicates: 8, dropped: 0 });
    expect([can.ts.length, phone.ts.length]).toEqual([4700, 3419]);
    expect(new Date(phone.ts[0]).toISOString()).toBe("2018-04-08T15:31:37.097Z");
  });

  it("has 4, 3, 2 and 1 brakings at -0.15, -0.20, -0.25 and -0.30 g", () => {
    const counts = [-0.15, -0.2, -0.25, -0.3].map((enter) => braking(can, "accel_g", enter, 0, 0).trigger.length);
    expect(counts).toEqual([4, 3, 2, 1]);
  });

  it("gives tp/fp/fn of 4/4/0 for the raw phone, 4/3/0 and 3/3/1 for means of 500 and 1000 ms", () => {
    const labels = labelsOf(braking(can, "accel_g", -0.15));
    const scores = [0, 500, 1000].map((windowMs) => score(braking(phone, "user_z", -0.15, windowMs), labels));
    expect(scores).toEqual(["4/4/0", "4/3/0", "3/3/1"]);
  });

  it("was 1.91 miles, though each fix of the receiver is there ten times", () => {
    for (const log of [phone, can]) {
      const exposure = createExposure();
      exposure.push(log);
      expect(exposureTotals(exposure.finish()).km).toBeGreaterThan(2.9);
      expect(exposureTotals(exposure.finish()).km).toBeLessThan(3.2);
    }
  });

  it("finds the phone's axes from gravity and speed: forward is z, left is y, and the speed is late", () => {
    const of = (name: string) => Float64Array.from(phone.signals[name]);
    const [acceleration, gravity] = [axes.slice(0, 3).map(of), axes.slice(3).map(of)] as unknown as [
      [Float64Array, Float64Array, Float64Array],
      [Float64Array, Float64Array, Float64Array],
    ];
    const found = alignAxes({ ts: phone.ts, acceleration, gravity, speed: of("speed_mps") });
    expect(found.forward[2]).toBeGreaterThan(0.99);
    expect(found.left[1]).toBeGreaterThan(0.99);
    expect(found.up[0]).toBeLessThan(-0.99);
    expect(Math.abs(found.lagMs - 2400)).toBeLessThanOrEqual(300);
    expect(found.errorDegrees).toBeLessThan(5);
    // The bus counts lateral acceleration to the right.
    const lateral = alongAxis(acceleration, found.left);
    expect(correlation(secondMeans(phone.ts, lateral), secondMeans(can.ts, can.signals["lateral_g"]))).toBeLessThan(
      -0.7,
    );
  });
});

/** Means of each second of UTC that has values. */
function secondMeans(ts: Float64Array, values: Float64Array | Float32Array): Map<number, number> {
  const sums = new Map<number, [number, number]>();
  ts.forEach((t, i) => {
    const second = Math.floor(t / 1000);
    const [sum, n] = sums.get(second) ?? [0, 0];
    sums.set(second, [sum + values[i], n + 1]);
  });
  return new Map(Array.from(sums, ([second, [sum, n]]) => [second, sum / n]));
}

function correlation(a: Map<number, number>, b: Map<number, number>): number {
  const pairs = [...a].flatMap(([key, x]) => (b.has(key) ? [[x, b.get(key) as number]] : []));
  const mean = (k: number) => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length;
  const [ma, mb] = [mean(0), mean(1)];
  const moment = (j: number, k: number) =>
    pairs.reduce((sum, pair) => sum + (pair[j] - (j ? mb : ma)) * (pair[k] - (k ? mb : ma)), 0);
  return moment(0, 1) / Math.sqrt(moment(0, 0) * moment(1, 1));
}
