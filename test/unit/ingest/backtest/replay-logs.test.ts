import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { signalsOf } from "../../../../src/backtest/replay/signals-of.js";
import { parseSweepTarget } from "../../../../src/backtest/sweep/parse-sweep-target.js";
import { createRandom } from "../../../../src/core/random.js";
import { readLabels } from "../../../../src/ingest/backtest/read-labels.js";
import { type LogCounts, type ReadLogsOptions, withLogs } from "../../../../src/ingest/backtest/read-logs.js";
import { readPolicy } from "../../../../src/ingest/backtest/read-policy.js";
import type { ChunkResult, ReplaySetting } from "../../../../src/ingest/backtest/replay-chunk.js";
import { replayLogs } from "../../../../src/ingest/backtest/replay-logs.js";
import { copyTo, temporaryFolder } from "../files.js";

const at = temporaryFolder();

const POLICY = `schema: fleetlens.policy/1
version: 1.0.0
signals: {accel_g: {unit: g, range: [-2, 2]}}
derived:
  - {name: mean_g, from: accel_g, op: trailing_mean, window_ms: 500, unit: g, range: [-2, 2]}
  - {name: rate_g, from: accel_g, op: rate, unit: g/s, range: [-40, 40]}
geofences:
  - {id: school, priority: 1, polygon: [[10, 50], [10.004, 50], [10.004, 50.004], [10, 50.004], [10, 50]]}
triggers:
  - id: brake
    when: {mode: all, conditions: [{name: mean, signal: mean_g, op: "<=", enter: -0.1, exit: -0.05}]}
    dwell_ms: 200
    release_ms: 200
    cooldown_ms: 1000
    max_gap_ms: 700
    overrides: [{geofence: school, set: {dwell_ms: 400}}]
  - id: jerk
    when: {mode: any, conditions: [{name: rate, signal: rate_g, op: ">", enter: 2}]}
    min_samples: 2
`;

/** Rows of three vehicles that meander for a few hundred rows each: out of order, some twice, some values missing. */
function logRows(): string[] {
  const random = createRandom(7);
  const rows: string[] = [];
  for (const [vehicle, count] of [
    ["v1", 900],
    ["v2", 5],
    ["v3", 400],
  ] as const) {
    let value = 0;
    for (let i = 0; i < count; i++) {
      value = 0.8 * value + 0.3 * (random.uniform() - 0.5);
      const step = i - (i % 16) + (((i % 16) * 7) % 16);
      const ts = 86_350_000 + 100 * (step + (step > 300 ? 9 : 0)) - (random.uniform() < 0.1 ? 100 : 0);
      const cell = random.uniform() < 0.05 ? "NULL" : value.toFixed(3);
      const place = random.uniform() < 0.05 ? "NULL, NULL" : `${50 + step * 1e-5}, ${10 + step * 1e-5}`;
      rows.push(`('${vehicle}', ${ts}, ${place}, ${cell}::DOUBLE)`);
    }
  }
  return rows;
}

describe("replayLogs", () => {
  it("comes to the same however the rows of a vehicle are cut", async () => {
    const rows = logRows();
    const logs = await copyTo(
      at("logs.parquet"),
      `SELECT * FROM (VALUES ${rows.join(", ")}) r(vehicle_id, ts, lat, lon, accel_g)`,
    );
    await writeFile(at("policy.yaml"), POLICY);
    await writeFile(at("old.yaml"), POLICY.replace("enter: -0.1", "enter: -0.12"));
    const labelled = [4000, 20_000, 60_000, 200_000].map((t, i) => `l${i},v${i === 1 ? 3 : 1},brake,${86_350_000 + t}`);
    await writeFile(at("labels.csv"), `label_id,vehicle_id,trigger_id,ts\n${labelled.join("\n")}\n`);
    const { policy } = await readPolicy(at("policy.yaml"));
    const setting: ReplaySetting = {
      policy,
      baseline: (await readPolicy(at("old.yaml"))).policy,
      signals: signalsOf(policy),
      labels: (await readLabels(at("labels.csv"))).labels,
      ...{ toleranceMs: 2000, maxGapMs: 2000, map: null },
      sweep: parseSweepTarget("brake.mean.enter=-0.2:-0.08:0.02", policy),
      regions: [{ kind: "h3", resolution: 9 }],
    };
    const run = (options: Partial<ReadLogsOptions>): Promise<ChunkResult & { counts: LogCounts }> =>
      withLogs(logs, { signals: setting.signals, ...options }, async (read) => ({
        ...(await replayLogs(read, setting, { threads: 1 })),
        counts: read.counts,
      }));
    const whole = await run({});
    expect(whole.events.trigger.length).toBeGreaterThan(10);
    expect(whole.baseline?.trigger.length).not.toBe(whole.events.trigger.length);
    expect(whole.exposure.day.length).toBeGreaterThan(3);
    expect(whole.coverage).toEqual(Uint8Array.of(1, 1, 1, 0));
    expect(whole.counts.duplicates).toBeGreaterThan(50);
    for (const chunkRows of [1, 7, 130, 2048]) {
      expect(await run({ chunkRows, bufferBytes: 0, split: true })).toEqual(whole);
    }
  });
});
