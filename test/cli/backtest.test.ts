import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BacktestFileSchema } from "../../src/backtest/backtest-schema.js";
import { SweepFileSchema } from "../../src/backtest/sweep/sweep-schema.js";
import { openDuckDb } from "../../src/engine/index.js";
import { fleetlens } from "./program.js";

let folder: string;
const at = (name: string) => join(folder, name);
const text = async (name: string, content: string) => {
  await writeFile(at(name), content);
  return at(name);
};
const json = async (name: string) => JSON.parse(await readFile(at(name), "utf8"));

const POLICY = `schema: fleetlens.policy/1
version: 1.2.3
signals: {accel_g: {unit: g, range: [-2, 2]}}
geofences:
  - {id: school, priority: 1, polygon: [[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]}
triggers:
  - id: hard_brake
    enabled: true
    when: {mode: all, conditions: [{name: brake, signal: accel_g, op: "<=", enter: -0.25, exit: -0.2}]}
    dwell_ms: 300
    cooldown_ms: 5000
    overrides:
      - {geofence: school, set: {dwell_ms: 100}}
`;

/** v1 brakes in the open; v2 until its last row, without positions; v3 into a gap of 2001 ms; v4 in the school's fence. */
const ROWS = [
  ...["v1,0,1,2,-0.1", "v1,100,1.5,2.5,-0.3", "v1,200,1,2,-0.3", "v1,300,1,2,-0.26", "v1,400,1,2,-0.31"],
  ...["v1,500,1,2,-0.22", "v1,600,1,2,-0.1", "v2,0,,,-0.5", "v2,300,,,-0.5"],
  ...["v3,0,0,0,-0.4", "v3,400,0,0,-0.4", "v3,2401,0,0,-0.4"],
  ...["v4,0,50,10,-0.3", "v4,100,50,10,-0.3", "v4,200,50,10,0"],
];
const HEAD = "vehicle_id,ts,lat,lon,accel_g";
const LABELS = `label_id,vehicle_id,trigger_id,ts,end_ts,severity
near,v1,hard_brake,2500,,high
far,v2,hard_brake,2301,,high
nowhere,v9,hard_brake,0,,low
other,v1,swerve,0,10,
`;
const EVENTS = [
  ["hard_brake", "v1", 100, 400, 500, "exit", 5, -0.31, null, 1.5, 2.5],
  ["hard_brake", "v2", 0, 300, 300, "end_of_data", 2, -0.5, null, null, null],
  ["hard_brake", "v3", 0, 400, 400, "gap", 2, -0.4, null, 0, 0],
  ["hard_brake", "v4", 0, 100, 100, "exit", 2, -0.3, "school", 50, 10],
];

async function events(out: string): Promise<{ names: string[]; types: string[]; rows: unknown[][] }> {
  const path = join(at(out), "events.parquet");
  const engine = await openDuckDb({ allowedFiles: [path] });
  const from = `read_parquet(${engine.dialect.literal(path)})`;
  const columns = await engine.rows({ sql: `SELECT column_name, column_type FROM (DESCRIBE FROM ${from})` });
  const rows = await engine.rows({ sql: `FROM ${from}` });
  await engine.close();
  const plain = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  return {
    names: columns.map((column) => String(column["column_name"])),
    types: columns.map((column) => String(column["column_type"])),
    rows: rows.map((row) => Object.values(row).map(plain)),
  };
}

const backtest = (out: string, ...args: string[]) =>
  fleetlens(["backtest", "--policy", at("policy.yaml"), "--logs", at("logs.csv"), "--out", at(out), ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  await text("policy.yaml", POLICY);
  await text("old.yaml", POLICY.replace("enter: -0.25, exit: -0.2", "enter: -0.35, exit: -0.3"));
  await text("logs.csv", `${[HEAD, ...ROWS].join("\n")}\n`);
  await text("labels.csv", LABELS);
  await text("cohorts.csv", "vehicle_id,cohort\nv1,canary\nv2,control\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("fleetlens backtest", () => {
  it("writes the events of the state machine with the columns, types and order of the format", async () => {
    const { code, stdout, stderr } = backtest("plain");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^4 events in 15 rows of 4 vehicles/);
    const { names, types, rows } = await events("plain");
    expect(names).toEqual([
      ...["trigger_id", "vehicle_id", "onset_ts", "trigger_ts", "end_ts", "close_reason", "n_samples", "extreme"],
      ...["geofence_id", "lat", "lon"],
    ]);
    expect(types).toEqual([
      ...["VARCHAR", "VARCHAR", "BIGINT", "BIGINT", "BIGINT", "VARCHAR", "INTEGER", "DOUBLE"],
      ...["VARCHAR", "DOUBLE", "DOUBLE"],
    ]);
    expect(rows).toEqual(EVENTS);
    expect((await readdir(at("plain"))).sort()).toEqual([
      ...["events.parquet", "heatmap.geojson", "metrics.json", "report.html"],
    ]);
  });

  it("scores against labels, compares with a baseline and cohorts, and sweeps a threshold", async () => {
    const more = ["--labels", at("labels.csv"), "--baseline", at("old.yaml"), "--cohorts", at("cohorts.csv")];
    const target = "hard_brake.brake.enter=-0.45:-0.25:0.1";
    const { code, stderr } = backtest(
      "all",
      ...more,
      "--sweep",
      target,
      "--split",
      "vehicle",
      "--regions",
      "geofences",
    );
    expect([code, stderr]).toEqual([
      0,
      "warning: 1 labels are of triggers that the policy does not have, and are not scored\n",
    ]);
    const metrics = await json("all/metrics.json");
    expect(BacktestFileSchema.parse(metrics)).toEqual(metrics);
    expect(metrics).toMatchObject({
      schema: "fleetlens.backtest/1",
      policy_digest: createHash("sha256").update(POLICY).digest("hex"),
      input: { rows: 15, duplicates: 0, dropped: 0 },
      exposure: { vehicles: 4, vehicle_days: 4, days: 1 },
      triggers: { hard_brake: { events: 4, labels: 3, tp: 1, fp: 3, fn: 2, precision: 0.25, recall: 1 / 3 } },
      baseline: { triggers: { hard_brake: { added: 2, removed: 0, common: 2 } } },
      cohorts: { verdict: "hold" },
      regions: { by: "areas", cells: [{ cell: "school" }] },
    });
    expect(metrics.triggers.hard_brake.labels_uncovered).toBe(2);
    const sweep = await json("all/sweep.json");
    expect(SweepFileSchema.parse(sweep)).toEqual(sweep);
    expect(
      sweep.points.map((p: Record<string, number>) => [p["value"], p["events"], p["tp"], p["fp"], p["fn"]]),
    ).toEqual([
      [-0.45, 1, 0, 1, 3],
      [-0.35, 2, 0, 2, 3],
      [-0.25, 4, 1, 3, 2],
    ]);
    // Made again of its metrics the report is the same, with the sweep that lies beside them.
    const render = () => fleetlens(["report", "render", at("all/metrics.json"), "--to", "html", "--out", at("page")]);
    expect(render().code).toBe(0);
    const page = await readFile(at("page/policy_impact.html"), "utf8");
    expect(page).toBe(await readFile(at("all/report.html"), "utf8"));
    await text("all/sweep.json", JSON.stringify({ ...sweep, createdFrom: { ...sweep.createdFrom, seed: 2 } }));
    expect(render().code).toBe(0);
    expect((await readFile(at("page/policy_impact.html"), "utf8")).length).toBeLessThan(page.length);
    expect(metrics.createdFrom.inputs[0]).toMatchObject({ name: at("policy.yaml"), rows: null });
    const heatmap = await json("all/heatmap.geojson");
    expect(heatmap.type).toBe("FeatureCollection");
    expect(heatmap.events_without_position).toBe(1);
    const cells = heatmap.features.map(
      (f: { geometry: { type: string }; properties: { h3: string; events: number } }) => [
        ...[f.geometry.type, f.properties.events],
      ],
    );
    expect(cells).toEqual(new Array(3).fill(["Polygon", 1]));
    expect(
      heatmap.features.every(({ properties }: { properties: { h3: string } }) =>
        /^89[0-9a-f]{13}$/.test(properties.h3),
      ),
    ).toBe(true);
    const html = await readFile(at("all/report.html"), "utf8");
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).not.toMatch(/(src|href)="https?:/);
  });

  it("gives the same bytes for any threads, and the same events however the logs are cut and mixed", async () => {
    const all = ["--labels", at("labels.csv"), "--baseline", at("old.yaml"), "--h3", "5"];
    const sweep = ["--sweep", "hard_brake.brake.enter=-0.45:-0.25:0.05"];
    for (const threads of ["1", "2", "4"]) {
      expect(backtest(`threads-${threads}`, ...all, ...sweep, "--threads", threads).code).toBe(0);
    }
    for (const file of await readdir(at("threads-1"))) {
      const one = await readFile(at(`threads-1/${file}`));
      for (const other of ["2", "4"]) expect(one.equals(await readFile(at(`threads-${other}/${file}`)))).toBe(true);
    }
    await mkdir(at("cut"), { recursive: true });
    const mixed = [...ROWS].reverse();
    for (const [i, from] of [0, 1, 6, 11].entries()) {
      await text(`cut/${i}.csv`, `${[HEAD, ...mixed.slice(from, [1, 6, 11, 15][i])].join("\n")}\n`);
    }
    const run = fleetlens([
      "backtest",
      "--policy",
      at("policy.yaml"),
      "--logs",
      at("cut/*.csv"),
      "--out",
      at("cut-out"),
      ...all,
    ]);
    expect(run.code).toBe(0);
    const [whole, cut] = [await json("threads-1/metrics.json"), await json("cut-out/metrics.json")];
    expect({ ...cut, createdFrom: null }).toEqual({ ...whole, createdFrom: null });
    expect((await readFile(at("cut-out/events.parquet"))).equals(await readFile(at("threads-1/events.parquet")))).toBe(
      true,
    );
    const strict = backtest("strict", "--strict-order");
    expect(strict.code).toBe(0);
    const disorder = fleetlens([
      ...["backtest", "--policy", at("policy.yaml"), "--logs", at("cut"), "--strict-order", "--out", at("disorder")],
    ]);
    expect([disorder.code, disorder.stderr]).toEqual([
      2,
      expect.stringMatching(/cut\/1\.csv row 1: column "ts": vehicle "v4" at 100 comes after vehicle "v4" at 200/),
    ]);
    expect(existsSync(at("disorder"))).toBe(false);
  });

  it("compares FLOAT columns in float64", async () => {
    const path = at("float.parquet");
    const engine = await openDuckDb({ allowedFiles: [path] });
    const sql = "SELECT 'v' AS vehicle_id, ts, CAST(-0.2 AS FLOAT) AS accel_g FROM range(3) r(ts)";
    await engine.run(`COPY (${sql}) TO ${engine.dialect.literal(path)} (FORMAT parquet, USE_TMP_FILE false)`);
    await engine.close();
    const policy = (op: string) =>
      POLICY.replace('op: "<=", enter: -0.25, exit: -0.2', `op: "${op}", enter: -0.2`).replace(
        "dwell_ms: 300",
        "dwell_ms: 0",
      );
    for (const [op, count] of [
      ["<", 1],
      [">=", 0],
    ] as const) {
      const file = await text("float.yaml", policy(op));
      const { code, stderr } = fleetlens(["backtest", "--policy", file, "--logs", path, "--out", at("float")]);
      expect([code, stderr]).toEqual([0, expect.stringMatching(/no columns lat and lon/)]);
      const { rows } = await events("float");
      expect([op, rows.length]).toEqual([op, count]);
      if (count > 0) expect(rows[0].slice(6)).toEqual([3, -0.20000000298023224, null, null, null]);
    }
  });

  it("matches positions to roads, and gives the policy the signals of the map", async () => {
    const line = {
      type: "LineString",
      coordinates: [
        [0, 0],
        [0.01, 0],
      ],
    }; // 1.1 km of the equator
    const road = { type: "Feature", properties: { edge_id: "e1", speed_limit_mps: 13 }, geometry: line };
    const roads = await text("roads.geojson", JSON.stringify({ type: "FeatureCollection", features: [road] }));
    const rows = Array.from(
      { length: 30 },
      (_, i) => `v,${1000 * i},0.00001,${0.0001 + 0.0001 * i},${i < 10 ? 12 : 14}`,
    );
    const logs = await text("drive.csv", `vehicle_id,ts,lat,lon,speed_mps\n${rows.join("\n")}\n`);
    const policy = await text(
      "speeding.yaml",
      POLICY.replaceAll("accel_g: {unit: g, range: [-2, 2]}", "map_speed_over_limit_mps: {unit: mps, range: [-70, 70]}")
        .replace("signal: accel_g", "signal: map_speed_over_limit_mps")
        .replace('op: "<=", enter: -0.25, exit: -0.2', 'op: ">", enter: 0'),
    );
    const run = (...args: string[]) =>
      fleetlens(["backtest", "--policy", policy, "--logs", logs, "--out", at("speeding"), ...args]);
    expect(run()).toMatchObject({ code: 2, stderr: expect.stringMatching(/map_speed_over_limit_mps.*--road-graph/) });
    for (const threads of ["1", "2"]) {
      expect(run("--road-graph", roads, "--threads", threads)).toMatchObject({ code: 0, stderr: "" });
      expect((await events("speeding")).rows).toMatchObject([
        ["hard_brake", "v", 10_000, 11_000, 29_000, "end_of_data", 20, 1, null, 0.00001, 0.0011],
      ]);
      expect(await json("speeding/metrics.json")).toMatchObject({
        map_match: { engine: "road_graph", rows: 30, matched: 30, breaks: { count: 0 } },
      });
    }
  });

  it("picks the threshold of a sweep by the rule asked for, and by one alone", async () => {
    const sweep = ["--sweep", "hard_brake.brake.enter=-0.3:-0.2:0.05", "--labels", at("labels.csv")];
    for (const [flag, value, rule] of [
      ["--miss-cost", "5", { kind: "miss_cost", nuisances: 5 }],
      ["--max-nuisance", "0", { kind: "max_nuisance", per_1000km: 0 }],
      ["--min-recall", "0.5", { kind: "min_recall", recall: 0.5 }],
    ] as const) {
      expect(backtest("rule", ...sweep, flag, value).code).toBe(0);
      expect(await json("rule/sweep.json")).toMatchObject({ choice: { rule } });
    }
    expect(backtest("rule", ...sweep, "--miss-cost", "5", "--min-recall", "1").code).toBe(2);
    expect(backtest("rule", "--miss-cost", "5")).toMatchObject({ code: 2, stderr: expect.stringContaining("--sweep") });
  });

  it("replaces what an earlier run wrote, and nothing else", async () => {
    expect(backtest("again", "--sweep", "hard_brake.brake.enter=-0.3:-0.2:0.1").code).toBe(0);
    expect(existsSync(at("again/sweep.json"))).toBe(true);
    expect(backtest("again").code).toBe(0);
    expect(existsSync(at("again/sweep.json"))).toBe(false);
    await text("again/notes.txt", "mine");
    expect(backtest("again")).toMatchObject({ code: 2, stderr: expect.stringMatching(/holds "notes.txt"/) });
    expect(await readFile(at("again/notes.txt"), "utf8")).toBe("mine");
    expect(existsSync(at("again/events.parquet"))).toBe(true);
    expect(backtest("logs.csv")).toMatchObject({ code: 2, stderr: expect.stringMatching(/it is a file/) });
    await mkdir(at("empty"));
    expect(backtest("empty").code).toBe(0);
    expect(existsSync(at("empty/metrics.json"))).toBe(true);
    expect(backtest("deep/er/out").code).toBe(0);
  });

  it("exits 2 with the JSON Pointer, file, column or option of what is wrong, and writes nothing", async () => {
    const bad = await text(
      "bad.yaml",
      POLICY.replace("enter: -0.25", "enter: -3").replace("dwell_ms: 300", "dwel_ms: 300"),
    );
    const column = await text("column.yaml", POLICY.replaceAll("accel_g", "jerk"));
    const twice = await text("twice.csv", `${LABELS}near,v1,hard_brake,5,,\n`);
    const ends = await text("ends.csv", `${LABELS}ends,v1,hard_brake,5,4,\n`);
    const both = await text("both.csv", "vehicle_id,cohort\nv1,canary\nv1,canary\nv1,control\n");
    const cases: [string[], RegExp][] = [
      [["--policy", bad], /bad\.yaml: .*\/triggers\/0/],
      [["--policy", at("none.yaml")], /none\.yaml: cannot be read/],
      [["--policy", column], /logs\.csv: no column "jerk"; the columns are: .*"accel_g"/],
      [["--baseline", bad], /bad\.yaml: .*\/triggers\/0/],
      [["--logs", at("none*.parquet")], /no file matches/],
      [["--labels", twice], /twice\.csv row 1 and .*twice\.csv row 5: column "label_id": label "near" is there twice/],
      [["--labels", ends], /ends\.csv row 5: column "end_ts"/],
      [["--labels", at("logs.csv")], /logs\.csv: no column "label_id"/],
      [["--cohorts", both], /both\.csv row 3: column "cohort": vehicle "v1" is in "canary" and "control"/],
      [["--sweep", "hard_brake.none.enter=-1:0:0.1"], /hard_brake\.none/],
      [["--sweep", "hard_brake.brake.enter=-1:0"], /TRIGGER\.CONDITION\.enter=LO:HI:STEP/],
      [["--split", "vehicle"], /--split needs --sweep/],
      [["--h3", "16"], /--h3/],
      [["--threads", "0"], /--threads/],
      [["--tolerance-ms", "-1"], /--tolerance-ms/],
      [["--regions", "geohash:13"], /geohash:13/],
      [["--regions", "nothing.geojson"], /--regions nothing\.geojson/],
      [["--as-of", "soon"], /--as-of/],
      [["--road-graph", at("none.geojson")], /none\.geojson/],
      [["--frobnicate"], /frobnicate/],
    ];
    const before = await readdir(folder);
    for (const [args, message] of cases) {
      const { code, stderr } = backtest("refused", ...args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringMatching(message)]);
    }
    expect(await readdir(folder)).toEqual(before);
  });

  it("exits 2 where nothing can be written", () => {
    const run = fleetlens([
      "backtest",
      "--policy",
      at("policy.yaml"),
      "--logs",
      at("logs.csv"),
      "--out",
      "/sys/fleetlens/out",
    ]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(/^E_INPUT: cannot write .*give the output/)]);
  });

  it("writes a whole folder for logs without rows", async () => {
    const empty = await text("empty.csv", `${HEAD}\n`);
    const out = [
      "--out",
      at("no-rows"),
      "--labels",
      at("labels.csv"),
      "--sweep",
      "hard_brake.brake.enter=-0.3:-0.2:0.1",
    ];
    expect(fleetlens(["backtest", "--policy", at("policy.yaml"), "--logs", empty, ...out]).code).toBe(0);
    expect((await events("no-rows")).rows).toEqual([]);
    const metrics = await json("no-rows/metrics.json");
    expect(metrics).toMatchObject({
      input: { rows: 0 },
      exposure: { km: 0 },
      triggers: { hard_brake: { events: 0, fn: 3 } },
    });
  });
});
