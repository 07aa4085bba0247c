import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { openDuckDb } from "../../src/engine/duckdb.js";
import { DemandSchema, type DemandWeek } from "../../src/forecast/index.js";
import { fleetlens } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "fleetlens-forecast-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Row = Record<string, string | number | bigint | boolean | null>;

async function query(sql: string): Promise<Row[]> {
  const engine = await openDuckDb({ allowedDirectories: [folder] });
  try {
    return (await engine.rows({ sql })) as Row[];
  } finally {
    await engine.close();
  }
}

function write(name: string, lines: readonly string[]): string {
  writeFileSync(at(name), `${lines.join("\n")}\n`);
  return at(name);
}

const digest = (name: string): string =>
  createHash("sha256")
    .update(readFileSync(at(name)))
    .digest("hex");
const jsonRows = (name: string): Row[] => JSON.parse(readFileSync(at(name), "utf8"));

/** Value of an hour: a day, some noise, never negative. */
function hourly(id: string, n: number): number[] {
  const random = createRandom(17).child(id);
  return Array.from({ length: n }, (_, t) => Math.max(0, 30 + 9 * Math.sin((2 * Math.PI * t) / 24) + random.normal()));
}

const START = Date.UTC(2020, 4, 1);
const iso = (hour: number): string => new Date(START + hour * 3_600_000).toISOString();
const IDS = ["b", "1", "007", "ä", "a,b"];
const cell = (id: string): string => (id.includes(",") ? `"${id}"` : id);
const LENGTHS: Record<string, number> = { b: 120, "1": 130, "007": 100, ä: 120, "a,b": 4 };

// Rows of all series mixed, latest first: order must not matter.
const STAMPED = write("stamped.csv", [
  "queue,when,gpus",
  ...IDS.flatMap((id) => hourly(id, LENGTHS[id]).map((v, t) => `${cell(id)},${iso(t)},${v}`)).reverse(),
]);
const STEPS = write("steps.csv", [
  "queue,when,gpus",
  ...IDS.flatMap((id) => hourly(id, LENGTHS[id]).map((v, t) => `${cell(id)},${t + 5},${v}`)),
]);

const names = ["--id", "queue", "--time", "when", "--value", "gpus"];
const run = (input: string, out: string, ...extra: string[]) =>
  fleetlens(["forecast", input, ...names, "--horizon", "6", "--season", "24", "--out", at(out), ...extra]);

describe("fleetlens forecast", () => {
  it("writes exactly the columns of the contract, sorted, N rows an id, without nulls", async () => {
    const { code, stdout, stderr } = run(STAMPED, "f.parquet");
    expect([code, stdout]).toEqual([0, `5 series × 6 steps written to ${at("f.parquet")}\n`]);
    expect(stderr).toContain('series "a,b": ');
    const columns = await query(`DESCRIBE FROM '${at("f.parquet")}'`);
    expect(columns.map((c) => `${c["column_name"]} ${c["column_type"]}`)).toEqual([
      "id VARCHAR",
      "step INTEGER",
      "time TIMESTAMP",
      "mean DOUBLE",
      "lo_80 DOUBLE",
      "hi_80 DOUBLE",
      "lo_95 DOUBLE",
      "hi_95 DOUBLE",
      "model VARCHAR",
    ]);
    const rows = await query(`SELECT *, epoch_ms(time)::DOUBLE AS ms FROM '${at("f.parquet")}'`);
    expect(rows.map((r) => `${r["id"]} ${r["step"]}`)).toEqual(
      ["007", "1", "a,b", "b", "ä"].flatMap((id) => [1, 2, 3, 4, 5, 6].map((step) => `${id} ${step}`)),
    );
    for (const r of rows) {
      expect(Object.values(r)).not.toContain(null);
      const bounds = ["lo_95", "lo_80", "mean", "hi_80", "hi_95"].map((name) => Number(r[name]));
      expect(bounds).toEqual(bounds.toSorted((x, y) => x - y));
      expect(bounds[0]).toBeGreaterThanOrEqual(0);
      expect(r["ms"]).toBe(START + (LENGTHS[String(r["id"])] - 1 + Number(r["step"])) * 3_600_000);
    }
    expect(new Set(rows.filter((r) => r["id"] === "a,b").map((r) => r["model"]))).toEqual(new Set(["naive"]));
  });

  it("gives the same numbers as CSV and JSON, and the same bytes for any threads and a second run", async () => {
    for (const [out, ...extra] of [
      ["f.csv"],
      ["f.json"],
      ["again.parquet"],
      ["two.parquet", "--threads", "2"],
    ] as const) {
      expect(run(STAMPED, out, ...extra).code).toBe(0);
    }
    expect(digest("again.parquet")).toBe(digest("f.parquet"));
    expect(digest("two.parquet")).toBe(digest("f.parquet"));
    const header = "id,step,time,mean,lo_80,hi_80,lo_95,hi_95,model";
    expect(readFileSync(at("f.csv"), "utf8").split("\r\n")[0]).toBe(header);
    const rows = jsonRows("f.json");
    expect(Object.keys(rows[0]).join()).toBe(header);
    expect(rows[0]).toMatchObject({ id: "007", step: 1, time: "2020-05-05T04:00:00Z" });
    const values = await query(`SELECT id, step::DOUBLE AS step, mean, hi_95 FROM '${at("f.parquet")}'`);
    expect(rows.map(({ id, step, mean, hi_95 }) => ({ id, step, mean, hi_95 }))).toEqual(values);
    const text = readFileSync(at("f.csv"), "utf8").split("\r\n");
    expect(text.length).toBe(32);
    expect(text[1].startsWith(`007,1,2020-05-05T04:00:00Z,${values[0]["mean"]},`)).toBe(true);
    expect(text[13].startsWith('"a,b",1,')).toBe(true);
  });

  it("goes on in integer steps, with the levels, quantiles and models asked for", async () => {
    const extra = ["--level", "50,99.5", "--quantiles", "0.9,0.1", "--model", "naive,seasonal_naive", "--freq", "int"];
    expect(run(STEPS, "i.parquet", ...extra)).toMatchObject({ code: 0 });
    const columns = await query(`DESCRIBE FROM '${at("i.parquet")}'`);
    expect(columns.map((c) => c["column_name"]).join()).toBe(
      "id,step,time,mean,lo_50,hi_50,lo_99.5,hi_99.5,model,q_0.9,q_0.1",
    );
    expect(columns[2]["column_type"]).toBe("BIGINT");
    const rows = await query(`SELECT *, time::DOUBLE AS t FROM '${at("i.parquet")}' WHERE id = '1'`);
    expect(rows.map((r) => r["t"])).toEqual([135, 136, 137, 138, 139, 140]);
    const y = hourly("1", 130);
    expect(rows[0]["model"]).toBe("naive+seasonal_naive");
    const ends = [y[129], y[106]].sort((a, b) => a - b);
    expect(rows[0]["mean"]).toBeGreaterThan(ends[0]);
    expect(rows[0]["mean"]).toBeLessThan(ends[1]);
    expect(Number(rows[0]["q_0.1"])).toBeLessThan(Number(rows[0]["mean"]));
    expect(Number(rows[0]["q_0.9"])).toBeGreaterThan(Number(rows[0]["mean"]));
  });

  it("reads .csv.gz, JSON lines, Parquet and a folder of partitions the same", async () => {
    writeFileSync(at("g.csv.gz"), gzipSync(readFileSync(STAMPED)));
    const lines = IDS.flatMap((id) =>
      hourly(id, LENGTHS[id]).map((gpus, t) => JSON.stringify({ queue: id, when: iso(t), gpus })),
    );
    write("g.jsonl", lines);
    mkdirSync(at("parts"));
    const all = `SELECT queue, "when"::TIMESTAMP AS "when", gpus FROM read_csv('${STAMPED}', types = {'queue': 'VARCHAR'})`;
    await query(`COPY (${all} WHERE queue < 'b') TO '${at("parts/1.parquet")}' (FORMAT parquet, USE_TMP_FILE false)`);
    await query(`COPY (${all} WHERE queue >= 'b') TO '${at("parts/2.parquet")}' (FORMAT parquet, USE_TMP_FILE false)`);
    for (const input of ["g.csv.gz", "g.jsonl", "parts", "parts/*.parquet"]) {
      expect(run(at(input), "g.parquet")).toMatchObject({ code: 0 });
      expect(digest("g.parquet"), input).toBe(digest("f.parquet"));
    }
  });

  it("writes joint paths and the metadata on request, the same for any threads", async () => {
    for (const threads of ["1", "2"]) {
      const out = [`p${threads}.parquet`, "--paths", at(`paths${threads}.parquet`), "--meta", "--threads", threads];
      expect(run(STEPS, out[0], ...out.slice(1), "--seed", "9")).toMatchObject({ code: 0 });
    }
    expect(digest("paths2.parquet")).toBe(digest("paths1.parquet"));
    expect(digest("p2.meta.json")).toBe(digest("p1.meta.json"));
    const [{ columns }] = await query(
      `SELECT string_agg(column_name, ',') AS columns FROM (DESCRIBE FROM '${at("paths1.parquet")}')`,
    );
    expect(columns).toBe("id,path,step,time,value");
    const counts = await query(
      `SELECT id, count(*)::DOUBLE AS n, count(DISTINCT path)::DOUBLE AS paths, count(value)::DOUBLE AS filled,
         median(value) AS middle FROM '${at("paths1.parquet")}' WHERE step = 1 GROUP BY id ORDER BY id`,
    );
    expect(counts.map(({ n, paths, filled }) => [n, paths, filled])).toEqual(new Array(5).fill([1000, 1000, 1000]));
    const means = await query(`SELECT mean FROM '${at("p1.parquet")}' WHERE step = 1 ORDER BY id`);
    means.forEach(({ mean }, i) => {
      expect(counts[i]["middle"]).toBeCloseTo(Number(mean), 3);
    });
    const meta = JSON.parse(readFileSync(at("p1.meta.json"), "utf8"));
    expect(meta).toMatchObject({ schema: "fleetlens.forecast-meta/1", neural: "off", createdFrom: { seed: 9 } });
    expect(meta.createdFrom.inputs[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(meta.series.map(({ id }: { id: string }) => id)).toEqual(["007", "1", "a,b", "b", "ä"]);
    const { weights } = meta.series[0];
    expect(Object.keys(weights).length).toBeGreaterThan(5);
    expect(Object.values<number>(weights).reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
  });

  it("makes intervals by the method asked for, and writes down what decided the result", () => {
    const uppers = ["pooled", "asymmetric", "adaptive", "enbpi"].map((method) => {
      expect(run(STAMPED, "m.json", "--intervals", method, "--meta", "--max-gap", "2d")).toMatchObject({ code: 0 });
      const { options } = JSON.parse(readFileSync(at("m.meta.json"), "utf8")).createdFrom;
      expect(options).toMatchObject({ id: "queue", time: "when", value: "gpus", freq: "h", horizon: 6, season: [24] });
      expect(options).toMatchObject({ intervals: method, max_gap: 48, models: "auto", levels: [80, 95] });
      return jsonRows("m.json")[0]["hi_95"];
    });
    expect(new Set(uppers).size).toBe(4);
    expect(run(STAMPED, "x.json", "--intervals", "gaussian")).toMatchObject({ code: 2 });
  });

  it("reads --max-gap as steps or a duration, also of numbered hours", () => {
    expect(run(STEPS, "x.json", "--freq", "h", "--max-gap", "6h")).toMatchObject({ code: 0 });
    const wanted = "--max-gap -3: expected a whole number of steps, or a duration such as 6h";
    expect(run(STAMPED, "x.json", "--max-gap", "-3")).toMatchObject({ code: 2, stderr: `E_INPUT: ${wanted}\n` });
    const numbered = run(STEPS, "x.json", "--max-gap", "6h");
    expect(numbered.stderr).toBe("E_INPUT: --max-gap 6h: expected a whole number of steps\n");
  });

  it("fills holes up to --max-gap with a warning, and starts after longer ones", () => {
    const y = hourly("hole", 400);
    const holed = write("holed.csv", [
      "queue,when,gpus",
      ...y.flatMap((v, t) => (t >= 200 && t < 210 ? [] : [`q,${iso(t)},${t === 300 ? "" : v}`])),
    ]);
    expect(run(holed, "h.json").stderr).toContain('series "q": 11 missing steps are interpolated');
    const short = run(holed, "h2.json", "--max-gap", "6h");
    expect(short.stderr).toContain("210 steps before a hole of more than 6 steps are left out");
    expect(short.stderr).toContain("1 missing steps are interpolated");
    expect(jsonRows("h2.json").length).toBe(6);
    expect(short.stderr).not.toContain("interpolated too");
    expect(run(holed, "h3.json", "--max-gap", "soon")).toMatchObject({ code: 2 });
    const ended = write("ended.csv", [
      "queue,when,gpus",
      ...y.map((v, t) => `q,${iso(t)},${t >= 390 || (t > 340 && t < 370) ? "" : v}`),
    ]);
    const { code, stderr } = run(ended, "h4.json");
    expect(code).toBe(0);
    expect(stderr).toContain("a hole of 29 steps, more than the 24 allowed, is interpolated too");
    expect(stderr).toContain("the last 10 steps of the history are missing");
  });

  it("reads offsets as instants and keeps UTC through a change of the clocks; months stay months", () => {
    // Berlin's clocks go from 02:00+01:00 to 03:00+02:00 on 29 March 2020.
    const berlin = write("dst.csv", [
      "queue,when,gpus",
      ...hourly("dst", 60).map((v, t) => {
        const utc = Date.UTC(2020, 2, 27) + t * 3_600_000;
        const offset = utc >= Date.UTC(2020, 2, 29, 1) ? 2 : 1;
        return `q,${new Date(utc + offset * 3_600_000).toISOString().slice(0, 19)}+0${offset}:00,${v}`;
      }),
    ]);
    expect(run(berlin, "dst.json").code).toBe(0);
    expect(jsonRows("dst.json").map((r) => r["time"])).toEqual(
      [12, 13, 14, 15, 16, 17].map((hour) => `2020-03-29T${hour}:00:00Z`),
    );
    const months = write("months.csv", [
      "queue,when,gpus",
      ...Array.from(
        { length: 40 },
        (_, i) => `q,${new Date(Date.UTC(2017, i + 1, 0)).toISOString().slice(0, 10)},${i}`,
      ),
    ]);
    const monthly = ["forecast", months, ...names, "--horizon", "3", "--out", at("months.json")];
    expect(fleetlens(monthly)).toMatchObject({ code: 0 });
    expect(jsonRows("months.json").map((r) => r["time"])).toEqual([
      "2020-05-31T00:00:00Z",
      "2020-06-30T00:00:00Z",
      "2020-07-31T00:00:00Z",
    ]);
  });

  it("keeps constants and zeros, and prints one JSON object with --json", () => {
    const flat = write("flat.csv", [
      "queue,when,gpus",
      ...Array.from({ length: 60 }, (_, t) => `five,${t},5\nzero,${t},0`),
    ]);
    const { code, stdout, stderr } = run(flat, "flat.json", "--json");
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "fleetlens.cli/1",
      command: "forecast",
      ok: true,
      outputs: [at("flat.json")],
      summary: { series: 2, rows: 12, season: [24], seed: 0 },
    });
    for (const row of jsonRows("flat.json")) {
      const level = row["id"] === "five" ? 5 : 0;
      expect([row["mean"], row["lo_95"], row["hi_95"]]).toEqual([level, level, level]);
    }
  });
});

describe("fleetlens forecast refuses", () => {
  const rows = (...lines: string[]): string[] => ["queue,when,gpus", "q,1,2", "q,2,3", ...lines];
  const bad: [string, string[], RegExp][] = [
    ["a time that an id has twice", rows("r,1,1", "r,1,2"), /row 3 and .*row 4: id "r" has time 1 twice/],
    ["text for a number", rows("r,1,many"), /row 3.*"many".*\(id "r"\)/],
    ["an infinite value", rows("r,1,inf"), /row 3.*finite number within ±1e\+100 \(id "r"\)/],
    ["a value too large to compute with", rows("r,1,1e300"), /row 3.*"1e300".*within ±1e\+100 \(id "r"\)/],
    ["a hole in integer steps", rows("r,1,1", "r,3,1"), /series "r" row 2: step 3 follows 1/],
    ["a series without any value", rows("r,1,", "r,2,"), /series "r" has no value/],
    ["an empty table", ["queue,when,gpus"], /the file has no rows/],
    ["a missing column", ["queue,at,gpus", "q,1,2"], /when/],
  ];

  it.each(bad)("%s: exit 2, one line, no file", (name, lines, message) => {
    const { code, stdout, stderr } = run(write(`bad ${name}.csv`, lines), "bad.parquet");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^E_[A-Z_]+: [^\n]+\n$/);
    expect(stderr).toMatch(message);
    expect(existsSync(at("bad.parquet"))).toBe(false);
  });

  it("to write over its input, or into the folder that it reads", () => {
    const before = digest("stamped.csv");
    for (const [input, out] of [
      [STAMPED, "stamped.csv"],
      [at("parts"), "parts/f.parquet"],
    ]) {
      const { code, stderr } = run(input, out);
      expect([code, stderr]).toEqual([2, expect.stringContaining("is the input or lies in its folder")]);
    }
    expect(digest("stamped.csv")).toBe(before);
  });

  it("impossible options by name", () => {
    const usage: [string[], RegExp][] = [
      [["--horizon", "0"], /horizon/],
      [["--horizon", "1.5"], /horizon/],
      [["--level", "100"], /level/],
      [["--season", "0"], /season/],
      [["--quantiles", "1"], /quantiles/],
      [["--freq", "hourly"], /freq/],
      [["--neural", "maybe"], /neural/],
      [["--model", "prophet"], /models must be auto or one of/],
      [["--out", "f.xlsx"], /\.parquet, \.csv or \.json/],
      [["--paths", at("f.json"), "--out", at("f.json")], /must be different files/],
      [["--freq", "int"], /holds time stamps, not the integer steps/],
    ];
    for (const [extra, message] of usage) {
      const { code, stderr } = run(STAMPED, "u.parquet", ...extra);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
    expect(existsSync(at("u.parquet"))).toBe(false);
  });
});

describe("fleetlens forecast-backtest", () => {
  const backtest = (out: string, ...extra: string[]) =>
    fleetlens(
      ["forecast-backtest", STEPS, ...names, "--horizon", "6", "--season", "24", "--out", at(out)].concat(extra),
    );

  it("scores every series, origin and model, and prints the leaderboard", async () => {
    const { code, stdout } = backtest("r.parquet", "--origins", "2", "--step", "3", "--models", "auto,naive");
    expect(code).toBe(0);
    const [head, ...lines] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^model +sMAPE +MASE +95 % CI +wQL +cover 80 +cover 95 +DM p vs best$/);
    expect(lines.map((line) => line.split(" ")[0]).sort()).toEqual(["auto", "naive"]);
    expect(lines[0]).toMatch(/best$/);
    const columns = await query(`DESCRIBE FROM '${at("r.parquet")}'`);
    expect(columns.map((c) => c["column_name"]).join()).toBe(
      "id,origin,model,smape,mase,rmsse,wql,msis_95,coverage_80,coverage_95,seconds",
    );
    const rows = await query(`SELECT *, origin::DOUBLE AS o FROM '${at("r.parquet")}'`);
    // Four series long enough × two origins × two models; "a,b" has too few values before the origins.
    expect(rows.length).toBe(16);
    expect([...new Set(rows.filter((r) => r["id"] === "1").map((r) => r["o"]))]).toEqual([125, 128]);
    expect(rows.every((r) => Number(r["smape"]) > 0 && Number(r["seconds"]) >= 0)).toBe(true);
  });

  it("judges the interval method asked for; levels are those of its columns", () => {
    const covered = ["pooled", "enbpi"].map((method) => {
      const extra = ["--origins", "2", "--models", "auto", "--intervals", method];
      expect(backtest("m.json", ...extra)).toMatchObject({ code: 0 });
      return jsonRows("m.json").map((r) => r["msis_95"]);
    });
    expect(covered[0]).not.toEqual(covered[1]);
    expect(backtest("x.csv", "--origins", "1", "--level", "50").code).toBe(2);
  });

  it("refuses more origins than there is history for, and unknown models", () => {
    const far = fleetlens(
      ["forecast-backtest", STEPS, ...names, "--horizon", "200", "--origins", "3"].concat("--out", at("x.csv")),
    );
    expect(far).toMatchObject({ code: 2, stderr: expect.stringContaining("no series is long enough") });
    expect(backtest("x.csv", "--origins", "1", "--models", "magic").code).toBe(2);
    expect(backtest("x.csv", "--origins", "0").code).toBe(2);
    expect(existsSync(at("x.csv"))).toBe(false);
  });
});

describe("fleetlens demand", () => {
  const HOURS = 24 * 16;
  const QUEUES = ["train", "eval", "idle"];
  const CAPACITY: Record<string, number> = { train: 30, eval: 20, idle: 8 };
  // total_gpu_num is the queue's capacity: constant, never demand. train asks for more than it has.
  const TELEMETRY = write("telemetry.csv", [
    "vc,time,running_gpu_num,pending_gpu_num,total_gpu_num",
    ...QUEUES.flatMap((queue) =>
      hourly(queue, HOURS * 2).map((asked, i) => {
        const demand = queue === "train" ? Math.round(asked + 10) : queue === "eval" ? Math.round(asked / 4) : 0;
        const running = Math.min(CAPACITY[queue], demand);
        const time = new Date(START + i * 1_800_000).toISOString();
        return `${queue},${time},${running},${demand - running},${CAPACITY[queue]}`;
      }),
    ),
  ]);
  // Samples every half hour are carried to the next one and no further.
  const base = ["--queue", "vc", "--time", "time", "--value", "running_gpu_num+pending_gpu_num", "--weeks", "2"];
  const demand = (out: string, ...extra: string[]) =>
    fleetlens(["demand", TELEMETRY, ...base, "--season", "24", "--out", at(out), ...extra]);
  const read = (out: string) => DemandSchema.parse(JSON.parse(readFileSync(at(out), "utf8")));
  const rowOf = (out: string, queue: string, scenario = "baseline", week = 1): DemandWeek => {
    const found = read(out).weeks.find((w) => w.queue === queue && w.scenario === scenario && w.week === week);
    return found as unknown as DemandWeek;
  };
  const truth = hourly("train", HOURS * 2).map((v) => Math.round(v + 10));
  const trainMean = truth.reduce((s, v) => s + v, 0) / truth.length;

  it("forecasts running + pending, not the constant capacity beside them", () => {
    const { code, stdout } = demand("d.json", "--capacity", "total_gpu_num");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^3 queues × 2 weeks written to .*; the total peaks in week [12] with probability 0\.\d\d\n$/,
    );
    const result = read("d.json");
    expect(result.weeks.map(({ queue, week }) => `${queue} ${week}`)).toEqual(
      ["eval", "idle", "train", "_total"].flatMap((queue) => [1, 2].map((week) => `${queue} ${week}`)),
    );
    const train = rowOf("d.json", "train");
    expect(Math.abs(train.mean / 168 / trainMean - 1)).toBeLessThan(0.05);
    expect(train.mean).toBeGreaterThan(30 * 168);
    expect(train).toMatchObject({ start: "2020-05-17T00:00:00Z", end: "2020-05-24T00:00:00Z", capacity: 30 * 168 });
    expect(train.served_mean).toBeLessThanOrEqual(30 * 168 + 1e-6);
    expect(train.shortfall_mean).toBeCloseTo(train.mean - (train.served_mean ?? 0), 6);
    expect(train.p_over_capacity).toBe(1);
    expect(rowOf("d.json", "idle")).toMatchObject({ mean: 0, hi_95: 0, p_over_capacity: 0 });
    const parts = ["train", "eval", "idle"].map((queue) => rowOf("d.json", queue).mean);
    expect(rowOf("d.json", "_total").mean).toBeCloseTo(
      parts.reduce((s, v) => s + v, 0),
      6,
    );
    expect(result.peaks.length).toBe(4);
    expect(result.peak).toMatchObject({ queue: "_total", scenario: "baseline" });
  });

  it("gives the same bytes twice and for two threads", () => {
    for (const [out, threads] of [
      ["d1.json", "1"],
      ["d2.json", "2"],
    ]) {
      expect(demand(out, "--capacity", "total_gpu_num", "--threads", threads).code).toBe(0);
      expect(digest(out)).toBe(digest("d.json"));
    }
  });

  it("lays scenarios over the baseline, each with its exact GPU-hours", () => {
    const scenarios = {
      scenarios: [
        {
          name: "hpo",
          overlays: [{ type: "hpo_wave", queue: "eval", start: "2020-05-18T00:00:00Z", duration_hours: 96, gpus: 64 }],
        },
        {
          name: "late",
          overlays: [{ type: "hpo_wave", queue: "idle", start: "2020-08-01T00:00:00Z", duration_hours: 5, gpus: 1 }],
        },
      ],
    };
    write("s.json", [JSON.stringify(scenarios)]);
    const { code, stderr } = demand("ds.json", "--scenarios", at("s.json"));
    expect(code).toBe(0);
    expect(stderr).toContain('scenario "late" overlay 1 (hpo_wave) lies outside the forecast horizon');
    expect(new Set(read("ds.json").weeks.map(({ scenario }) => scenario))).toEqual(
      new Set(["baseline", "hpo", "late"]),
    );
    expect(rowOf("ds.json", "eval", "hpo").mean - rowOf("ds.json", "eval").mean).toBeCloseTo(6144, 6);
    expect(rowOf("ds.json", "_total", "hpo").mean - rowOf("ds.json", "_total").mean).toBeCloseTo(6144, 6);
    expect(rowOf("ds.json", "train").capacity).toBeUndefined();
  });

  it("takes capacity from a file, wide or tidy, and the unit and method asked for", () => {
    const wide = write("wide.csv", ["date,train,eval,idle", "2020-05-01,30,20,8", "2020-05-24,60,20,8"]);
    expect(demand("dw.json", "--capacity", wide, "--unit", "gpu", "--reconcile", "td").code).toBe(0);
    expect(rowOf("dw.json", "train").capacity).toBeCloseTo(30, 9);
    expect(rowOf("dw.json", "train", "baseline", 2).capacity).toBeCloseTo(60, 9);
    expect(Math.abs(rowOf("dw.json", "train").mean / trainMean - 1)).toBeLessThan(0.05);
    const tidy = write("tidy.csv", ["queue,from,gpus", "train,2020-05-01,30", "gone,2020-05-01,4"]);
    const other = demand("dt.json", "--capacity", tidy, "--reconcile", "mint");
    expect(other.code).toBe(0);
    expect(other.stderr).toContain("gone");
    expect(other.stderr).toContain("no capacity, or not for all weeks, of eval, idle");
    const names = read("dt.json").createdFrom.inputs.map(({ name }) => name);
    expect(names).toEqual([TELEMETRY, tidy]);
    expect(read("dt.json").createdFrom.options).toMatchObject({ capacity: tidy });
    expect(rowOf("dt.json", "train").capacity).toBe(30 * 168);
    expect(rowOf("dt.json", "eval").capacity).toBeUndefined();
    const parts = ["train", "eval", "idle"].map((queue) => rowOf("dt.json", queue).mean);
    expect(rowOf("dt.json", "_total").mean).toBeCloseTo(
      parts.reduce((s, v) => s + v, 0),
      6,
    );
  });

  it("says when something else than demand seems to be taken for it", () => {
    const named = (value: string, ...extra: string[]) =>
      fleetlens(
        ["demand", TELEMETRY, "--queue", "vc", "--time", "time", "--value", value, "--weeks", "1"].concat(
          ["--season", "24", "--out", at("odd.out.json")],
          extra,
        ),
      );
    const constant = named("total_gpu_num");
    expect(constant.code).toBe(0);
    expect(constant.stderr).toContain("total_gpu_num never changes in any queue, as a capacity does");
    const running = named("running_gpu_num", "--capacity", "total_gpu_num");
    expect(running.stderr).toMatch(/running_gpu_num often equals the capacity and never exceeds it \(.*train\)/);
    const both = named("running_gpu_num+pending_gpu_num", "--capacity", "total_gpu_num");
    expect(both.stderr).not.toMatch(/never/);
    const moving = named("running_gpu_num+pending_gpu_num", "--capacity", "running_gpu_num");
    expect(moving.stderr).toContain("the capacity changed during the history (eval, train)");
  });

  it("refuses an unknown queue, five weeks and broken scenario files with exit 2 and one line", () => {
    const wave = { type: "hpo_wave", queue: "nope", start: "2020-05-18T00:00:00Z", duration_hours: 1, gpus: 1 };
    write("unknown.json", [JSON.stringify({ scenarios: [{ name: "s", overlays: [wave] }] })]);
    write("odd.json", [JSON.stringify({ scenarios: [{ name: "s", overlays: [{ ...wave, gpus: -1 }] }] })]);
    write("broken.json", ["{"]);
    const trials = { ...wave, type: "hpo_trials", trials: 1e9, gpus_per_trial: 1, hours_per_trial: 1, parallel: 4 };
    write("endless.json", [JSON.stringify({ scenarios: [{ name: "s", overlays: [trials] }] })]);
    const bad: [string[], RegExp][] = [
      [["--scenarios", at("unknown.json")], /unknown queue "nope"; there are: eval, idle, train/],
      [["--scenarios", at("odd.json")], /odd\.json at scenarios\.0\.overlays\.0\.gpus/],
      [["--scenarios", at("broken.json")], /broken\.json is not JSON/],
      [["--scenarios", at("absent.json")], /cannot read the scenario file/],
      [["--weeks", "5"], /weeks/],
      [["--capacity", "no_such_column"], /no_such_column/],
      [["--value", "running_gpu_num+"], /RUNNING\+PENDING/],
      [["--reconcile", "ols"], /reconcile/],
      [["--model", "auto,naive"], /auto chooses by itself/],
      [["--scenarios", at("endless.json")], /endless\.json at scenarios\.0\.overlays\.0\.trials/],
      [["--out", at("bad.csv")], /bad\.csv: the result is JSON/],
      [["--scenarios", at("bad.json"), "--out", at("bad.json")], /bad\.json is the input/],
    ];
    for (const [extra, message] of bad) {
      const { code, stderr } = demand("bad.json", ...extra);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
      expect(stderr).toMatch(/^E_[A-Z_]+: [^\n]+\n$/);
    }
    expect(existsSync(at("bad.json"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes(".tmp"))).toEqual([]);
  });
});
