import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type CapacityPlan, CapacityPlanSchema, parsePlanFile } from "../../src/capacity/index.js";
import { createRandom } from "../../src/core/index.js";
import { openDuckDb } from "../../src/engine/duckdb.js";
import { reportSchema } from "../../src/report/index.js";
import { fleetlens } from "./program.js";

const HELIOS = resolve(import.meta.dirname, "../../../shared/data/helios");
const folder = mkdtempSync(join(tmpdir(), "fleetlens-plan-"));
const at = (...parts: string[]) => join(folder, ...parts);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES = [
  "capacity_plan_2020-01.html",
  "capacity_plan_2020-01.ipynb",
  "capacity_plan_2020-01.json",
  "capacity_plan_2020-01.md",
  "capacity_plan_2020-01.report.json",
  "demand_hourly.parquet",
  "forecast_hourly.parquet",
  "forecast_weekly.parquet",
  "pools.parquet",
  "showback.parquet",
];

const PLAN = `version: 1
month: 2020-01
horizon_weeks: 1
seed: 5
demand:
  source: telemetry
  files: telemetry.csv
  columns: { queue: queue, time: time, running: running_gpus, pending: pending_gpus }
pools:
  - { name: a100, nodes: 6, gpus_per_node: 8, price: { on_demand: 20, commit_1y: 12, unit: node_hour, currency: USD } }
mapping:
  - { queue: train, pools: [a100], team: red, priority: 2 }
  - { queue: "*", pools: [a100], team: blue }
scenarios:
  - { name: wave, overlays: [{ type: hpo_wave, queue: train, start: 2020-01-22T00:00:00Z, duration_hours: 24, gpus: 8 }] }
commitments: { terms: [commit_1y] }
budget: { month: 50000, currency: USD }
`;

/** Two weeks from Monday, 6 January 2020: every 10 minutes, running up to 24 GPUs and what waits beside it. */
function telemetry(): string[] {
  const rows = ["queue,time,running_gpus,pending_gpus"];
  for (const queue of ["train", "eval"]) {
    const random = createRandom(11).child(queue);
    for (let i = 0; i < 14 * 144; i++) {
      const asked = Math.max(0, Math.round(14 + 8 * Math.sin((2 * Math.PI * i) / 144) + 3 * random.normal()));
      const time = new Date(Date.UTC(2020, 0, 6) + i * 600_000).toISOString();
      rows.push(`${queue},${time},${Math.min(24, asked)},${Math.max(0, asked - 24)}`);
    }
  }
  return rows;
}

const hashes = (dir: string) =>
  Object.fromEntries(
    readdirSync(dir).map((f) => [
      f,
      createHash("sha256")
        .update(readFileSync(join(dir, f)))
        .digest("hex"),
    ]),
  );
const planOf = (dir: string, month = "2020-01"): CapacityPlan =>
  JSON.parse(readFileSync(join(dir, `capacity_plan_${month}.json`), "utf8"));

async function query(sql: string): Promise<Record<string, string | number | bigint | null>[]> {
  const engine = await openDuckDb({ allowedDirectories: [folder, HELIOS] });
  try {
    return await engine.rows({ sql });
  } finally {
    await engine.close();
  }
}

beforeAll(() => {
  writeFileSync(at("telemetry.csv"), `${telemetry().join("\n")}\n`);
  writeFileSync(at("plan.yaml"), PLAN);
});

describe("fleetlens plan", () => {
  const out = at("out");

  it("writes exactly the files of the contract, all of them valid", async () => {
    const { code, stdout, stderr } = fleetlens(["plan", at("plan.yaml"), "--out", out, "--threads", "1"]);
    expect(stderr).not.toMatch(/^E_/m);
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(FILES);
    expect(stdout).toContain("Capacity plan 2020-01");
    const plan = planOf(out);
    expect(CapacityPlanSchema.safeParse(plan).error).toBeUndefined();
    expect(plan.createdFrom.inputs).toEqual([
      {
        name: "telemetry.csv",
        sha256: createHash("sha256")
          .update(readFileSync(at("telemetry.csv")))
          .digest("hex"),
        rows: 4032,
      },
    ]);
    const report = JSON.parse(readFileSync(join(out, "capacity_plan_2020-01.report.json"), "utf8"));
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    expect(readFileSync(join(out, "capacity_plan_2020-01.html"), "utf8")).toMatch(/^<!doctype html>/i);
    expect(JSON.parse(readFileSync(join(out, "capacity_plan_2020-01.ipynb"), "utf8")).nbformat).toBe(4);
    expect(readFileSync(join(out, "capacity_plan_2020-01.md"), "utf8")).toContain("Capacity plan 2020-01");
  });

  it("writes Parquet with the columns of the contract, in agreement with the plan", async () => {
    const columns = async (name: string) =>
      (await query(`DESCRIBE SELECT * FROM '${join(out, name)}'`)).map(
        (r) => `${r["column_name"]} ${r["column_type"]}`,
      );
    expect(await columns("demand_hourly.parquet")).toEqual([
      "queue VARCHAR",
      "time TIMESTAMP",
      "demand DOUBLE",
      "usage DOUBLE",
      "capacity DOUBLE",
      "censored BOOLEAN",
    ]);
    expect((await columns("forecast_hourly.parquet")).map((c) => c.split(" ")[0])).toEqual(
      "queue time mean median lo_80 hi_80 lo_95 hi_95 model scenario".split(" "),
    );
    expect((await columns("forecast_weekly.parquet")).map((c) => c.split(" ")[0])).toEqual(
      "queue week_start gpu_hours_mean median lo_80 hi_80 lo_95 hi_95 p_peak scenario".split(" "),
    );
    expect(await columns("pools.parquet")).toEqual([
      "pool VARCHAR",
      "week_start TIMESTAMP",
      "level DOUBLE",
      "nodes_needed INTEGER",
      "nodes_have INTEGER",
      "gpu_hours DOUBLE",
    ]);
    expect((await columns("showback.parquet")).map((c) => c.split(" ")[0])).toEqual([
      "team",
      "queue",
      "gpu_hours",
      "cost",
    ]);
    const [wave] = await query(
      `SELECT sum(gpu_hours_mean) FILTER (scenario = 'wave') - sum(gpu_hours_mean) FILTER (scenario = 'baseline') AS added
       FROM '${join(out, "forecast_weekly.parquet")}' WHERE queue = '_total'`,
    );
    expect(wave["added"]).toBeCloseTo(192, 9);
    const [used] = await query(
      `SELECT sum(gpu_hours) AS h FROM '${join(out, "showback.parquet")}' WHERE queue <> '_idle'`,
    );
    const [seen] = await query(`SELECT sum(running_gpus) / 6 AS h FROM '${at("telemetry.csv")}'`);
    expect(used["h"]).toBeCloseTo(Number(seen["h"]), 6);
  });

  it("writes the same bytes again, with two threads and --paths beside it", async () => {
    const again = at("again");
    const { code } = fleetlens(["plan", at("plan.yaml"), "--out", again, "--threads", "2", "--paths"]);
    expect(code).toBe(0);
    const { "paths.parquet": paths, ...rest } = hashes(again);
    expect(paths).toBeDefined();
    expect(rest).toEqual(hashes(out));
    const file = join(again, "paths.parquet");
    const [row] = await query(
      `SELECT count(*) AS n, count(DISTINCT path) AS paths, sum(demand) / count(DISTINCT path) AS mean FROM '${file}'`,
    );
    expect([row["n"], row["paths"]]).toEqual([BigInt(2 * 2000 * 168), 2000n]);
    expect(row["mean"]).toBeCloseTo(planOf(out).demand.at(-1)?.gpuHours.mean ?? 0, 6);
    expect((await query(`DESCRIBE SELECT * FROM '${file}'`)).map((r) => r["column_name"])).toEqual([
      "queue",
      "time",
      "path",
      "demand",
    ]);
  });

  it("plans from telemetry alone, tells what it took for what, and writes a plan file that works", () => {
    const zero = at("zero");
    const { code, stderr } = fleetlens(["plan", "--telemetry", at("telemetry.csv"), "--out", zero, "--to", "json"]);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'columns by their names: queue = "queue", time = "time", running = "running_gpus", pending = "pending_gpus"',
    );
    expect(
      readdirSync(zero)
        .filter((f) => !f.endsWith(".parquet"))
        .sort(),
    ).toEqual(["capacity_plan_2020-02.json", "capacity_plan_2020-02.report.json", "plan.yaml"]);
    expect(planOf(zero, "2020-02").absent[0].section).toBe("pools");
    const used = parsePlanFile(parse(readFileSync(join(zero, "plan.yaml"), "utf8")));
    expect(used.demand).toEqual({
      source: "telemetry",
      files: "../telemetry.csv",
      columns: { queue: "queue", time: "time", running: "running_gpus", pending: "pending_gpus" },
    });
    const rerun = fleetlens(["plan", join(zero, "plan.yaml"), "--out", at("zero2"), "--to", "json", "--json"]);
    expect(rerun.code).toBe(0);
    const said = JSON.parse(rerun.stdout);
    expect(said).toMatchObject({
      ok: true,
      command: "plan",
      summary: { month: "2020-02", queues: 2, horizon_hours: 672 },
    });
    expect(planOf(at("zero2"), "2020-02").weekly).toEqual(planOf(zero, "2020-02").weekly);
  });

  it("lets the command line name month, seed and formats", () => {
    const named = at("named");
    const { code } = fleetlens([
      "plan",
      at("plan.yaml"),
      "--out",
      named,
      "--month",
      "2031-05",
      "--seed",
      "9",
      "--to",
      "md",
    ]);
    expect(code).toBe(0);
    expect(readdirSync(named)).toContain("capacity_plan_2031-05.md");
    expect(readdirSync(named)).not.toContain("capacity_plan_2031-05.html");
  });
});

describe("fleetlens plan init", () => {
  it("prints a template that validates, and writes it once", () => {
    const { code, stdout } = fleetlens(["plan", "init"]);
    expect(code).toBe(0);
    expect(parsePlanFile(parse(stdout)).pools).toHaveLength(1);
    const file = at("init", "plan.yaml");
    expect(fleetlens(["plan", "init", "--out", file]).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(stdout);
    const second = fleetlens(["plan", "init", "--out", file]);
    expect(second.code).toBe(2);
    expect(second.stderr).toBe(`E_INPUT: "${file}" is already there; move it away or name another file\n`);
  });
});

describe("bad input", () => {
  const head = "queue,time,running_gpus,pending_gpus";
  const good = "train,2020-01-06T00:00:00Z,1,0";
  let number = 0;

  /** Runs a plan of these telemetry lines; nothing may be written. */
  function refused(lines: string[], plan = PLAN, flags: string[] = []): string {
    const dir = at(`bad${number++}`);
    mkdirSync(dir);
    writeFileSync(join(dir, "telemetry.csv"), lines.length ? `${lines.join("\n")}\n` : "");
    writeFileSync(join(dir, "gpus.csv"), "date,train,other\n2020-01-01,24,8\n");
    writeFileSync(join(dir, "plan.yaml"), plan);
    const { code, stderr } = fleetlens(["plan", join(dir, "plan.yaml"), "--out", join(dir, "out"), ...flags]);
    expect(code).toBe(2);
    expect(existsSync(join(dir, "out"))).toBe(false);
    return stderr.replaceAll(`${dir}/`, "").trim();
  }

  it.each<[string, string[], string]>([
    ["an empty file", [], "E_INPUT: telemetry.csv: the file is empty"],
    ["a file without rows", [head], "E_INPUT: telemetry.csv: the file has no rows"],
    [
      "a time that cannot be read",
      [head, good, "train,yesterday,1,0"],
      'E_INPUT: telemetry.csv row 2: column "time": got "yesterday", expected a time such as 2020-05-01T00:00:00Z',
    ],
    [
      "negative GPUs",
      [head, good, "train,2020-01-06T00:10:00Z,-4,0"],
      'E_INPUT: telemetry.csv row 2: column "running_gpus": got "-4", expected GPUs not below 0',
    ],
    [
      "conflicting rows",
      [head, good, "train,2020-01-06T00:00:00Z,2,0"],
      'E_INPUT: 1 (queue, time) pair with conflicting values; queue "train" at 2020-01-06T00:00:00Z: telemetry.csv row 1 (running_gpus=1, pending_gpus=0) and telemetry.csv row 2 (running_gpus=2, pending_gpus=0); keep one row of each',
    ],
    [
      "mixed time zones",
      [head, good, "train,2020-01-06T00:10:00,1,0"],
      'E_INPUT: column "time" mixes times with a zone, telemetry.csv row 1 (2020-01-06T00:00:00Z), and without one, telemetry.csv row 2 (2020-01-06T00:10:00); give every time an offset, or none (then UTC is meant)',
    ],
    [
      "no value at all",
      [head, "train,2020-01-06T00:00:00Z,,"],
      'E_INPUT: telemetry.csv: column "running_gpus" has no value in any row',
    ],
  ])("refuses %s", (_what, lines, message) => {
    expect(refused(lines)).toBe(message);
  });

  it("refuses a missing queue column, named or inferred", () => {
    const lines = ["cluster,time,running_gpus,pending_gpus", good];
    expect(refused(lines)).toMatch(/^E_INPUT: telemetry\.csv: no column "queue"/);
    const inferred = PLAN.replace(/ {2}columns: .*\n/, "");
    expect(refused(lines, inferred)).toBe(
      'E_INPUT: telemetry.csv: no queue column (looked for queue, vc, partition or namespace); name it in plan.yaml under demand.columns.queue (columns: "cluster", "time", "running_gpus", "pending_gpus")',
    );
  });

  it("refuses observations after --as-of", () => {
    expect(refused([head, good], PLAN, ["--as-of", "2020-01-05T00:00:00Z"])).toBe(
      'E_INPUT: telemetry.csv row 1: column "time": got "2020-01-06T00:00:00Z", expected a time not after --as-of 2020-01-05T00:00:00Z',
    );
    expect(refused([head, good], PLAN, ["--as-of", "soon"])).toBe(
      'E_INPUT: --as-of is not an ISO 8601 instant: "soon"',
    );
  });

  it("refuses a queue that no pool takes and a scenario of an unknown queue", () => {
    const hour = ["train", "eval"].flatMap((queue) =>
      [0, 1, 2, 3, 4, 5].map((m) => `${queue},2020-01-06T00:${m}0:00Z,1,0`),
    );
    const lines = [head, ...hour];
    const unmapped = PLAN.replace(/ {2}- \{ queue: "\*".*\n/, "");
    expect(refused(lines, unmapped)).toBe(
      'E_INPUT: no pool takes queue "eval": add { queue: eval, pools: [a100] } or { queue: "*", pools: [a100] } to mapping',
    );
    expect(refused(lines, PLAN.replace("hpo_wave, queue: train", "hpo_wave, queue: trian"))).toBe(
      'E_INPUT: scenario "wave" overlay 1 (hpo_wave): unknown queue "trian"; there are: eval, train',
    );
  });

  it("names line and column of broken YAML, and unknown keys", () => {
    expect(refused([head, good], "version: 1\npools: [\n")).toMatch(/^E_INPUT: plan\.yaml line \d+, column \d+: /);
    expect(refused([head, good], PLAN.replace("month:", "mouth:"))).toBe(
      'E_INPUT: plan.yaml: unknown key "mouth"; the nearest known key is "month"',
    );
    expect(refused([head, good], "")).toBe("E_INPUT: plan.yaml: the file is empty");
    expect(refused([head, good], "version: 1\n")).toBe(
      "E_INPUT: plan.yaml: demand is missing: name its files (demand: { source: telemetry, files: … }) or pass --telemetry FILES, or --jobs FILES",
    );
  });

  it("needs an output folder, and a plan file or telemetry", () => {
    expect(fleetlens(["plan", at("plan.yaml")])).toMatchObject({
      code: 2,
      stderr: "E_USAGE: name the folder for the plan: --out DIR\n",
    });
    expect(fleetlens(["plan", "--out", at("none")])).toMatchObject({
      code: 2,
      stderr: "E_USAGE: name a plan file, or telemetry: fleetlens plan --telemetry FILES --out DIR\n",
    });
    expect(fleetlens(["plan", at("nowhere.yaml"), "--out", at("none")]).stderr).toBe(
      `E_INPUT: cannot read plan file "${at("nowhere.yaml")}": no such file\n`,
    );
    expect(fleetlens(["plan", at("plan.yaml"), "--out", at("none"), "--to", "pdf"]).stderr).toContain(
      'expected some of md,html,json,ipynb, got "pdf"',
    );
    expect(existsSync(at("none"))).toBe(false);
  });

  it("goes on with a warning for exact duplicates, unknown capacity queues, idle pools and missing prices", () => {
    const dir = at("warned");
    mkdirSync(dir);
    const rows = telemetry();
    writeFileSync(join(dir, "telemetry.csv"), `${[...rows, rows[1], rows[2]].join("\n")}\n`);
    writeFileSync(join(dir, "gpus.csv"), "date,train,other\n2020-01-01,24,8\n");
    const idle = PLAN.replace("mapping:", "  - { name: spare, nodes: 3, gpus_per_node: 8 }\nmapping:");
    writeFileSync(join(dir, "plan.yaml"), `${idle}capacity: { files: gpus.csv }\n`);
    const { code, stderr } = fleetlens(["plan", join(dir, "plan.yaml"), "--out", join(dir, "out"), "--to", "json"]);
    expect(code).toBe(0);
    for (const message of [
      "2 exact duplicate rows dropped",
      "capacity names 1 queue that the demand does not hold: other; left out",
      'no queue maps to pool "spare": its 3 nodes stay idle in this plan; name it in mapping',
      'pool "spare" has no price: its costs and purchases are left out; add price: { on_demand: …, unit: node_hour, currency: USD }',
    ]) {
      expect(stderr).toContain(`warning: ${message}\n`);
    }
    expect(planOf(join(dir, "out")).quality.duplicatesDropped).toBe(2);
  });
});

describe.skipIf(!existsSync(HELIOS))("the Helios plan (skipped without shared data)", () => {
  const out = at("helios");

  it("runs whole: the wave adds 6,144 GPU-hours, showback equals the telemetry, levels are ordered", async () => {
    const { code, stderr } = fleetlens(["plan", join(HELIOS, "plan.yaml"), "--out", out, "--to", "json,md"]);
    expect(stderr).not.toMatch(/^E_/m);
    expect(code).toBe(0);
    const plan = planOf(out, "2020-06");
    expect(plan.scenarios.find(({ name }) => name === "hpo-wave")?.difference).toMatchObject({
      mean: 6144,
      lo_95: 6144,
      hi_95: 6144,
    });
    expect(plan.scenarios.find(({ name }) => name === "retrain-on-drift")?.difference.mean).toBe(768);
    const [used] = await query(
      `SELECT sum(gpu_hours) AS h FROM '${join(out, "showback.parquet")}' WHERE queue <> '_idle'`,
    );
    const [seen] = await query(
      `SELECT sum(running_gpu_num) / 60 AS h FROM '${join(HELIOS, "earth_vc_minutely_2020-05.parquet")}'`,
    );
    expect(used["h"]).toBeCloseTo(Number(seen["h"]), 4);
    const [fewer] = await query(
      `SELECT count(*) AS n FROM (SELECT nodes_needed - lag(nodes_needed) OVER (PARTITION BY pool, week_start ORDER BY level) AS d
       FROM '${join(out, "pools.parquet")}') WHERE d < 0`,
    );
    expect(fewer["n"]).toBe(0n);
    const peaks = await query(
      `SELECT sum(p_peak) AS p FROM '${join(out, "forecast_weekly.parquet")}' GROUP BY queue, scenario`,
    );
    expect(peaks).toHaveLength(17 * 4);
    for (const { p } of peaks) expect(p).toBeCloseTo(1, 12);
  });
});
