import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb } from "../../src/engine/index.js";
import { fleetlens } from "./program.js";

const HELIOS = resolve(import.meta.dirname, "../../../shared/data/helios/earth_vc_minutely_2020-05.parquet");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

interface Row {
  queue: string | null;
  hour_us: string | null;
  value_sum: string | null;
  gpu_hours: number | null;
  samples: string;
}

function run(input: string, out: string, extra: string[] = [], names = ["q", "t", "v"]) {
  const [queue, time, value] = names;
  return fleetlens(
    ["aggregate", "--input", input, "--queue-col", queue, "--time-col", time, "--value-col", value].concat(
      ["--sample-seconds", "60", "--out", out],
      extra,
    ),
  );
}

async function rowsOf(path: string): Promise<Row[]> {
  const { schema, engine, rows } = JSON.parse(await readFile(path, "utf8"));
  expect([schema, engine]).toEqual(["fleetlens.aggregate/1", "duckdb"]);
  return rows;
}

async function sql(path: string, query: string): Promise<string> {
  const engine = await openDuckDb({ allowedFiles: [path] });
  await engine.run(`COPY (${query}) TO ${engine.dialect.literal(path)} (FORMAT parquet, USE_TMP_FILE false)`);
  await engine.close();
  return path;
}

describe("fleetlens aggregate on the traps", () => {
  const names = ["que;ue", 'ti"me', "val`ue, v"];
  const nasty = ["a,b", 'q"x', "it's; DROP TABLE x", "`tick`", "日本", "🚀", "\uffee"];
  let rows: Row[];
  let input: string;

  beforeAll(async () => {
    const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
    const named = nasty.map((name) => `(${literal(name)}, TIMESTAMP '2020-05-01 00:10', 1)`).join(", ");
    const query = `SELECT q AS "que;ue", t AS "ti""me", v::BIGINT AS "val\`ue, v" FROM (VALUES ${named},
      ('neg', TIMESTAMP '1969-12-31 23:59:59.999999', -5), ('neg', TIMESTAMP '1969-12-31 23:00:00', -6), ('neg', TIMESTAMP '1970-01-01 00:00:00', 7),
      (NULL, TIMESTAMP '2020-05-01 00:00', 3), ('notime', NULL, 4), ('void', TIMESTAMP '2020-05-01 00:00', NULL), ('void', TIMESTAMP '2020-05-01 00:30', NULL),
      ('some', TIMESTAMP '2020-05-01 00:00', NULL), ('some', TIMESTAMP '2020-05-01 00:30', 8),
      ('big', TIMESTAMP '2020-05-01 00:00', 9007199254740993), ('big', TIMESTAMP '2020-05-01 00:00', 9007199254740992)) r(q, t, v)`;
    input = await sql(at("it's; odd.parquet"), query);
    const { code, stderr } = run(input, at("trap.json"), [], names);
    expect([code, stderr]).toEqual([0, ""]);
    rows = await rowsOf(at("trap.json"));
  });

  const of = (queue: string | null) => rows.filter((row) => row.queue === queue);

  it("keeps nulls, names, signs, hours before 1970 and sums beyond 2^53", () => {
    for (const name of nasty) expect(of(name)).toMatchObject([{ value_sum: "1", samples: "1", gpu_hours: 60 / 3600 }]);
    expect(of("neg")).toEqual([
      { queue: "neg", hour_us: "-3600000000", value_sum: "-11", gpu_hours: (-11 * 60) / 3600, samples: "2" },
      { queue: "neg", hour_us: "0", value_sum: "7", gpu_hours: (7 * 60) / 3600, samples: "1" },
    ]);
    expect(of(null)).toMatchObject([{ hour_us: "1588291200000000", value_sum: "3" }]);
    expect(of("notime")).toMatchObject([{ hour_us: null, value_sum: "4" }]);
    expect(of("void")).toMatchObject([{ value_sum: null, gpu_hours: null, samples: "0" }]);
    expect(of("some")).toMatchObject([{ value_sum: "8", samples: "1" }]);
    expect(of("big")).toMatchObject([
      { value_sum: "18014398509481985", gpu_hours: (Number(18014398509481985n) * 60) / 3600 },
    ]);
  });

  it("orders by the bytes of the queue, then the hour, nulls last", () => {
    const named = rows.map(({ queue }) => queue).filter((queue) => queue !== null);
    expect(named).toEqual([...named].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(rows.at(-1)?.queue).toBeNull();
  });

  it("writes the same to Parquet, with the types of the contract", async () => {
    const { code } = run(input, at("trap.parquet"), [], names);
    expect(code).toBe(0);
    const engine = await openDuckDb({ allowedFiles: [at("trap.parquet")] });
    const relation = engine.dialect.table(at("trap.parquet"));
    const types = await engine.rows({ sql: `SELECT column_name, column_type FROM (DESCRIBE FROM ${relation})` });
    expect(types.map(Object.values)).toEqual([
      ["queue", "VARCHAR"],
      ["hour_us", "BIGINT"],
      ["value_sum", "BIGINT"],
      ["gpu_hours", "DOUBLE"],
      ["samples", "BIGINT"],
    ]);
    const back = await engine.rows({ sql: `FROM ${relation}` });
    await engine.close();
    const text = (value: unknown) => (typeof value === "bigint" ? String(value) : value);
    expect(back.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, text(v)])))).toEqual(rows);
  });

  it("gives the same bytes again, with any number of threads", async () => {
    for (const threads of ["1", "2", "4"]) {
      run(input, at("again.json"), ["--threads", threads], names);
      expect(await readFile(at("again.json"), "utf8")).toBe(await readFile(at("trap.json"), "utf8"));
    }
  });

  it("counts zoned times and both hours of a DST change as UTC, in any zone of the machine", async () => {
    const zoned = await sql(
      at("zoned.parquet"),
      `SELECT 'q' AS q, t, 1 AS v FROM (VALUES (TIMESTAMPTZ '2020-10-25 02:30:00+02'), (TIMESTAMPTZ '2020-10-25 02:30:00+01')) r(t)`,
    );
    const naive = await sql(at("naive.parquet"), "SELECT 'q' AS q, TIMESTAMP '2020-10-25 02:30:00' AS t, 1 AS v");
    for (const zone of ["UTC", "Europe/Berlin", "Asia/Kolkata"]) {
      const base = [
        "--queue-col",
        "q",
        "--time-col",
        "t",
        "--value-col",
        "v",
        "--sample-seconds",
        "60",
        "--out",
        at("z.json"),
      ];
      fleetlens(["aggregate", "--input", zoned, ...base], { env: { TZ: zone } });
      expect((await rowsOf(at("z.json"))).map((row) => row.hour_us)).toEqual(["1603584000000000", "1603587600000000"]);
      fleetlens(["aggregate", "--input", naive, ...base], { env: { TZ: zone } });
      expect((await rowsOf(at("z.json"))).map((row) => row.hour_us)).toEqual(["1603591200000000"]);
    }
  });

  it("reads CSV with zoned text too", async () => {
    await writeFile(
      at("in.csv"),
      "q,t,v\n007,2020-05-01T08:30:00+08:00,2\n007,2020-05-01T00:45:00Z,3\n,1969-12-31T23:59:59Z,1\n",
    );
    expect(run(at("in.csv"), at("csv.json")).code).toBe(0);
    expect(await rowsOf(at("csv.json"))).toEqual([
      { queue: "007", hour_us: "1588291200000000", value_sum: "5", gpu_hours: 5 / 60, samples: "2" },
      { queue: null, hour_us: "-3600000000", value_sum: "1", gpu_hours: 1 / 60, samples: "1" },
    ]);
  });
});

describe("fleetlens aggregate fails", () => {
  let good: string;
  beforeAll(async () => {
    good = await sql(
      at("good.parquet"),
      "SELECT 'q' AS q, TIMESTAMP '2020-05-01' AS t, i::BIGINT AS v, i / 2 AS half, [i] AS l FROM range(4) r(i)",
    );
    await mkdir(at("none"), { recursive: true });
  });

  it.each<[string, string[], string, number, RegExp]>([
    [
      "on a missing column",
      ["q", "t", "nope"],
      "good.parquet",
      2,
      /^E_INPUT: .*no column "nope"; the columns are: "q", "t", "v"/,
    ],
    [
      "on a fraction",
      ["q", "t", "half"],
      "good.parquet",
      2,
      /^E_INPUT: .*row 2: column "half": got "0.5", expected a whole number/,
    ],
    [
      "on a nested column",
      ["q", "t", "l"],
      "good.parquet",
      2,
      /^E_INPUT: .*column "l" has type .*; expected whole numbers/,
    ],
    ["on a missing file", ["q", "t", "v"], "absent.parquet", 2, /^E_INPUT: no file/],
  ])("%s", (_what, names, input, code, message) => {
    const result = run(at(input), at("none/out.json"), [], names);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trim().split("\n")).toHaveLength(1);
  });

  it("on corrupt files and sums beyond 64 bits", async () => {
    await writeFile(at("corrupt.parquet"), (await readFile(good)).subarray(0, 300));
    const corrupt = run(at("corrupt.parquet"), at("none/out.json"));
    expect([corrupt.code, corrupt.stderr]).toEqual([2, expect.stringMatching(/^E_INPUT: .*corrupt\.parquet/)]);
    await sql(
      at("over.parquet"),
      "SELECT 'q' AS q, TIMESTAMP '2020-05-01' AS t, 9223372036854775807 AS v FROM range(2)",
    );
    const over = run(at("over.parquet"), at("none/out.json"));
    expect([over.code, over.stderr]).toEqual([
      2,
      expect.stringMatching(/^E_INPUT: .*sum of an hour does not fit 64 bits/),
    ]);
    await sql(at("huge.parquet"), "SELECT 'q' AS q, TIMESTAMP '2020-05-01' AS t, 18446744073709551615::UBIGINT AS v");
    const huge = run(at("huge.parquet"), at("none/out.json"));
    expect([huge.code, huge.stderr]).toEqual([
      2,
      expect.stringMatching(/row 1: column "v": got "18446744073709551615"/),
    ]);
  });

  it("on usage", () => {
    const cases: [string[], RegExp][] = [
      [["--shard", "8/8"], /expected i\/n/],
      [["--shard", "1"], /expected i\/n/],
      [["--threads", "0"], /expected a whole number/],
      [["--sample-seconds", "-1"], /expected a positive number/],
      [["--wat"], /unknown option/],
    ];
    for (const [extra, message] of cases) {
      const { code, stderr } = run(good, at("none/out.json"), extra);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^E_USAGE: /)]);
      expect(stderr).toMatch(message);
    }
    const bare = fleetlens(["aggregate", "--input", good]);
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringMatching(/^E_USAGE: .*--queue-col/)]);
    for (const out of ["out.csv", "out.txt"]) expect(run(good, at(`none/${out}`)).code).toBe(2);
    expect(run(good, at("none/out.json"), ["--memory", "lots"]).stderr).toMatch(/^E_INPUT: memory must look like/);
  });

  it("on an output that is the input, or has a name that no file can have", async () => {
    const before = await readFile(good);
    for (const out of [good, `${folder}/../${folder.split("/").at(-1)}/good.parquet`]) {
      const own = run(good, out);
      expect([own.code, own.stderr]).toEqual([
        2,
        expect.stringMatching(/^E_INPUT: .* is the input or lies in its folder/),
      ]);
    }
    expect(await readFile(good)).toEqual(before);
    const long = run(good, at(`none/${"a".repeat(300)}.json`));
    expect([long.code, long.stderr]).toEqual([
      2,
      expect.stringMatching(/^E_INPUT: cannot write .*: the name is too long/),
    ]);
  });

  it("on an engine that cannot be reached, without falling back", () => {
    for (const url of ["spark://127.0.0.1:9", "trino+https://127.0.0.1:9"]) {
      const { code, stderr } = run(good, at("none/out.json"), ["--engine", url]);
      expect([code, stderr]).toEqual([4, expect.stringMatching(/^E_ENGINE: .*cannot be reached/)]);
    }
  });

  it("on remote input, saying what allowing it does", () => {
    const { code, stderr } = run("s3://bucket/x.parquet", at("none/out.json"));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--allow-remote.*download its httpfs extension/)]);
  });

  it("on a Parquet bomb at the memory limit", async () => {
    await sql(
      at("bomb.parquet"),
      "SELECT repeat('a', 8000000) || i AS q, TIMESTAMP '2020-05-01' AS t, 1 AS v FROM range(40) r(i)",
    );
    const { code, stderr } = run(at("bomb.parquet"), at("none/out.json"), [
      "--memory",
      "100MB",
      "--temp-dir",
      at("spill"),
    ]);
    expect([code, stderr]).toEqual([4, expect.stringMatching(/^E_ENGINE: DuckDB gave up: .*--memory/)]);
    expect(await readdir(at("spill"))).toEqual([]);
  });

  it("without leaving anything behind", async () => {
    expect(await readdir(at("none"))).toEqual([]);
  });

  it("as JSON for machines", () => {
    const { code, stdout } = run(good, at("none/out.json"), ["--json"], ["q", "t", "nope"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      exitCode: 2,
      error: { code: "E_INPUT", details: { column: "nope" } },
    });
  });
});

describe("fleetlens aggregate, interrupted", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s leaves neither output nor temporary files, and ends with %i", async (signal, exitCode) => {
    const input = await sql(
      at(`long-${signal}.parquet`),
      "SELECT 'q' || (hash(i) % 1000003) AS q, TIMESTAMP '2020-05-01' + INTERVAL 1 SECOND * (hash(i, 1) % 5000000) AS t, i AS v FROM range(4000000) r(i)",
    );
    await mkdir(at(signal));
    const args = ["--input", input, "--queue-col", "q", "--time-col", "t", "--value-col", "v", "--sample-seconds", "1"];
    const child = spawn(process.execPath, [
      "dist/src/cli/main.js",
      "aggregate",
      ...args,
      "--out",
      at(`${signal}/o.json`),
      "--temp-dir",
      at(`${signal}/temp`),
    ]);
    // Its scratch folder shows that the engine is at work.
    const deadline = Date.now() + 60_000;
    while (!existsSync(at(`${signal}/temp`)) && Date.now() < deadline) await new Promise((r) => setTimeout(r, 20));
    await new Promise((r) => setTimeout(r, 300));
    child.kill(signal);
    const code = await new Promise((done) => child.on("exit", done));
    expect(code).toBe(exitCode);
    expect(await readdir(at(signal))).toEqual(["temp"]);
    expect(await readdir(at(`${signal}/temp`))).toEqual([]);
  });
});

describe.skipIf(!existsSync(HELIOS))("Helios (skipped where ../shared/data is absent)", () => {
  it("has 11,904 rows of 714,240 samples and 424,772.6 GPU-hours", async () => {
    const { code, stdout } = run(HELIOS, at("helios.json"), ["--json"], ["vc", "time", "running_gpu_num"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).summary).toEqual({
      engine: "duckdb",
      rows: 11_904,
      gpu_hours: expect.closeTo(424_772.61666, 4),
    });
    const rows = await rowsOf(at("helios.json"));
    expect(rows).toHaveLength(11_904);
    expect(rows.reduce((sum, { samples }) => sum + Number(samples), 0)).toBe(714_240);
    // By pandas: test/golden/aggregate.py.
    const golden = JSON.parse(readFileSync("test/golden/aggregate.golden.json", "utf8"));
    const text = rows.map((row) => `${row.queue},${row.hour_us},${row.value_sum},${row.samples}\n`).join("");
    expect(createHash("sha256").update(text).digest("hex")).toBe(golden.sha256);
  });
});
