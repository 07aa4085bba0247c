import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChangesFile, ChangesFileSchema } from "../../src/changepoint/index.js";
import { createRandom } from "../../src/core/random.js";
import { writeParquet } from "../../src/ingest/index.js";
import { interruptAtWork } from "./interrupt.js";
import { fleetlens } from "./program.js";

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Normal noise around a level that moves by `size` from row `index` on. */
function shifted(n: number, index: number, size: number, seed = 1, level = 10): number[] {
  const rng = createRandom(seed);
  return Array.from({ length: n }, (_, i) => level + (i >= index ? size : 0) + rng.normal());
}

/** Rows that land in a CSV file. */
async function csv(name: string, head: string, rows: readonly (readonly unknown[])[]): Promise<string> {
  await writeFile(at(name), `${head}\n${rows.map((row) => row.join(",")).join("\n")}${rows.length > 0 ? "\n" : ""}`);
  return at(name);
}

const HOUR = 3_600_000;
const START = Date.UTC(2026, 5, 1);
const iso = (i: number) => new Date(START + i * HOUR).toISOString().replace(".000Z", "Z");

/** Runs the command and reads its file. */
async function changes(input: string, args: string[] = [], out = "changes.json"): Promise<ChangesFile> {
  const { code, stderr } = fleetlens(["changepoint", input, "--time", "time", ...args, "--out", at(out)]);
  expect([code, stderr.replaceAll(/warning: .*\n/g, "")]).toEqual([0, ""]);
  return ChangesFileSchema.parse(JSON.parse(await readFile(at(out), "utf8")));
}

describe("fleetlens changepoint", () => {
  it("finds a shift and writes the keys of the contract, no more and no fewer", async () => {
    const input = await csv(
      "one.csv",
      "time,value",
      shifted(120, 70, 6).map((v, i) => [iso(i), v]),
    );
    const result = await changes(input, ["--value", "value"]);
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining(["schema", "version", "createdFrom", "options", "series", "timing"]),
    );
    expect(Object.keys(result.timing ?? {})).toEqual(["readMs", "detectMs"]);
    expect(result.createdFrom.inputs).toEqual([
      { name: input, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), rows: 120 },
    ]);
    expect(result.options).toMatchObject({ model: "auto", penalty: "auto", period: "auto", level: 0.95, time: "time" });
    const [series] = result.series;
    expect(Object.keys(series)).toEqual([
      ...["id", "n", "from", "to", "status", "model", "noise", "penalty", "warnings", "changes", "outliers", "path"],
    ]);
    expect(series).toMatchObject({ id: "", n: 120, status: "ok", warnings: [] });
    const [change, ...others] = series.changes;
    expect(others).toEqual([]);
    expect(Object.keys(change)).toEqual([
      ...["index", "time", "ciLow", "ciHigh", "timeLow", "timeHigh", "kind", "before", "after", "delta", "deltaRel"],
      ...["effectSd", "gain", "pValue", "probability", "dims"],
    ]);
    expect(change.index).toBe(70);
    expect(change.time).toBe(iso(70));
    expect([change.timeLow, change.timeHigh]).toEqual([iso(change.ciLow), iso(change.ciHigh)]);
    expect(change.ciLow).toBeLessThanOrEqual(70);
    expect(change.ciHigh).toBeGreaterThanOrEqual(70);
    expect([change.before.n, change.after.n]).toEqual([70, 50]);
    expect(change.delta).toBeGreaterThan(5);
    expect(change.dims).toEqual([]);
    expect(series.path.length).toBeGreaterThan(0);
    for (const { changes: count, penalty, cost } of series.path) {
      expect(Number.isInteger(count) && penalty > 0 && cost > 0).toBe(true);
    }
  });

  it("echoes every form of time as the input has it", async () => {
    const y = shifted(80, 40, 8);
    const rows = (time: (i: number) => unknown) => y.map((v, i) => [time(i), v]);
    const found = async (name: string, time: (i: number) => unknown) =>
      (await changes(await csv(name, "time,value", rows(time)), ["--value", "value"])).series[0].changes[0].time;
    expect(await found("zone.csv", (i) => iso(i).replace("Z", "+02:00"))).toBe(iso(40).replace("Z", "+02:00"));
    expect(await found("s.csv", (i) => 1_780_000_000 + 60 * i)).toBe(1_780_000_000 + 60 * 40);
    expect(await found("ms.csv", (i) => START + HOUR * i)).toBe(START + HOUR * 40);
    expect(await found("plain.csv", (i) => i + 0.5)).toBe(40.5);
    await writeParquet(at("stamps.parquet"), [
      { name: "time", type: "TIMESTAMP", data: y.map((_, i) => START + i * HOUR) },
      { name: "value", type: "DOUBLE", data: y },
    ]);
    const [series] = (await changes(at("stamps.parquet"), ["--value", "value"])).series;
    expect(series.changes[0].time).toBe(iso(40));
    expect([series.from, series.to]).toEqual([iso(0), iso(79)]);
  });

  it("sorts by time within each series, keeps rows of one time in order, and says so", async () => {
    const y = shifted(80, 40, 8);
    const rows = y.map((v, i) => [i === 11 ? 10 : i, v]);
    const shuffled = [...rows.slice(40), ...rows.slice(0, 40)];
    const result = await changes(await csv("order.csv", "time,value", shuffled), ["--value", "value"]);
    expect(result.series[0].changes.map(({ index }) => index)).toEqual([40]);
    expect(result.series[0].warnings).toEqual(["1 row has the time of the row before; kept in the order of the file"]);
  });

  it("lists every series with its status, also short, constant, empty and unchanged ones", async () => {
    const flat = shifted(80, 0, 0, 5);
    const rows = [
      ...shifted(80, 30, 8).map((v, i) => ["moved", i, v]),
      ...flat.map((v, i) => ["calm", i, v]),
      ...Array.from({ length: 20 }, (_, i) => ["const", i, 3]),
      ...Array.from({ length: 20 }, (_, i) => ["gone", i, ""]),
      ["one", 0, 1],
      ["two", 0, 1],
      ["two", 1, 2],
    ];
    const { series } = await changes(await csv("many.csv", "id,time,value", rows), ["--value", "value", "--id", "id"]);
    expect(series.map(({ id, status, n, changes: found }) => [id, status, n, found.length])).toEqual([
      ["calm", "ok", 80, 0],
      ["const", "constant", 20, 0],
      ["gone", "all-missing", 20, 0],
      ["moved", "ok", 80, 1],
      ["one", "too-short", 1, 0],
      ["two", "too-short", 2, 0],
    ]);
    const empty = await changes(await csv("empty.csv", "time,value", []), ["--value", "value"]);
    expect(empty.series).toMatchObject([{ id: "", n: 0, changes: [], from: null, to: null }]);
    expect(empty.series[0].status).not.toBe("ok");
  });

  it("gives the same bytes for any number of threads and at every run", async () => {
    const rows = Array.from({ length: 150 }, (_, s) =>
      shifted(60, 20 + (s % 30), s % 3 === 0 ? 0 : 6, s + 1).map((v, i) => [`s${s}`, i, v]),
    ).flat();
    const input = await csv("threads.csv", "id,time,value", rows);
    const args = ["--value", "value", "--id", "id", "--no-timing"];
    const one = await changes(input, args, "t1.json");
    await changes(input, [...args, "--threads", "2"], "t2.json");
    await changes(input, [...args, "--threads", "5"], "t5.json");
    expect(one.timing).toBeUndefined();
    expect(one.series).toHaveLength(150);
    const bytes = await Promise.all(["t1.json", "t2.json", "t5.json"].map((name) => readFile(at(name), "utf8")));
    expect(bytes[1]).toBe(bytes[0]);
    expect(bytes[2]).toBe(bytes[0]);
  });

  it("searches several columns together and names those that moved, or each by itself", async () => {
    const [a, b] = [shifted(100, 50, 6, 1), shifted(100, 0, 0, 2)];
    const input = await csv(
      "two.csv",
      "time,a,b",
      a.map((v, i) => [i, v, b[i]]),
    );
    const joint = await changes(input, ["--value", "a,b"]);
    expect(joint.series).toHaveLength(1);
    expect(joint.series[0].changes).toMatchObject([{ index: 50, dims: ["a"] }]);
    const [{ gain, gainByDim }] = joint.series[0].changes;
    expect(gainByDim?.map(({ dim }) => dim)).toEqual(["a", "b"]);
    expect(gainByDim?.[0].gain).toBeGreaterThan(0.9 * gain);
    const separate = await changes(input, ["--value", "a,b", "--multivariate", "separate"]);
    expect(separate.series.map(({ value, changes: found }) => [value, found.map(({ index }) => index)])).toEqual([
      ["a", [50]],
      ["b", []],
    ]);
  });

  it("weighs ratios by their totals and counts by their exposure", async () => {
    const rng = createRandom(4);
    const rows = Array.from({ length: 160 }, (_, i) => {
      const total = 500 + rng.int(1000);
      return [i, rng.poisson(total * (i < 90 ? 0.01 : 0.03)), total];
    });
    const input = await csv("ratio.csv", "time,bad,total", rows);
    for (const model of ["binomial", "poisson"]) {
      const { series } = await changes(input, ["--value", "bad", "--exposure", "total", "--model", model]);
      expect(series[0].model).toBe(model);
      expect(series[0].changes).toHaveLength(1);
      expect(Math.abs(series[0].changes[0].index - 90)).toBeLessThanOrEqual(1);
      expect(series[0].changes[0].kind).toBe("count");
    }
  });

  it("takes every model, penalty, period and minimum size", async () => {
    const input = await csv(
      "options.csv",
      "time,value",
      shifted(100, 50, 8).map((v, i) => [i, v]),
    );
    for (const model of ["mean", "meanvar", "slope", "nonparametric", "kernel"]) {
      const { series } = await changes(input, ["--value", "value", "--model", model]);
      expect([model, series[0].model, series[0].changes.map(({ index }) => index)]).toEqual([model, model, [50]]);
    }
    for (const penalty of ["aic", "bic", "mbic", "200"]) {
      const { series } = await changes(input, ["--value", "value", "--model", "mean", "--penalty", penalty]);
      expect(series[0].changes.map(({ index }) => index)).toContain(50);
    }
    const wide = await changes(input, ["--value", "value", "--min-size", "60", "--period", "none", "--level", "0.8"]);
    expect(wide.series[0].changes).toEqual([]);
    expect(wide.options).toMatchObject({ minSize: 60, period: "none", level: 0.8 });
  });

  it("tells in a few lines what it found, and renders to a page", async () => {
    const input = await csv(
      "page.csv",
      "time,value",
      shifted(100, 50, 8).map((v, i) => [iso(i), v]),
    );
    const { stdout } = fleetlens([
      "changepoint",
      input,
      "--time",
      "time",
      "--value",
      "value",
      "--out",
      at("page.json"),
    ]);
    expect(stdout).toMatch(/^1 change in 1 of 1 series -> /);
    expect(stdout).toContain(iso(50));
    const page = fleetlens(["report", "render", at("page.json"), "--to", "md,html", "--out", at("pages")]);
    expect([page.code, page.stderr]).toEqual([0, ""]);
    expect(await readFile(at("pages/changepoint.md"), "utf8")).toContain("1 change was found in the series");
  });
});

describe("fleetlens changepoint, refusing", () => {
  beforeAll(() => mkdir(at("none"), { recursive: true }));
  const run = (input: string, args: string[], out = at("none/out.json")) =>
    fleetlens(["changepoint", input, "--time", "time", "--value", "value", ...args, "--out", out]);

  it.each<[string, string, string[], RegExp]>([
    ["a missing column", "time,v\n1,2\n", [], /^E_INPUT: .*no column "value"; the columns are: "time", "v"/],
    ["a time that is none", "time,value\n2026-06-01,2\nsoon,3\n", [], /^E_INPUT: .*row 2: column "time": got "soon"/],
    ["a value that is none", "time,value\n1,2\n2,many\n", [], /^E_INPUT: .*row 2: column "value": got "many"/],
    [
      "a negative count",
      "time,value\n1,2\n2,-3\n",
      ["--model", "poisson"],
      /^E_INPUT: .*row 2: column "value": got "-3", expected a count from 0/,
    ],
    [
      "more bad than total",
      "time,value,total\n1,2,5\n2,7,5\n",
      ["--model", "binomial", "--exposure", "total"],
      /^E_INPUT: .*row 2: column "value": got "7", expected at most the total of the row in column "total" \(5\)/,
    ],
    [
      "counts of no exposure",
      "time,value,total\n1,2,5\n2,3,0\n",
      ["--model", "poisson", "--exposure", "total"],
      /row 2: column "value": got "3", expected 0 where column "total" is 0, or nothing/,
    ],
    [
      "a negative total",
      "time,value,total\n1,2,5\n2,1,-5\n",
      ["--model", "binomial", "--exposure", "total"],
      /row 2: column "total": got "-5"/,
    ],
    [
      "a ratio without totals",
      "time,value\n1,2\n",
      ["--model", "binomial"],
      /^E_INPUT: --model binomial needs --exposure/,
    ],
    [
      "totals of a mean",
      "time,value,total\n1,2,5\n",
      ["--model", "mean", "--exposure", "total"],
      /^E_INPUT: --exposure is for/,
    ],
  ])("%s", async (_what, text, args, message) => {
    await writeFile(at("bad.csv"), text);
    const { code, stderr } = run(at("bad.csv"), args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });

  it.each([
    [["--model", "wavelet"], /E_USAGE: .*wavelet/],
    [["--penalty", "-1"], /E_USAGE: .*number above 0/],
    [["--penalty", "cheap"], /E_USAGE/],
    [["--period", "1"], /E_USAGE/],
    [["--level", "95"], /E_USAGE: .*between 0 and 1/],
    [["--min-size", "0"], /E_USAGE/],
    [["--threads", "0"], /E_USAGE/],
    [["--wat"], /E_USAGE: unknown option/],
  ] as const)("%j", async (args, message) => {
    const { code, stderr } = run(at("bad.csv"), [...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it("other names than .json, its own input, and files that are not there", async () => {
    await writeFile(at("own.json"), '[{"time":1,"value":2}]');
    expect(run(at("own.json"), [], at("out.csv")).stderr).toMatch(/^E_INPUT: --out must end in \.json/);
    expect(run(at("own.json"), [], at("own.json")).stderr).toMatch(/^E_INPUT: .*is the input/);
    expect(run(at("absent.csv"), [])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^E_INPUT: no file/) });
  });

  it("leaves nothing behind", async () => {
    expect(await readdir(at("none"))).toEqual([]);
  });
});

describe("fleetlens changepoint, interrupted", () => {
  it("leaves neither output nor temporary files, and ends with 130", async () => {
    await mkdir(at("cancelled"));
    const n = 4000;
    const rng = createRandom(9);
    await writeParquet(at("long.parquet"), [
      { name: "id", type: "VARCHAR", data: Array.from({ length: 300 * n }, (_, i) => `s${Math.floor(i / n)}`) },
      { name: "time", type: "BIGINT", data: Array.from({ length: 300 * n }, (_, i) => i % n) },
      { name: "value", type: "DOUBLE", data: Array.from({ length: 300 * n }, () => rng.normal()) },
    ]);
    const args = ["changepoint", at("long.parquet"), "--id", "id", "--time", "time", "--value", "value"];
    expect(await interruptAtWork([...args, "--out", at("cancelled/o.json")], at("scratch"))).toBe(130);
    expect(await readdir(at("cancelled"))).toEqual([]);
    expect(await readdir(at("scratch"))).toEqual([]);
  });
});
