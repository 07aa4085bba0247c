import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BacktestCommandOptions } from "../../src/cli/backtest/command-options.js";
import type { ChangepointCommandOptions } from "../../src/cli/changepoint/run-changepoint.js";
import type { DriftCommandOptions } from "../../src/cli/drift/command-options.js";
import type { ForecastCommandOptions } from "../../src/cli/forecast/command-options.js";
import type { CommandContext, CommandResult } from "../../src/cli/frame.js";
import type { MergeOptions } from "../../src/cli/merge/merge-options.js";
import { createRandom } from "../../src/core/random.js";
import type { ShardFile } from "../../src/ingest/shard/open-shard.js";
import type { ShardPlace } from "../../src/ingest/shard/shard-place.js";

// The built program, in this process: starting one for every shard would take minutes, and worker threads need it built.
const built = (path: string) => import(pathToFileURL(resolve(import.meta.dirname, "../../dist/src", path)).href);
const { aggregateHours } = (await built("ingest/index.js")) as typeof import("../../src/ingest/index.js");
const { readShards } = (await built(
  "ingest/shard/read-shards.js",
)) as typeof import("../../src/ingest/shard/read-shards.js");
const { mergeAggregate, writeSumsShard } = (await built(
  "cli/aggregate/aggregate-shard.js",
)) as typeof import("../../src/cli/aggregate/aggregate-shard.js");
const { writeSums } = (await built(
  "cli/aggregate/write-sums.js",
)) as typeof import("../../src/cli/aggregate/write-sums.js");
const { mergeBacktest } = (await built(
  "cli/backtest/backtest-shard.js",
)) as typeof import("../../src/cli/backtest/backtest-shard.js");
const { runBacktest } = (await built(
  "cli/backtest/run-backtest.js",
)) as typeof import("../../src/cli/backtest/run-backtest.js");
const { mergeChangepoint } = (await built(
  "cli/changepoint/changepoint-shard.js",
)) as typeof import("../../src/cli/changepoint/changepoint-shard.js");
const { runChangepoint } = (await built(
  "cli/changepoint/run-changepoint.js",
)) as typeof import("../../src/cli/changepoint/run-changepoint.js");
const { mergeDrift } = (await built("cli/drift/drift-shard.js")) as typeof import("../../src/cli/drift/drift-shard.js");
const { runDrift } = (await built("cli/drift/run-drift.js")) as typeof import("../../src/cli/drift/run-drift.js");
const { mergeForecast } = (await built(
  "cli/forecast/forecast-shard.js",
)) as typeof import("../../src/cli/forecast/forecast-shard.js");
const { runForecast } = (await built(
  "cli/forecast/run-forecast.js",
)) as typeof import("../../src/cli/forecast/run-forecast.js");

const CONTEXT: CommandContext = { onProgress: () => {}, signal: new AbortController().signal };
/** More than there are series, vehicles and features: some shards have none. */
const ALL = Array.from({ length: 16 }, (_, i) => i + 1);
/** For what has been shown with all of them in another way: one, more than there is work for, and in between. */
const SOME = [1, 3, 16];
/** Number of shards of which one is run twice. */
const AGAIN = 3;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-shards-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);

type Merge = (shards: readonly ShardFile[], o: MergeOptions, context: CommandContext) => Promise<CommandResult>;

/** Runs all shards, the last first, and merges them. */
async function throughShards(
  name: string,
  count: number,
  shard: (out: string, place: ShardPlace) => Promise<unknown>,
  merge: Merge,
  o: Omit<MergeOptions, "inputs" | "threads">,
): Promise<CommandResult> {
  const inputs = at(`${name}-${count}`);
  for (let index = count - 1; index >= 0; index--) await shard(inputs, { index, count });
  if (count === AGAIN) {
    const first = await readFile(join(inputs, `shard-0-of-${count}.jsonl`));
    await shard(inputs, { index: 0, count });
    expect(await readFile(join(inputs, `shard-0-of-${count}.jsonl`))).toEqual(first);
  }
  expect((await readdir(inputs)).length).toBe(count);
  return merge(await readShards(inputs), { inputs, threads: count === AGAIN ? 2 : 1, ...o }, CONTEXT);
}

const same = async (a: string, b: string) =>
  expect((await readFile(a)).equals(await readFile(b)), `${a} is ${b}`).toBe(true);

/** Hourly series of several shapes; ids beyond ASCII sort by their bytes. */
async function hourly(path: string, series: number, rows: number): Promise<void> {
  const random = createRandom(7);
  const lines = ["id,t,y,n"];
  for (let s = 0; s < series; s++) {
    const own = random.child(s);
    const id = s === 1 ? "日本" : s === 2 ? "🚀" : s === 3 ? "\uffee" : `queue ${s}`;
    const length = s === 4 ? 5 : rows - (s % 3) * 24;
    for (let i = rows - length; i < rows; i++) {
      const hour = new Date(Date.UTC(2026, 0, 1, i)).toISOString();
      const level = s % 4 === 0 && i > rows / 2 ? 30 : 10;
      lines.push(`${id},${hour},${level + 3 * Math.sin((i * Math.PI) / 12) + own.normal()},${own.int(5)}`);
    }
  }
  await writeFile(path, `${lines.join("\n")}\n`);
}

describe("aggregate", () => {
  it("gives the whole from 1 to 16 shards", async () => {
    const input = at("telemetry.csv");
    const rows = Array.from({ length: 500 }, (_, i) => {
      const queue = i % 17 === 0 ? "" : `q${(i * 7919) % 13}`;
      const time = i % 31 === 0 ? "" : new Date(Date.UTC(2026, 0, 1, i % 50, i % 60)).toISOString();
      return `${queue},${time},${i % 11 === 0 ? "" : 4611686018427387 * (i % 2) + i}`;
    });
    await writeFile(input, `q,t,v\n${rows.join("\n")}\n`);
    const options = { input, queueColumn: "q", timeColumn: "t", valueColumn: "v", sampleSeconds: 60, threads: 1 };
    const named = { input, queueCol: "q", timeCol: "t", valueCol: "v", sampleSeconds: 60 };
    const { signal } = CONTEXT;
    const whole = await aggregateHours(options);
    for (const file of ["json", "parquet"]) await writeSums(at(`sums.${file}`), whole, signal);
    for (const count of ALL) {
      const shard = async (out: string, place: ShardPlace) =>
        writeSumsShard(out, place, named, await aggregateHours({ ...options, shard: place }), signal);
      await throughShards("sums", count, shard, mergeAggregate, { out: at("merged.json") });
      await mergeAggregate(
        await readShards(at(`sums-${count}`)),
        { inputs: "", threads: 1, out: at("merged.parquet") },
        CONTEXT,
      );
      for (const file of ["json", "parquet"]) await same(at(`merged.${file}`), at(`sums.${file}`));
    }
  }, 120_000);
});

describe("changepoint", () => {
  it("gives the whole from 1 to 16 shards", async () => {
    const input = at("changes.csv");
    await hourly(input, 9, 120);
    const o: ChangepointCommandOptions = {
      ...{ time: "t", value: ["y", "n"], id: "id", model: "auto", multivariate: "separate", threads: 1 },
      ...{ penalty: "auto", period: "auto", level: 0.95, timing: false, out: at("changes.json") },
    };
    const whole = await runChangepoint(input, o, CONTEXT);
    for (const count of ALL) {
      const shard = (out: string, place: ShardPlace) =>
        runChangepoint(input, { ...o, out, shard: place, threads: place.index === 0 ? 2 : 1 }, CONTEXT);
      const merged = await throughShards("changes", count, shard, mergeChangepoint, { out: at("merged.json") });
      await same(at("merged.json"), o.out);
      expect(merged.summary).toEqual(whole.summary);
    }
  }, 120_000);
});

describe("forecast", () => {
  const base: ForecastCommandOptions = {
    ...{ id: "id", time: "t", value: "y", horizon: 12, intervals: "auto", seed: 3, threads: 1, neural: "off" },
    ...{ reconcile: "bu", level: [80, 95], quantiles: [0.1], model: ["auto"], meta: true, out: "" },
  };

  it("gives the whole from 1 to 16 shards, with metadata and paths", async () => {
    const input = at("demand.csv");
    await hourly(input, 9, 24 * 9);
    const whole = await runForecast(
      input,
      { ...base, out: at("whole.parquet"), paths: at("whole-paths.parquet") },
      CONTEXT,
    );
    for (const count of ALL) {
      const shard = (out: string, place: ShardPlace) =>
        runForecast(input, { ...base, out, shard: place, threads: place.index === 0 ? 2 : 1 }, CONTEXT);
      const files = { out: at("merged.parquet"), paths: at("merged-paths.parquet") };
      const merged = await throughShards("demand", count, shard, mergeForecast, files);
      await same(files.out, at("whole.parquet"));
      await same(files.paths, at("whole-paths.parquet"));
      await same(at("merged.meta.json"), at("whole.meta.json"));
      expect(merged).toEqual({
        ...whole,
        outputs: [files.out, files.paths, at("merged.meta.json")],
        text: merged.text,
      });
    }
  }, 240_000);
});

describe("backtest", () => {
  const POLICY = `schema: fleetlens.policy/1
version: 1.2.3
signals: {accel_g: {unit: g, range: [-2, 2]}}
geofences:
  - {id: school, priority: 1, polygon: [[10, 50], [10.01, 50], [10.01, 50.01], [10, 50.01], [10, 50]]}
triggers:
  - id: hard_brake
    enabled: true
    when: {mode: all, conditions: [{name: brake, signal: accel_g, op: "<=", enter: -0.25, exit: -0.2}]}
    dwell_ms: 300
    cooldown_ms: 5000
    overrides:
      - {geofence: school, set: {dwell_ms: 100}}
  - id: jolt
    enabled: true
    when: {mode: all, conditions: [{name: jump, signal: accel_g, op: ">", enter: 0.4, exit: 0.3}]}
    dwell_ms: 0
`;

  /** Vehicles along a road, with rows that are dropped, there twice, and in no place on earth. */
  async function fleet(vehicles: number): Promise<BacktestCommandOptions> {
    const random = createRandom(11);
    const lines: string[] = [];
    const labels = ["label_id,vehicle_id,trigger_id,ts,end_ts,severity"];
    for (let v = 0; v < vehicles; v++) {
      const own = random.child(v);
      for (let i = 0; i < 300; i++) {
        const id = i === 150 && v % 3 === 0 ? "" : `car ${v}`;
        const ts = i === 200 ? "" : 1_767_225_600_000 + v * 40_000_000 + 100 * (i === 100 ? 99 : i);
        const lat = i === 50 ? 95 : 50 + i * 1e-5 * (v + 1);
        const brake = own.uniform() < 0.5 ? -0.3 : 0.45;
        lines.push(`${id},${ts},${lat},${10 + i * 1e-4},${i % 40 < 8 ? brake : own.normal() * 0.05}`);
      }
      labels.push(`l${v},car ${v},hard_brake,${1_767_225_600_000 + v * 40_000_000 + 4100},,${v % 2 ? "high" : ""}`);
      labels.push(`m${v},car ${v},jolt,${1_767_225_600_000 + v * 40_000_000 + 8100},,low`);
    }
    // Rows of a vehicle are all over the file.
    const mixed = lines.map((line, i) => ({ line, key: (i * 7919) % lines.length })).sort((a, b) => a.key - b.key);
    const file = async (name: string, text: string) => {
      await writeFile(at(name), text);
      return at(name);
    };
    const coordinates = (from: number, to: number) => [from, to].map((k) => [10 + k * 1e-4, 50 + k * 1e-5]);
    const road = (id: string, from: number, to: number) => ({
      type: "Feature",
      properties: { edge_id: id, id },
      geometry: { type: "LineString", coordinates: coordinates(from, to) },
    });
    const areas = {
      type: "FeatureCollection",
      features: [
        {
          type: "Feature",
          id: "west",
          properties: {},
          geometry: {
            type: "Polygon",
            coordinates: [
              [
                [9, 49],
                [10.01, 49],
                [10.01, 51],
                [9, 51],
                [9, 49],
              ],
            ],
          },
        },
      ],
    };
    return {
      policy: await file("policy.yaml", POLICY),
      baseline: await file("old.yaml", POLICY.replace("enter: -0.25, exit: -0.2", "enter: -0.35, exit: -0.3")),
      logs: [await file("logs.csv", `vehicle_id,ts,lat,lon,accel_g\n${mixed.map(({ line }) => line).join("\n")}\n`)],
      labels: [await file("labels.csv", `${labels.join("\n")}\n`)],
      cohorts: [
        await file(
          "cohorts.csv",
          `vehicle_id,cohort\n${Array.from({ length: vehicles }, (_, v) => `car ${v},${v % 3 ? "control" : "canary"}`).join("\n")}\n`,
        ),
      ],
      ...{ toleranceMs: 2000, maxGapMs: 2000, sweep: "hard_brake.brake.enter=-0.4:-0.2:0.05", split: "vehicle" },
      ...{ h3: 9, regions: await file("areas.geojson", JSON.stringify(areas)), seed: 1, threads: 1, out: at("whole") },
      roadGraph: await file(
        "roads.geojson",
        JSON.stringify({ type: "FeatureCollection", features: [road("a", -50, 150), road("b", 150, 400)] }),
      ),
    };
  }

  it("gives the whole folder from 1 to 16 shards", async () => {
    const o = await fleet(11);
    const whole = await runBacktest(o, CONTEXT);
    const names = (await readdir(o.out)).sort();
    expect(names).toEqual(["events.parquet", "heatmap.geojson", "metrics.json", "report.html", "sweep.json"]);
    for (const count of ALL) {
      const shard = (out: string, place: ShardPlace) => runBacktest({ ...o, out, shard: place }, CONTEXT);
      const merged = await throughShards("fleet", count, shard, mergeBacktest, { out: at("merged") });
      expect((await readdir(at("merged"))).sort()).toEqual(names);
      for (const name of names) await same(at("merged", name), join(o.out, name));
      expect({ ...merged, outputs: [], text: "" }).toEqual({ ...whole, outputs: [], text: "" });
    }
  }, 240_000);

  it("gives the whole of the policy alone", async () => {
    const { policy, logs, toleranceMs, maxGapMs, h3, seed } = await fleet(5);
    const o = { policy, logs, toleranceMs, maxGapMs, h3, seed, threads: 1, out: at("alone") };
    await runBacktest(o, CONTEXT);
    const shard = (out: string, place: ShardPlace) => runBacktest({ ...o, out, shard: place }, CONTEXT);
    await throughShards("alone", 3, shard, mergeBacktest, { out: at("alone-merged") });
    for (const name of await readdir(o.out)) await same(at("alone-merged", name), join(o.out, name));
  }, 60_000);
});

describe("drift", () => {
  /** Two tables of columns that moved, did not, changed their kind, or are in one of them alone. */
  async function tables(): Promise<{ reference: string; current: string }> {
    const random = createRandom(5);
    const paths = { reference: at("reference.csv"), current: at("current.csv") };
    const sides = [
      [paths.reference, 0],
      [paths.current, 1],
    ] as const;
    for (const [path, side] of sides) {
      const own = random.child(side);
      const names = Array.from({ length: 9 }, (_, i) => `n${i}`);
      const lines = [["time", "region", ...names, "level", "mixed", side ? "new" : "old", "empty"].join(",")];
      for (let i = 0; i < 400; i++) {
        const numbers = names.map((_, k) =>
          own.uniform() < 0.02 * k ? "" : (own.normal() + side * k * 0.1).toFixed(6),
        );
        const time = new Date(Date.UTC(2026, 0, 1, i)).toISOString();
        const level = `l${own.int(side ? 7 : 5)}`;
        lines.push([time, `r${i % 3}`, ...numbers, level, side ? "x" : i, i, side ? i : ""].join(","));
      }
      await writeFile(path, `${lines.join("\n")}\n`);
    }
    return paths;
  }

  const base = {
    ...{ stats: "all", alpha: 0.05, correction: "by", minN: 30, psi: "deciles", seed: 0 },
    ...{ threshold: { features: new Map([["n1", 0.2]]) }, out: "" },
  } as const;

  it.each([
    ["of whole tables", ALL, { exactLimit: 2_000_000, slices: ["region"], time: "time", window: "7d" }],
    ["of sketches", SOME, { exactLimit: 100, slices: ["region"], time: "time", window: "7d" }],
    ["of named features", SOME, { exactLimit: 2_000_000, features: ["n8", "n1", "level"], failOn: "drift" }],
  ] as const)(
    "gives the whole, %s",
    async (name, counts, more) => {
      const o = { ...base, ...more, ...(await tables()) } as unknown as DriftCommandOptions;
      const whole = await runDrift({ ...o, out: at("drift.json") }, CONTEXT);
      for (const count of counts) {
        const shard = (out: string, place: ShardPlace) => runDrift({ ...o, out, shard: place }, CONTEXT);
        const merged = await throughShards(`drift ${name}`, count, shard, mergeDrift, { out: at("merged.json") });
        await same(at("merged.json"), at("drift.json"));
        expect({ ...merged, outputs: [], text: "" }).toEqual({ ...whole, outputs: [], text: "" });
      }
    },
    240_000,
  );

  it("refuses at the merge a threshold of no feature, as the whole does", async () => {
    const threshold = { features: new Map([["nowhere", 0.2]]) };
    const o = { ...base, ...(await tables()), threshold, exactLimit: 100 } as unknown as DriftCommandOptions;
    await expect(runDrift({ ...o, out: at("drift.json") }, CONTEXT)).rejects.toThrow(/"nowhere", which is no feature/);
    const shard = (out: string, place: ShardPlace) => runDrift({ ...o, out, shard: place }, CONTEXT);
    const merged = throughShards("nowhere", 2, shard, mergeDrift, { out: at("merged.json") });
    await expect(merged).rejects.toThrow(/"nowhere", which is no feature/);
  });
});
