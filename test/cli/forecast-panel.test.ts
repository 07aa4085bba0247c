import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { openDuckDb } from "../../src/engine/duckdb.js";
import { DemandSchema } from "../../src/forecast/index.js";
import { batchSizes } from "../../src/ingest/index.js";
import { fleetlens } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "fleetlens-panel-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Row = Record<string, string | number | bigint | null>;

async function query(sql: string): Promise<Row[]> {
  const engine = await openDuckDb({ allowedDirectories: [folder] });
  try {
    return (await engine.rows({ sql })) as Row[];
  } finally {
    await engine.close();
  }
}

const digest = (name: string): string =>
  createHash("sha256")
    .update(readFileSync(at(name)))
    .digest("hex");
const left = (): string[] => readdirSync(folder).filter((name) => name.includes(".tmp"));

const SERIES = 420;
const DAYS = 60;
const HORIZON = 120;
/** Rows of many series, all mixed; ids of every kind of order. */
const ROWS = `SELECT 's' || i AS id, TIMESTAMP '2026-01-01' + INTERVAL 1 DAY * t::INTEGER AS time,
    10 + i % 17 + 3 * ((t + i) % 7) + hash(i * 1000 + t) % 5 AS value
  FROM range(${SERIES}) r(i), range(${DAYS}) q(t) ORDER BY hash(i * 77 + t)`;
const names = ["--id", "id", "--time", "time", "--value", "value"];
const panel = (input: string, out: string, ...extra: string[]) =>
  fleetlens(
    ["forecast", at(input), ...names, "--horizon", String(HORIZON), "--model", "seasonal_naive"].concat(
      ["--out", at(out)],
      extra,
    ),
  );

describe("a panel of several batches", () => {
  beforeAll(async () => {
    mkdirSync(at("parts"));
    const copy = (name: string, where = "") =>
      query(`COPY (FROM (${ROWS}) ${where}) TO '${at(name)}' (FORMAT ${name.split(".")[1]}, USE_TMP_FILE false)`);
    await copy("one.parquet");
    await copy("one.csv");
    for (const part of [0, 1, 2]) await copy(`parts/${part}.parquet`, `WHERE hash(id) % 3 = ${part}`);
  });

  it("is what these tests are about", () => {
    expect(batchSizes(new Array(SERIES).fill(DAYS), HORIZON).length).toBeGreaterThanOrEqual(2);
  });

  it("gives the same bytes for any threads and any partition, in every format, sorted and complete", async () => {
    for (const format of ["parquet", "csv", "json"]) {
      const out = (name: string) => `${name}.out.${format}`;
      for (const threads of ["1", "2", "4"]) {
        expect(panel("one.parquet", out(threads), "--threads", threads, "--meta"), threads).toMatchObject({ code: 0 });
        expect(digest(out(threads)), `${format}, ${threads} threads`).toBe(digest(out("1")));
        expect(digest(`${threads}.out.meta.json`)).toBe(digest("1.out.meta.json"));
      }
      if (format === "json") continue;
      for (const input of ["parts", "one.csv"]) {
        expect(panel(input, out("other"))).toMatchObject({ code: 0 });
        expect(digest(out("other")), `${format} from ${input}`).toBe(digest(out("1")));
      }
    }
    const [shape] = await query(
      `SELECT count(*)::INTEGER AS rows, count(DISTINCT id)::INTEGER AS ids, count_if(lo_95 <= mean AND mean <= hi_95)::INTEGER AS nested,
         list(id || '/' || lpad(step::VARCHAR, 3, '0')) = list_sort(list(id || '/' || lpad(step::VARCHAR, 3, '0'))) AS sorted
       FROM '${at("1.out.parquet")}'`,
    );
    const rows = SERIES * HORIZON;
    expect(shape).toEqual({ rows: BigInt(rows), ids: BigInt(SERIES), nested: BigInt(rows), sorted: 1n });
    const meta = JSON.parse(readFileSync(at("1.out.meta.json"), "utf8"));
    expect(meta.series.map(({ id }: { id: string }) => id)).toEqual(
      Array.from({ length: SERIES }, (_, i) => `s${i}`).sort(),
    );
  });

  it("refuses a time that an id has twice in the last batch: exit 2 naming the rows, nothing left", async () => {
    await query(
      `COPY (FROM (${ROWS}) UNION ALL SELECT 's99', TIMESTAMP '2026-02-01', 1) TO '${at("twice.parquet")}' (FORMAT parquet, USE_TMP_FILE false)`,
    );
    for (const out of ["twice.out.csv", "twice.out.parquet"]) {
      const { code, stderr } = panel("twice.parquet", out, "--threads", "2", "--meta");
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^E_INPUT: .*twice\.parquet row \d+ and .*: id "s99" has time 2026-02-01T00:00:00Z twice[^\n]*\n$/,
      );
      expect(existsSync(at(out))).toBe(false);
    }
    expect(existsSync(at("twice.out.meta.json"))).toBe(false);
    expect(left()).toEqual([]);
  });

  it.each(["1", "2"])("leaves nothing after Ctrl-C, with %s threads", async (threads) => {
    const out = at(`never-${threads}.csv`);
    const args = ["forecast", at("one.parquet"), ...names, "--horizon", String(HORIZON), "--meta", "--out", out];
    const scratch = mkdtempSync(join(folder, "scratch-"));
    const child = spawn(process.execPath, ["dist/src/cli/main.js", ...args, "--threads", threads], {
      cwd: resolve(import.meta.dirname, "../.."),
      env: { ...process.env, TMPDIR: scratch },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    const ended = new Promise<number | null>((done) => child.on("close", done));
    // Once the output is begun, forecasts are being made.
    while (left().length === 0 && child.exitCode === null) await new Promise((next) => setTimeout(next, 20));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(stderr).toBe("interrupted; nothing was written\n");
    expect([existsSync(out), left(), readdirSync(scratch)]).toEqual([false, [], []]);
  });

  it("writes the paths of every series, and refuses more than a disk holds, naming the size", async () => {
    const some = ["--horizon", "3", "--seed", "5"];
    expect(panel("one.parquet", "p.csv", "--paths", at("paths.parquet"), ...some)).toMatchObject({ code: 0 });
    const [count] = await query(
      `SELECT count(*)::INTEGER AS n, count(value)::INTEGER AS v FROM '${at("paths.parquet")}'`,
    );
    expect(count).toEqual({ n: BigInt(SERIES * 3000), v: BigInt(SERIES * 3000) });
    const huge = panel("one.parquet", "huge.csv", "--paths", at("huge.parquet"), "--horizon", "1000");
    expect(huge.code).toBe(2);
    expect(huge.stderr).toContain("--paths would write 420000000 values (420 series × 1000 paths × 1000 steps)");
    expect(existsSync(at("huge.csv"))).toBe(false);
  });
});

const QUEUES = [
  ["train", "eu", "a100", 40],
  ["eval", "eu", "a100", 12],
  ["Web", "eu", "h100", 8],
  ["idle", "us", "a100", 0],
  ["007", "us", "a100", 5],
] as const;
const HOURS = 24 * 20;
const START = Date.UTC(2026, 2, 12);

/** Telemetry-like rows; `place` may move a queue. */
function table(name: string, place = (_queue: string, pool: string, _hour: number) => pool): string {
  const random = createRandom(3);
  const lines = QUEUES.flatMap(([queue, region, pool, level]) =>
    Array.from({ length: HOURS }, (_, h) => {
      const value = Math.max(
        0,
        level * (1 + 0.4 * Math.sin((2 * Math.PI * h) / 24)) + (level > 0 ? random.normal() : 0),
      );
      return `${queue},${region},${place(queue, pool, h)},${new Date(START + h * 3_600_000).toISOString()},${value}`;
    }),
  );
  writeFileSync(at(name), `queue,region,pool,time,gpus\n${lines.join("\n")}\n`);
  return at(name);
}

describe("--hierarchy", () => {
  const input = table("tree.csv");
  const columns = ["--time", "time", "--value", "gpus", "--hierarchy", "region,pool,queue"];
  const tree = (out: string, ...extra: string[]) =>
    fleetlens(
      ["forecast", input, "--id", "queue", ...columns, "--horizon", "24", "--season", "24"].concat(
        ["--out", at(out)],
        extra,
      ),
    );
  const NODES: Record<string, string[]> = {
    _total: ["007", "Web", "eval", "idle", "train"],
    eu: ["Web", "eval", "train"],
    "eu/a100": ["eval", "train"],
    "eu/h100": ["Web"],
    us: ["007", "idle"],
    "us/a100": ["007", "idle"],
  };
  const ORDER = ["007", "Web", "_total", "eu", "eu/a100", "eu/h100", "eval", "idle", "train", "us", "us/a100"];

  it.each(["bu", "td", "mint"])(
    "%s: rows of every sum, sorted by id, that add up to 1e-9 and are not negative",
    (method) => {
      for (const threads of ["1", "2"]) {
        expect(tree(`${method}${threads}.json`, "--reconcile", method, "--threads", threads)).toMatchObject({
          code: 0,
        });
      }
      expect(digest(`${method}2.json`)).toBe(digest(`${method}1.json`));
      const rows: Record<string, number & string>[] = JSON.parse(readFileSync(at(`${method}1.json`), "utf8"));
      expect(rows.map((r) => r["id"]).filter((_, i) => i % 24 === 0)).toEqual(ORDER);
      const mean = (id: string, step: number): number => rows[24 * ORDER.indexOf(id) + step]["mean"];
      for (const [node, leaves] of Object.entries(NODES)) {
        for (let step = 0; step < 24; step++) {
          const total = leaves.reduce((sum, id) => sum + mean(id, step), 0);
          expect(Math.abs(mean(node, step) - total)).toBeLessThan(1e-9);
        }
      }
      for (const row of rows) {
        const bounds = [0, ...["lo_95", "lo_80", "mean", "hi_80", "hi_95"].map((name) => row[name])];
        expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
      }
      expect(rows[24 * ORDER.indexOf("eu")]["model"]).toBe(method);
    },
  );

  it("bottom-up leaves the series as they are without it, and writes the paths of sums too", async () => {
    expect(tree("bu.json", "--paths", at("tree-paths.parquet"), "--meta")).toMatchObject({ code: 0 });
    expect(digest("bu.json")).toBe(digest("bu1.json"));
    const args = ["forecast", input, "--id", "queue", ...columns.slice(0, 4), "--horizon", "24", "--season", "24"];
    expect(fleetlens([...args, "--out", at("flat.json")])).toMatchObject({ code: 0 });
    const read = (name: string): Record<string, unknown>[] => JSON.parse(readFileSync(at(name), "utf8"));
    expect(read("bu.json").filter((row) => !Object.hasOwn(NODES, String(row["id"])))).toEqual(read("flat.json"));
    const [worst] = await query(
      `SELECT max(abs(total - parts)) AS gap FROM (SELECT path, step, sum(value) FILTER (id = '_total') AS total,
         sum(value) FILTER (id IN ('train', 'eval', 'Web', 'idle', '007')) AS parts FROM '${at("tree-paths.parquet")}' GROUP BY ALL)`,
    );
    expect(Number(worst["gap"])).toBeLessThan(1e-9);
    const meta = JSON.parse(readFileSync(at("bu.meta.json"), "utf8"));
    expect(meta.createdFrom.options).toMatchObject({ hierarchy: ["region", "pool", "queue"], reconcile: "bu" });
    expect(meta.series.map(({ id }: { id: string }) => id)).toEqual(ORDER);
  });

  it("goes with demand: weeks and peaks of every sum", () => {
    for (const method of ["bu", "mint"]) {
      const args = ["demand", input, "--queue", "queue", ...columns, "--weeks", "1", "--season", "24"];
      expect(fleetlens([...args, "--reconcile", method, "--out", at("d.json")])).toMatchObject({ code: 0 });
      const { weeks, createdFrom } = DemandSchema.parse(JSON.parse(readFileSync(at("d.json"), "utf8")));
      expect(createdFrom.options["hierarchy"]).toEqual(["region", "pool", "queue"]);
      const mean = (id: string) => Number(weeks.find(({ queue }) => queue === id)?.mean);
      for (const [node, leaves] of Object.entries(NODES)) {
        expect(Math.abs(mean(node) - leaves.reduce((sum, id) => sum + mean(id), 0))).toBeLessThan(1e-6);
      }
      expect(weeks.at(-1)?.queue).toBe("_total");
    }
  });

  it("refuses what cannot be meant with exit 2 and one line", () => {
    const moved = table("moved.csv", (queue, pool, h) => (queue === "eval" && h > 9 ? "h100" : pool));
    const blank = table("blank.csv", (queue, pool, h) => (queue === "eval" && h === 3 ? "" : pool));
    const slash = table("slash.csv", (_queue, pool) => `x/${pool}`);
    const clash = table("clash.csv");
    writeFileSync(clash, `${readFileSync(clash, "utf8")}eu,us,a100,2026-03-12T00:00:00Z,1\n`);
    const early = table("early.csv");
    writeFileSync(early, `${readFileSync(early, "utf8")}gone,us,a100,2026-03-12T00:00:00Z,1\n`);
    const run = (file: string, ...extra: string[]) =>
      fleetlens(
        ["forecast", file, "--id", "queue", ...columns, "--horizon", "4", "--freq", "h", "--model", "naive"].concat(
          ["--out", at("refused.csv")],
          extra,
        ),
      );
    const bad: [{ code: number | null; stderr: string }, RegExp][] = [
      [run(moved), /"eval" lies both in "eu\/a100" and in "eu\/h100"/],
      [run(blank), /blank\.csv row \d+: column "pool": got an empty cell, expected a name/],
      [run(slash), /level name "x\/a100" of "[^"]+" holds "\/"/],
      [run(clash), /"eu" names both a series and a sum/],
      [run(early), /series that end with the same step; "gone" and "007" do not/],
      [run(early, "--reconcile", "td"), /series that end with the same step; "gone" and "007" do not/],
      [run(input, "--hierarchy", "region,pool"), /--hierarchy must end with the column of the ids, "queue"/],
      [run(input, "--hierarchy", "area,queue"), /no column "area"/],
      [run(input, "--hierarchy", "region,,queue"), /--hierarchy/],
      [
        run(input, "--reconcile", "td", "--horizon", "9000"),
        /--reconcile td holds the paths of all 11 series and sums in memory, 1\.6 GB/,
      ],
      [run(input, "--reconcile", "ols"), /--reconcile/],
    ];
    for (const [{ code, stderr }, message] of bad) {
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
      expect(stderr).toMatch(/^E_[A-Z_]+: [^\n]+\n$/);
    }
    const alone = fleetlens(
      ["forecast", input, "--id", "queue", ...columns.slice(0, 4), "--horizon", "4"].concat([
        "--reconcile",
        "td",
        "--out",
        at("x.csv"),
      ]),
    );
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining("--reconcile td needs --hierarchy") });
    expect([existsSync(at("refused.csv")), left()]).toEqual([false, []]);
  });
});

describe("--tz", () => {
  // Berlin's clocks go forward on 29 March 2026 at 01:00 UTC, 24 hours after the history ends.
  const random = createRandom(6);
  const end = Date.UTC(2026, 2, 28, 1);
  const offset = (ms: number): number => (ms >= Date.UTC(2026, 2, 29, 1) ? 2 : 1);
  const busy = (ms: number): number => {
    const hour = (ms / 3_600_000 + offset(ms)) % 24;
    return (hour >= 8 && hour < 18 ? 50 : 10) + 0.5 * random.normal();
  };
  const lines = Array.from({ length: 24 * 30 }, (_, i) => {
    const ms = end - (24 * 30 - 1 - i) * 3_600_000;
    return `q,${new Date(ms).toISOString()},${busy(ms)}`;
  });
  writeFileSync(at("local.csv"), `queue,time,gpus\n${lines.join("\n")}\n`);
  const run = (out: string, ...extra: string[]) =>
    fleetlens(
      ["forecast", at("local.csv"), "--id", "queue", "--time", "time", "--value", "gpus", "--horizon", "72"].concat(
        ["--out", at(out)],
        extra,
      ),
    );

  it("keeps the day at its local hours through a change of the clocks; output stays in UTC", () => {
    expect(run("utc.json")).toMatchObject({ code: 0 });
    expect(run("berlin.json", "--tz", "Europe/Berlin", "--meta", "--paths", at("berlin.csv"))).toMatchObject({
      code: 0,
    });
    const read = (name: string): { time: string; mean: number }[] => JSON.parse(readFileSync(at(name), "utf8"));
    expect(read("berlin.json").map(({ time }) => time)).toEqual(read("utc.json").map(({ time }) => time));
    const error = (name: string) =>
      read(name)
        .slice(27)
        .reduce((sum, { time, mean }) => sum + Math.abs(mean - busy(Date.parse(time))) / 45, 0);
    expect(error("berlin.json")).toBeLessThan(2);
    expect(error("utc.json")).toBeGreaterThan(1.5 * error("berlin.json"));
    expect(JSON.parse(readFileSync(at("berlin.meta.json"), "utf8")).createdFrom.options.tz).toBe("Europe/Berlin");
    expect(readFileSync(at("berlin.csv"), "utf8").split("\r\n").length).toBe(72_002);
  });

  it("goes with demand, and refuses a zone that is none and integer steps", () => {
    const demand = (...extra: string[]) =>
      fleetlens(
        ["demand", at("local.csv"), "--queue", "queue", "--time", "time", "--value", "gpus", "--weeks", "1"].concat(
          ["--out", at("zone.json")],
          extra,
        ),
      );
    for (const method of ["bu", "mint"])
      expect(demand("--tz", "Europe/Berlin", "--reconcile", method)).toMatchObject({ code: 0 });
    const { weeks, createdFrom } = DemandSchema.parse(JSON.parse(readFileSync(at("zone.json"), "utf8")));
    expect(createdFrom.options["tz"]).toBe("Europe/Berlin");
    expect(Math.abs(weeks[0].mean / (70 * 50 + 98 * 10) - 1)).toBeLessThan(0.05);
    expect(run("x.json", "--tz", "Europe/Bonn")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Europe/Bonn"),
    });
    expect(demand("--tz", "Europe/Bonn").code).toBe(2);
    writeFileSync(at("steps.csv"), "queue,time,gpus\nq,1,1\nq,2,2\nq,3,1\n");
    const steps = ["forecast", at("steps.csv"), "--id", "queue", "--time", "time", "--value", "gpus", "--horizon", "1"];
    const refused = fleetlens([...steps, "--tz", "Europe/Berlin", "--out", at("x.csv")]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("integer steps") });
  });
});
