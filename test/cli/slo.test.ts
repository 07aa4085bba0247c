import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { sloSeries } from "../../fixtures/slo-result.js";
import { burnRates, SloConfigSchema, type SloFile, SloFileSchema } from "../../src/incident/index.js";
import { fleetlens } from "./program.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const EXAMPLES = "examples/slo";

function file(name: string, lines: readonly string[]): string {
  writeFileSync(at(name), `${lines.join("\n")}\n`);
  return at(name);
}

const read = (name: string): SloFile => SloFileSchema.parse(JSON.parse(readFileSync(at(name), "utf8")));
const iso = (ms: number) => new Date(ms).toISOString();
const run = (...args: string[]) => fleetlens(["slo", ...args]);
const COUNTS = ["--time", "t", "--good", "ok", "--total", "n", "--target", "0.999"];

/** Rows of 5 minutes; 500 of 1,000 bad in rows 12 and 13. */
function outage(
  name: string,
  time: (i: number) => string | number = (i) => iso(Date.UTC(2026, 8, 1) + i * 300_000),
): string {
  return file(name, [
    "t,ok,n",
    ...Array.from({ length: 44 }, (_, i) => `${time(i)},${i === 12 || i === 13 ? 500 : 1000},1000`),
  ]);
}

describe("fleetlens slo", () => {
  it("writes alerts, budget and burn rates, the same bytes each time", () => {
    const input = outage("requests.csv");
    const { code, stdout, stderr } = run(input, ...COUNTS, "--out", at("slo.json"));
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("alerts: 1 page-fast, 1 page-slow, 1 ticket");
    const keys = Object.keys(JSON.parse(readFileSync(at("slo.json"), "utf8")));
    expect(keys.slice(0, 6)).toEqual(["schema", "version", "createdFrom", "alerts", "errorBudget", "burn"]);
    const result = read("slo.json");
    expect(result.alerts).toEqual([
      { rule: "page-fast", start: "2026-09-01T01:00:00Z", end: "2026-09-01T01:05:00Z" },
      { rule: "page-slow", start: "2026-09-01T01:00:00Z", end: "2026-09-01T01:30:00Z" },
      { rule: "ticket", start: "2026-09-01T01:00:00Z", end: "2026-09-01T03:35:00Z" },
    ]);
    expect(result.errorBudget.consumed).toBeCloseTo(1000 / 44, 9);
    expect(result.createdFrom).toMatchObject({
      inputs: [{ name: input, rows: 44 }],
      options: { time: "t", good: "ok", total: "n", target: 0.999, windowSeconds: 2_592_000, minBad: 0 },
      seed: null,
    });
    run(input, ...COUNTS, "--out", at("again.json"));
    expect(readFileSync(at("again.json")).equals(readFileSync(at("slo.json")))).toBe(true);
  });

  it("reads Unix times and plain seconds, in any order of rows", () => {
    const seconds = outage("seconds.csv", (i) => Date.UTC(2026, 8, 1) / 1000 + i * 300);
    expect(run(seconds, ...COUNTS, "--out", at("seconds.json")).code).toBe(0);
    expect(read("seconds.json").alerts).toEqual(read("slo.json").alerts);
    const [head, ...rows] = readFileSync(outage("forward.csv"), "utf8").trim().split("\n");
    run(file("backward.csv", [head, ...rows.reverse()]), ...COUNTS, "--out", at("backward.json"));
    expect(read("backward.json").alerts).toEqual(read("slo.json").alerts);
    const plain = run(
      outage("plain.csv", (i) => i * 300),
      ...COUNTS,
      "--out",
      at("plain.json"),
    );
    expect(plain.code).toBe(0);
    expect(plain.stderr).toContain('column "t" holds plain numbers: they are read as seconds since 1970');
    expect(read("plain.json").alerts[0]).toMatchObject({ rule: "page-fast", start: "1970-01-01T01:00:00Z" });
  });

  it("scales the thresholds with --window, and guards against low traffic with --min-bad", () => {
    run(at("requests.csv"), ...COUNTS, "--window", "7d", "--min-bad", "2000", "--out", at("week.json"));
    const week = read("week.json");
    expect(week.rules.map(({ threshold }) => Number(threshold.toFixed(4)))).toEqual([3.36, 1.4, 0.2333]);
    expect(week.alerts).toEqual([]);
    expect(week.episodes.every(({ suppressed }) => suppressed)).toBe(true);
    expect(week.warnings.join()).toContain("low-traffic guard suppressed: 3 of 3");
  });

  it("adds the mean times of --incidents, as `fleetlens incidents` has them", () => {
    const head = "incident_id,severity,service,started_at,detected_at,acknowledged_at,resolved_at";
    const row = "a,SEV1,api,2026-09-01T01:00:00Z,2026-09-01T01:02:00Z,2026-09-01T01:05:00Z,2026-09-01T02:00:00Z";
    const incidents = file("incidents.csv", [head, row, row.replace(/^a,SEV1/, "a,odd").replace("api", "web")]);
    const { code, stdout, stderr } = run(
      at("requests.csv"),
      ...[...COUNTS, "--incidents", incidents, "--out", at("with.json")],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("mean time to detect 2 min, to acknowledge 3 min, to repair 60 min");
    expect(stderr).toContain('no response limit is known for severity "odd"');
    const { incidents: found, createdFrom, ...rest } = read("with.json");
    expect(createdFrom.inputs.map(({ name, rows }) => [name, rows])).toEqual([
      [at("requests.csv"), 44],
      [incidents, 2],
    ]);
    const { createdFrom: _, ...without } = read("slo.json");
    expect(rest).toEqual(without);
    expect(fleetlens(["incidents", incidents, "--out", at("incidents.json")]).code).toBe(0);
    expect(JSON.parse(readFileSync(at("incidents.json"), "utf8"))).toMatchObject(found ?? {});
    expect(fleetlens(["report", "render", at("with.json"), "--to", "md", "--out", at("reports-with")]).code).toBe(0);
    expect(readFileSync(at("reports-with/slo.md"), "utf8")).toContain("## Which services?");
  });

  it("refuses incidents in an impossible order, and an output in their place", () => {
    const head = "incident_id,severity,service,started_at,detected_at,acknowledged_at,resolved_at";
    const bad = file("bad-incidents.csv", [head, "a,SEV1,api,2026-09-01T01:00:00Z,2026-09-01T00:00:00Z,,"]);
    const options = [at("requests.csv"), ...COUNTS, "--incidents", bad];
    expect(run(...options, "--out", at("never.json"))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/bad-incidents\.csv row 1: column "detected_at"/),
    });
    expect(run(...options, "--out", bad).stderr).toMatch(/is the input/);
  });

  it.each([0, 1, 2])("takes %d rows", (n) => {
    const rows = ["2026-09-01T00:00:00Z,9,10", "2026-09-01T00:05:00Z,10,10"].slice(0, n);
    const { code, stderr } = run(file(`rows-${n}.csv`, ["t,ok,n", ...rows]), ...COUNTS, "--out", at(`rows-${n}.json`));
    expect(code, stderr).toBe(0);
    expect(read(`rows-${n}.json`)).toMatchObject({ rows: n, bad: Math.min(n, 1) });
  });

  it("keeps rows of the same time, with a warning", () => {
    const row = "2026-09-01T00:05:00Z,10,10";
    const input = file("twice.csv", ["t,ok,n", "2026-09-01T00:00:00Z,9,10", row, row]);
    const { code, stderr } = run(input, ...COUNTS, "--out", at("twice.json"));
    expect([code, stderr]).toEqual([0, expect.stringContaining('column "t": 1 row has the time of the row before')]);
    expect(read("twice.json")).toMatchObject({
      rows: 3,
      total: 30,
      warnings: [expect.stringContaining("1 row has"), expect.anything()],
    });
  });

  it.each<[string, string[], string[], RegExp]>([
    ["a missing column", ["t,ok", "2026-09-01,1"], COUNTS, /bad\.csv: no column "n"; the columns are: "t", "ok"/],
    ["a time that is none", ["t,ok,n", "2026-09-01,1,1", "soon,1,1"], COUNTS, /bad\.csv row 2: column "t": got "soon"/],
    [
      "good above total",
      ["t,ok,n", "2026-09-01T00:05Z,1,1", "2026-09-01T00:00Z,3,2"],
      COUNTS,
      /bad\.csv row 2: column "ok": got "3", expected at most n of the row, 2/,
    ],
    [
      "a negative count",
      ["t,ok,n", "2026-09-01,-1,1"],
      COUNTS,
      /bad\.csv row 1: column "ok": got "-1", expected a count from 0/,
    ],
    ["text for a count", ["t,ok,n", "2026-09-01,many,1"], COUNTS, /bad\.csv row 1: column "ok": got "many"/],
    ["no target", ["t,ok,n"], COUNTS.slice(0, 6), /--target is missing/],
    [
      "no columns",
      ["t,ok,n"],
      ["--time", "t", "--target", "0.9"],
      /an objective needs good and total, or value and threshold/,
    ],
    ["half of the columns", ["t,ok,n"], ["--time", "t", "--good", "ok", "--target", "0.9"], /got good$/],
    ["a window that is none", ["t,ok,n"], [...COUNTS, "--window", "30 moons"], /duration must look like/],
  ])("ends with 2 and writes nothing on %s", (_what, lines, options, message) => {
    const input = file("bad.csv", lines);
    const { code, stdout, stderr } = run(input, ...options, "--out", at("never.json"));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain("never.json");
  });

  it.each([
    [["--target", "1"], /expected a share above 0 and below 1/],
    [["--target", "99.9"], /expected a share above 0 and below 1/],
    [["--min-bad", "-1"], /expected a number of events from 0/],
    [["--windows", "7d"], /unknown option '--windows' \(Did you mean --window\?\)/],
  ])("refuses %j", (options, message) => {
    const { code, stderr } = run(at("requests.csv"), ...COUNTS, ...options, "--out", at("never.json"));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("never takes the place of its input", () => {
    expect(run(at("requests.csv"), ...COUNTS, "--out", at("requests.csv")).stderr).toMatch(/is the input/);
  });
});

describe("examples/slo", () => {
  const names = readdirSync(EXAMPLES).filter((name) => name.endsWith(".yaml"));
  const series = sloSeries(10);

  /** A table with the columns of an example, whose bad buckets are those with trouble in the generated month. */
  function tableOf(config: Record<string, unknown>, name: string): string {
    const { time, good, total, value, threshold, weight } = SloConfigSchema.parse(config);
    const head = [time, ...(value ? [value, ...(weight ? [weight] : [])] : [good, total])];
    const rows = Array.from(series.times, (t, i) => {
      const bad = i >= 1000 && i < 1020;
      const measured = (threshold ?? 0) * (bad ? 1.5 : 0.5 + (i % 2) / 2);
      const [all, kept] = [series.total[i], bad ? Math.round(series.total[i] / 2) : series.total[i]];
      return [iso(t), ...(value ? [measured, ...(weight ? [all] : [])] : [kept, all])].join(",");
    });
    return file(`${name}.csv`, [head.join(","), ...rows]);
  }

  it("holds what the issue names, each key explained", () => {
    expect(names).toEqual([
      "availability-99.99.yaml",
      "error-rate-0.1.yaml",
      "error-rate-1.yaml",
      "gpu-memory-95.yaml",
      "latency-p95-100ms.yaml",
      "latency-p99-5s.yaml",
      "replication-lag.yaml",
    ]);
  });

  it.each(names)("%s runs on generated data and finds the trouble", (name) => {
    const text = readFileSync(join(EXAMPLES, name), "utf8");
    const config = parse(text);
    const lines = text.split("\n");
    for (const key of Object.keys(config)) {
      const line = lines.findIndex((one) => one.startsWith(`${key}:`));
      const commented = lines.slice(0, line).findLastIndex((one) => one.startsWith("#"));
      expect(line - commented, `${name} explains ${key}`).toBeLessThanOrEqual(2);
    }
    const input = tableOf(config, name);
    const { code, stderr } = run(input, "--config", join(EXAMPLES, name), "--out", at(`${name}.json`));
    expect(code, stderr).toBe(0);
    const result = read(`${name}.json`);
    expect(result).toMatchObject({ target: config.target, rows: 2880, bucketSeconds: 300 });
    expect(result.createdFrom.inputs.map(({ rows }) => rows)).toEqual([2880, null]);
    expect(result.alerts.map(({ rule }) => rule)).toContain("page-fast");
    const fast = result.episodes.find(({ rule }) => rule === "page-fast");
    expect(Date.parse(fast?.start ?? "")).toBeGreaterThanOrEqual(series.times[1000]);
    expect(Date.parse(fast?.end ?? "")).toBeLessThan(series.times[1020]);
  });

  it("gives way to options: counts replace a measured value, target and window the file's", () => {
    const options = [
      "--config",
      join(EXAMPLES, "latency-p95-100ms.yaml"),
      "--time",
      "t",
      "--good",
      "ok",
      "--total",
      "n",
    ];
    const { code, stderr } = run(
      at("requests.csv"),
      ...options,
      "--target",
      "0.999",
      "--window",
      "30d",
      "--out",
      at("over.json"),
    );
    expect(code, stderr).toBe(0);
    expect(read("over.json").alerts).toEqual(read("slo.json").alerts);
    expect(read("over.json").createdFrom.options).toMatchObject({ good: "ok", target: 0.999 });
  });

  it.each([
    [
      "time: t\ngood: ok\ntotal: n\ntarget: 0.9\nwindows: 7d\n",
      /unknown key "windows"; the nearest known key is "window"/,
    ],
    ["time: t\ngood: ok\ntotal: n\ntarget: 99.9\n", /target: /],
    [
      "time: t\nvalue: ok\ntarget: 0.9\n",
      /needs good and total, or value and threshold \(and maybe weight\), got value$/,
    ],
    ["good: ok\ntotal: n\ntarget: 0.9\n", /--time is missing; give it, or a --config file with the key time/],
  ])("a file that cannot be meant is refused (%#)", (text, message) => {
    writeFileSync(at("bad.yaml"), text);
    const { code, stderr } = run(at("requests.csv"), "--config", at("bad.yaml"), "--out", at("never.json"));
    expect(code).toBe(2);
    expect(stderr.trim()).toMatch(message);
  });

  it("takes a value at the threshold for good, and refuses a negative weight", () => {
    writeFileSync(at("lag.yaml"), "time: t\nvalue: lag\nthreshold: 10\nweight: w\ntarget: 0.9\n");
    const head = "t,lag,w";
    const good = file("lag.csv", [head, "2026-09-01T00:00Z,10,2", "2026-09-01T00:05Z,10.01,3", "2026-09-01T00:10Z,,5"]);
    const { code, stderr } = run(good, "--config", at("lag.yaml"), "--out", at("lag.json"));
    expect([code, stderr]).toEqual([0, expect.stringContaining("rows without a good or a total count: 1 of 3")]);
    expect(read("lag.json")).toMatchObject({ bad: 3, total: 5 });
    const bad = file("lag-bad.csv", [head, "2026-09-01T00:00Z,10,-2"]);
    expect(run(bad, "--config", at("lag.yaml"), "--out", at("never.json")).stderr).toMatch(
      /row 1: column "w": got "-2"/,
    );
  });
});

describe("the result", () => {
  it("is that of the library", () => {
    const times = Float64Array.from({ length: 44 }, (_, i) => Date.UTC(2026, 8, 1) + i * 300_000);
    const total = new Float64Array(44).fill(1000);
    const good = total.map((all, i) => (i === 12 || i === 13 ? 500 : all));
    expect(read("slo.json")).toMatchObject(burnRates({ times, good, total }, { target: 0.999 }));
  });

  it("becomes a report", () => {
    const { code, stderr } = fleetlens(["report", "render", at("slo.json"), "--to", "html,md", "--out", at("reports")]);
    expect(code, stderr).toBe(0);
    expect(readFileSync(at("reports/slo.md"), "utf8")).toContain("## How much error budget is left?");
  });
});
