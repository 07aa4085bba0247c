import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanaryFileSchema, EdgeFileSchema, OtaFileSchema, ServiceFileSchema } from "../../src/experiment/index.js";
import { fleetlens } from "./program.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const fixture = (name: string) => `fixtures/gate/${name}`;
const gate = (...args: string[]) => fleetlens(["gate", ...args]);
const read = (name: string) => JSON.parse(readFileSync(at(name), "utf8"));

function file(name: string, ...lines: string[]): string {
  writeFileSync(at(name), `${lines.join("\n")}\n`);
  return at(name);
}

describe("fleetlens gate canary", () => {
  const canary = (name: string, ...args: string[]) =>
    gate("canary", "--input", fixture("canary.parquet"), "--max-regression", "0.05", "--out", at(name), ...args);

  it("aborts on the class that is worse, the same bytes each time", () => {
    const { code, stdout, stderr } = canary("canary.json", "--step", "5");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("abort; next step 0 %");
    const found = CanaryFileSchema.parse(read("canary.json"));
    expect(Object.keys(read("canary.json")).slice(0, 7)).toEqual([
      ...["schema", "version", "createdFrom", "classes", "latency", "decision", "next_step"],
    ]);
    expect(found.classes.filter(({ verdict }) => verdict === "fail").map(({ class: name }) => name)).toEqual([
      "pedestrian",
    ]);
    expect(found.slices.filter(({ verdict }) => verdict === "fail").map(({ slice }) => slice)).toEqual(["night"]);
    expect(found).toMatchObject({ mode: "canary", rows: { prod: 7855, canary: 4145 }, errors: { verdict: "pass" } });
    expect(found.createdFrom).toMatchObject({
      inputs: [{ name: "fixtures/gate/canary.parquet", rows: 12_000 }],
      options: { maxRegression: 0.05, alpha: 0.05, steps: [1, 5, 25, 50, 100], step: 5 },
      seed: null,
    });
    canary("again.json", "--step", "5");
    expect(readFileSync(at("again.json")).equals(readFileSync(at("canary.json")))).toBe(true);
  });

  it.each([
    ["abort", 3],
    ["hold", 3],
  ])("exits 3 with --fail-on %s", (decision, expected) => {
    expect(canary("fail.json", "--fail-on", decision).code).toBe(expected);
  });

  it("prints the file without --out", () => {
    const { code, stdout } = gate(
      "canary",
      "--input",
      fixture("canary.parquet"),
      "--max-regression",
      "0.05",
      "--step",
      "5",
    );
    expect([code, stdout]).toEqual([0, readFileSync(at("canary.json"), "utf8")]);
  });

  it("promotes a shadow run by its pairs, and does not fail on it", () => {
    const args = ["--input", fixture("shadow.parquet"), "--steps", "5,50,100", "--step", "50", "--fail-on", "hold"];
    const { code, stdout } = gate("canary", ...args, "--out", at("shadow.json"));
    expect([code, stdout]).toEqual([0, expect.stringContaining("promote; next step 100 % (shadow")]);
    expect(CanaryFileSchema.parse(read("shadow.json"))).toMatchObject({ mode: "shadow", pairs: 5000, errors: null });
  });

  it("takes 3.0 for 3, any flag, empty cells and CSV", () => {
    const rows = Array.from(
      { length: 80 },
      (_, i) => `${i % 2 ? "prod" : "canary"},3,${i < 70 ? "3.0" : ""},,${i % 4 < 2 ? "true" : 1}`,
    );
    const input = file("text.csv", "arm,label,prediction,latency_ms,ok", ...rows);
    const { code, stderr } = gate("canary", "--input", input, "--max-regression", "0.5", "--out", at("text.json"));
    expect([code, stderr]).toEqual([0, ""]);
    expect(read("text.json").classes).toMatchObject([{ class: "3", recall_prod: 0.875, recall_canary: 0.875 }]);
    expect(read("text.json")).toMatchObject({ errors: { rate_prod: 0 }, latency: [{ prod: null }, {}, {}, {}] });
  });

  it.each<[string, string[], RegExp]>([
    ["no canary", ["prod,a,a,1,x"], /bad\.csv: column "arm": no row of canary/],
    ["no rows", [], /bad\.csv: there are no rows/],
    [
      "two truths of a request",
      ["prod,a,a,1,x", "canary,b,b,1,x"],
      /bad\.csv row 2: column "label": got "b", expected the label of the same request in row 1, "a"/,
    ],
  ])("refuses %s", (_, lines, message) => {
    const input = file("bad.csv", "arm,label,prediction,latency_ms,request_id", ...lines);
    const { code, stderr } = gate("canary", "--input", input, "--out", at("bad.json"));
    expect([code, stderr.trim().split("\n").length]).toEqual([2, 1]);
    expect(stderr).toMatch(message);
  });
});

describe("fleetlens gate ota", () => {
  it("halts the bad region and follows the soak", () => {
    const args = ["--input", fixture("waves.csv"), "--soak", fixture("soak.csv"), "--out", at("ota.json")];
    const { code, stdout } = gate("ota", ...args);
    expect([code, stdout]).toEqual([0, expect.stringContaining("halt: failure rate")]);
    const found = OtaFileSchema.parse(read("ota.json"));
    expect(found.cells).toHaveLength(12);
    expect(found.cells.slice(-3).map(({ wave, region, decision }) => [wave, region, decision])).toEqual([
      [4, "apac", "halt"],
      [4, "eu", "accept"],
      [4, "us", "accept"],
    ]);
    expect(found.soak!.map(({ region }) => region)).toEqual([null, "apac", "eu", "us"]);
    expect(found.createdFrom.inputs.map(({ name }) => name)).toEqual([
      "fixtures/gate/waves.csv",
      "fixtures/gate/soak.csv",
    ]);
    expect(gate("ota", ...args, "--fail-on", "halt").code).toBe(3);
    expect(gate("ota", ...args, "--max-rate", "0.3", "--fail-on", "halt").code).toBe(0);
  });

  it("keeps names of waves", () => {
    const input = file("names.csv", "wave,region,attempted,failed", "pilot,eu,10,0", "01,eu,10,0");
    gate("ota", "--input", input, "--out", at("names.json"));
    expect(read("names.json").cells.map(({ wave }: { wave: string }) => wave)).toEqual(["pilot", "01"]);
  });

  it("refuses no waves and no soak, naming the file", () => {
    const none = gate("ota", "--input", file("none.csv", "wave,region,attempted,failed"), "--out", at("bad.json"));
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("none.csv: there are no rows")]);
    const soak = file("soak.csv", "vehicle,hours,failed");
    const empty = gate("ota", "--input", fixture("waves.csv"), "--soak", soak, "--out", at("bad.json"));
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining("soak.csv: there are no rows")]);
  });

  it("refuses a wave and region twice", () => {
    const input = file("bad.csv", "wave,region,attempted,failed", "1,eu,10,0", "1,eu,10,0");
    const { code, stderr } = gate("ota", "--input", input, "--out", at("bad.json"));
    expect([code, stderr.trim().split("\n").length]).toEqual([2, 1]);
    expect(stderr).toMatch(/bad\.csv row 2: column "wave": got 1, expected one row of region "eu" and this wave/);
  });
});

describe("fleetlens gate edge", () => {
  it("judges a build by its limits", () => {
    const limits = [
      "--min-agreement",
      "0.97",
      "--max-abs-diff",
      "0.05",
      "--max-latency-p95",
      "40",
      "--max-thermal-trend",
      "3",
    ];
    const args = ["--input", fixture("edge.parquet"), "--out", at("edge.json")];
    const { code, stdout } = gate("edge", ...args, ...limits, "--fail-on", "hold");
    expect([code, stdout]).toEqual([0, expect.stringContaining("pass (1200 samples, 4 classes)")]);
    const found = EdgeFileSchema.parse(read("edge.json"));
    expect(found.checks.map(({ check, verdict }) => [check, verdict])).toEqual([
      ...["max_abs_diff", "agreement", "latency_p95", "thermal_trend"].map((check) => [check, "pass"]),
    ]);
    expect(found.thermal!.slope).toBeCloseTo(1.5, 1);
    expect(gate("edge", ...args, "--min-agreement", "0.999", "--fail-on", "fail").code).toBe(3);
    const { code: none, stderr } = gate("edge", ...args, "--fail-on", "fail");
    expect([none, stderr]).toEqual([0, expect.stringContaining("no limit was given")]);
  });

  it("takes plain seconds, and counts an empty quantised score as none", () => {
    const input = file("plain.csv", "float_a,quant_a,temperature_c,time", "1,1,50,0", "1,,51,3600", "1,0.5,52,7200");
    const { code, stdout } = gate("edge", "--input", input, "--max-abs-diff", "1", "--out", at("plain.json"));
    expect([code, stdout]).toEqual([0, expect.stringContaining("fail")]);
    expect(read("plain.json")).toMatchObject({ not_finite: 1, difference: { max: 0.5 }, thermal: { slope: 1 } });
  });

  it("refuses no samples, naming the file", () => {
    const { code, stderr } = gate("edge", "--input", file("none.csv", "float_a,quant_a"), "--out", at("bad.json"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("none.csv: there are no rows")]);
  });

  it("refuses a build without a class", () => {
    const { code, stderr } = gate(
      "edge",
      "--input",
      file("bad.csv", "float_a,quant_b", "1,1"),
      "--out",
      at("bad.json"),
    );
    expect([code, stderr]).toEqual([2, expect.stringMatching(/bad\.csv: no column "float_b"/)]);
  });
});

describe("fleetlens gate service", () => {
  const args = (...more: string[]) => [
    ...[
      "--input",
      fixture("service.csv"),
      "--incidents",
      fixture("incidents.csv"),
      "--defects",
      fixture("defects.csv"),
    ],
    ...["--target", "0.999", "--out", at("service.json"), ...more],
  ];

  it("judges budget, cost, mitigation and defects", () => {
    const limits = ["--max-cost", "0.3", "--max-mitigation", "2h", "--max-escape-rate", "0.1", "--fail-on", "hold"];
    const { code, stdout } = gate("service", ...args(...limits));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^pass\n/)]);
    const found = ServiceFileSchema.parse(read("service.json"));
    expect(found).toMatchObject({
      budget: { target: 0.999, ongoing: [] },
      cost: { unit: "day", units: 14 },
      mitigation: { n: 23, open: 1 },
      createdFrom: { seed: 0 },
    });
    expect(found.createdFrom.inputs.map(({ name }) => name.split("/").at(-1))).toEqual([
      ...["service.csv", "incidents.csv", "defects.csv"],
    ]);
    expect(gate("service", ...args("--max-cost", "0.1", "--fail-on", "fail")).code).toBe(3);
    expect(gate("service", ...args("--min-budget", "0.9", "--fail-on", "fail")).code).toBe(3);
  });

  it("takes the list of fleetlens incidents, and rows in any order", () => {
    const incidents = file(
      "list.csv",
      "incident_id,started_at,resolved_at",
      "a,2026-09-01T00:00Z,2026-09-01T01:00Z",
      "b,2026-09-02T00:00Z,",
    );
    expect(gate("service", "--incidents", incidents, "--out", at("list.json")).code).toBe(0);
    expect(read("list.json").mitigation).toMatchObject({ n: 1, open: 1, mean: { value: 3600 } });
    const [head, ...rows] = readFileSync(fixture("service.csv"), "utf8").trim().split("\n");
    const backwards = file("backwards.csv", head, ...rows.reverse());
    gate("service", "--input", backwards, "--target", "0.999", "--out", at("backwards.json"));
    gate("service", "--input", fixture("service.csv"), "--target", "0.999", "--out", at("forwards.json"));
    expect(read("backwards.json").budget).toEqual(read("forwards.json").budget);
  });

  it("refuses a time that two rows have, and files without rows", () => {
    const twice = file("twice.csv", "time,good,total", "2026-09-01,99,100", "2026-09-01,99,100");
    const refused = (...more: string[]) => {
      const { code, stderr } = gate("service", ...more, "--target", "0.9", "--out", at("bad.json"));
      expect([code, stderr.trim().split("\n").length]).toEqual([2, 1]);
      return stderr;
    };
    expect(refused("--input", twice)).toMatch(
      /twice\.csv row 2: column "time": got "2026-09-01", which .*row 1 has too/,
    );
    const heads = { input: "time,good,total", incidents: "started_at,mitigated_at", defects: "escaped,caught" };
    for (const [option, head] of Object.entries(heads)) {
      expect(refused(`--${option}`, file("empty.csv", head))).toContain("empty.csv: there are no rows");
    }
  });

  it("leaves alerts out by --min-bad, and tells what is consumed and left of the same window", () => {
    const { code, stdout } = gate("service", ...args("--min-bad", "5"));
    const { budget, createdFrom } = ServiceFileSchema.parse(read("service.json"));
    expect([code, createdFrom.options["minBad"]]).toEqual([0, 5]);
    expect(budget!.consumed + budget!.remaining).toBeCloseTo(1, 12);
    expect(stdout).toMatch(/of the error budget of the last 30 days 24\.07 % is consumed, 75\.93 % left/);
  });

  it("refuses counts without a target, and no input at all", () => {
    const input = file("bad.csv", "time,good,total", "2026-09-01,4,4");
    const { code, stderr } = gate("service", "--input", input, "--out", at("bad.json"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("requests need a target")]);
    const none = gate("service", "--out", at("bad.json"));
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("give at least one of --input, --incidents")]);
  });
});
