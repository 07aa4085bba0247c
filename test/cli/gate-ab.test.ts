import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { abLooks } from "../../fixtures/ab-looks.js";
import { FIXTURE_SEED } from "../../fixtures/generate.js";
import { packingCsv } from "../../fixtures/packing.js";
import { AbFileSchema, AbPlanFileSchema } from "../../src/experiment/index.js";
import { type OutputColumn, writeParquet } from "../../src/ingest/index.js";
import { fleetlens } from "./program.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const FIXTURE = "fixtures/gate/ab-looks.csv";
const run = (...args: string[]) => fleetlens(["gate", "ab", ...args]);
const json = (name: string) => JSON.parse(readFileSync(at(name), "utf8"));
const read = (name: string) => AbFileSchema.parse(json(name));

const HEAD = "experiment,look,n_a,sum_a,sumsq_a,n_b,sum_b,sumsq_b,information";
const ROWS = ["e,1,500,50,50,500,52,52,0.5", "e,2,1000,100,100,1000,130,130,1"];
function file(name: string, lines: readonly string[]): string {
  writeFileSync(at(name), `${lines.join("\n")}\n`);
  return at(name);
}

describe("fleetlens gate ab", () => {
  it("decides the experiments of the fixture, the same bytes each time", () => {
    const { code, stdout, stderr } = run("--input", FIXTURE, "--out", at("ab.json"));
    expect(code).toBe(0);
    const keys = Object.keys(json("ab.json"));
    expect(keys).toEqual(["schema", "version", "createdFrom", "experiments", "warnings"]);
    const { experiments, createdFrom, warnings } = read("ab.json");
    expect(experiments.map(({ experiment, decision }) => [experiment, decision])).toEqual([
      ["checkout-button", "reject"],
      ["ranking-v2", "accept"],
      ["decoder", "guardrail_stop"],
      ["eta-model", "reject"],
      ["map-tiles", "continue"],
      ["voice", "continue"],
    ]);
    expect(experiments.map(({ srm }) => srm.flag)).toEqual([false, false, false, false, true, false]);
    const [first] = json("ab.json").experiments[0].looks;
    expect(Object.keys(first).slice(0, 7)).toEqual(["look", "effect", "z", "lower", "upper", "bound", "rejected"]);
    expect(first.bound).toBeCloseTo(4.876885, 6);
    // The covariate explains (0.8·3)² ÷ ((0.8·3)² + 1.5²) of the variance of a look.
    expect(experiments[3].looks[4].cuped!.variance_reduction).toBeCloseTo(0.719, 1);
    expect(createdFrom).toMatchObject({
      inputs: [{ name: FIXTURE, rows: 35 }],
      options: { design: "obf", alpha: 0.05, rho_rows: 5000 },
      seed: null,
    });
    expect(warnings).toEqual([expect.stringContaining('experiment "map-tiles": sample ratio mismatch')]);
    expect(stderr).toContain("sample ratio mismatch");
    expect(stdout).toContain('decoder: guardrail_stop: guardrail: metric "crashes" is higher in b than in a at look');
    run("--input", FIXTURE, "--out", at("again.json"));
    expect(readFileSync(at("again.json")).equals(readFileSync(at("ab.json")))).toBe(true);
  });

  it("is what the generator gives", () => {
    expect(readFileSync(FIXTURE, "utf8") === packingCsv(abLooks(FIXTURE_SEED))).toBe(true);
  });

  it("reads Parquet and JSON as it reads CSV", async () => {
    const rows = abLooks(FIXTURE_SEED);
    const lines = rows.map((row) => JSON.stringify(row, (_, value) => (value === "" ? undefined : value)));
    expect(run("--input", file("looks.jsonl", lines), "--out", at("json.json")).code).toBe(0);
    expect(json("json.json").experiments).toEqual(json("ab.json").experiments);
    const columns = Object.keys(rows[0]).map((name): OutputColumn => {
      const data = rows.map((row) => (row[name] === "" ? null : row[name]));
      const whole = ["look", "n_a", "n_b"].includes(name);
      const text = ["experiment", "metric", "role", "better"].includes(name);
      return { name, type: text ? "VARCHAR" : whole ? "BIGINT" : "DOUBLE", data: whole ? data.map(Number) : data };
    });
    await writeParquet(at("looks.parquet"), columns);
    expect(run("--input", at("looks.parquet"), "--out", at("parquet.json")).code).toBe(0);
    expect(json("parquet.json").experiments).toEqual(json("ab.json").experiments);
  });

  it.each([
    ["pocock", ["2.1570", "2.2010"]],
    ["always-valid", ["3.3471", "3.1167"]],
    ["fixed", ["1.9600", "1.9600"]],
  ])("takes --design %s", (design, bounds) => {
    const input = file("two.csv", [HEAD, ...ROWS]);
    expect(run("--input", input, "--design", design, "--alpha", "0.05", "--out", at("design.json")).code).toBe(0);
    const { looks } = read("design.json").experiments[0];
    expect(looks.map(({ bound }) => bound!.toFixed(4))).toEqual(bounds);
  });

  it("always-valid needs no information, and has its --rho-rows", () => {
    const short = [HEAD, ...ROWS].map((line) => line.slice(0, line.lastIndexOf(",")));
    const input = file("short.csv", short);
    const args = ["--input", input, "--out", at("short.json")];
    expect(run(...args, "--design", "always-valid", "--rho-rows", "2000").code).toBe(0);
    expect(read("short.json").experiments[0].looks[1].bound).toBeCloseTo(3.035, 3);
    expect(run(...args).stderr).toContain('no column "information"');
  });

  it.each([
    ["reject", 3],
    ["guardrail_stop,srm", 3],
    ["srm", 3],
  ])("ends with 3 on --fail-on %s", (findings, code) => {
    expect(run("--input", FIXTURE, "--fail-on", findings, "--out", at("fail.json")).code).toBe(code);
    expect(read("fail.json").experiments).toHaveLength(6);
  });

  it("ends with 0 on --fail-on when nothing is found", () => {
    const input = file("calm.csv", [HEAD, ROWS[0]]);
    const { code } = run("--input", input, "--fail-on", "reject,guardrail_stop,srm", "--out", at("calm.json"));
    expect(code).toBe(0);
  });

  it("prints the file without --out", () => {
    const { code, stdout } = run("--input", FIXTURE);
    expect([code, stdout]).toEqual([0, readFileSync(at("ab.json"), "utf8")]);
    expect(run("--input", FIXTURE, "--fail-on", "srm").code).toBe(3);
  });

  it("goes on where z cannot be computed, and says why", () => {
    const input = file("flat.csv", [HEAD, "e,1,100,0,0,100,100,100,1"]);
    const { code, stderr } = run("--input", input, "--out", at("flat.json"));
    const why = "z of the metric cannot be computed at look 1: no arm has any spread";
    expect([code, stderr]).toEqual([0, expect.stringContaining(why)]);
    expect(read("flat.json").experiments).toMatchObject([
      { decision: "continue", reason: why, looks: [{ effect: 1, z: null, rejected: false }] },
    ]);
  });

  it("names the file and row of several files", () => {
    const folderOf = mkdtempSync(join(folder, "parts-"));
    writeFileSync(join(folderOf, "1.csv"), `${HEAD}\n${ROWS[0]}\n`);
    writeFileSync(join(folderOf, "2.csv"), `${HEAD}\nf,1,500,50,50,500,52,52,0.5\ne,2,400,40,40,1000,130,130,1\n`);
    const { code, stderr } = run("--input", folderOf, "--out", at("never.json"));
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/2\.csv row 2: experiment "e", look 2: column "n_a": got 400/),
    ]);
  });

  it.each<[string, string[], RegExp]>([
    ["no rows", [HEAD], /bad\.csv: there are no rows; expected one for each look of a metric/],
    ["a missing column", ["experiment,look", "e,1"], /bad\.csv: no column "n_a"; the columns are:/],
    ["text", [HEAD, "e,1,500,many,50,500,52,52,1"], /bad\.csv row 1: column "sum_a": got "many", expected a finite/],
    ["an empty sum", [HEAD, "e,1,500,,50,500,52,52,1"], /row 1: column "sum_a": got an empty cell/],
    ["one row", [HEAD, "e,1,1,1,1,500,52,52,1"], /row 1: column "n_a": got "1", expected a whole number from 2/],
    ["no name", [HEAD, ",1,500,50,50,500,52,52,1"], /row 1: column "experiment": got an empty cell/],
    [
      "information above 1",
      [HEAD, "e,1,500,50,50,500,52,52,1.5"],
      /row 1: .*information must lie above 0 and at most at 1/,
    ],
    ["small squares", [HEAD, "e,1,500,50,4,500,52,52,1"], /bad\.csv row 1: .*"sumsq_a": got 4, expected at least/],
    ["a look twice", [HEAD, ROWS[0], ROWS[0]], /bad\.csv row 2: experiment "e", look 1: column "look": is there twice/],
    ["guardrails alone", [`${HEAD},role`, `${ROWS[0]},guardrail`], /bad\.csv row 1: .*has no primary metric/],
    ["a bad role", [`${HEAD},role`, `${ROWS[0]},boss`], /column "role": got "boss", expected primary or guardrail/],
  ])("ends with 2 and writes nothing on %s", (_what, lines, message) => {
    const { code, stdout, stderr } = run("--input", file("bad.csv", lines), "--out", at("never.json"));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain("never.json");
  });

  it.each<[string[], RegExp]>([
    [["--out", "x.json"], /--input is missing/],
    [["--input", FIXTURE, "--out", FIXTURE], /is the input/],
    [["--input", FIXTURE, "--out", "x.json", "--alpha", "5"], /expected a share above 0 and below 1/],
    [
      ["--input", FIXTURE, "--out", "x.json", "--design", "best"],
      /Allowed choices are obf, pocock, always-valid, fixed/,
    ],
    [["--input", FIXTURE, "--out", "x.json", "--fail-on", "accept"], /expected some of reject, guardrail_stop, srm/],
    [["--input", FIXTURE, "--out", "x.json", "--power", "0.9"], /--power has no meaning without --plan/],
    [["--plan", "--input", FIXTURE], /--input has no meaning with --plan/],
    [["--plan", "--baseline", "0.1"], /--plan needs --baseline and --target/],
    [["--plan", "--effect-size", "0.2", "--baseline", "0.1"], /--plan needs --baseline and --target/],
    [["--plan", "--baseline", "0.1", "--target", "0.1"], /effect size must be a number other than 0/],
  ])("refuses %j", (args, message) => {
    const { code, stderr } = run(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe("fleetlens gate ab --plan", () => {
  it("gives the rows of two shares", () => {
    const plan = ["--plan", "--baseline", "0.10", "--target", "0.12", "--power", "0.8"];
    const { code, stdout } = run(...plan, "--design", "fixed", "--out", at("plan.json"));
    expect([code, stdout]).toEqual([0, expect.stringContaining("needs 3,835 rows of a and 3,835 of b")]);
    const file = AbPlanFileSchema.parse(json("plan.json"));
    expect(file.fixed.n_a).toBeCloseTo(3834.595739884031, 6);
    expect(file).toMatchObject({ schema: "fleetlens.ab-plan/1", n_a: 3835, inflation: 1, days: null });
    run(...plan, "--design", "obf", "--daily", "1000", "--out", at("plan.json"));
    expect(AbPlanFileSchema.parse(json("plan.json"))).toMatchObject({ n_a: 3930, days: 8, looks: { length: 5 } });
  });

  it("gives the rows of two means, without a file if none is wanted", () => {
    const { code, stdout } = run("--plan", "--effect-size", "0.2", "--power", "0.9", "--json");
    const { summary, outputs } = JSON.parse(stdout);
    expect([code, outputs]).toEqual([0, []]);
    expect(summary.fixed.n_a).toBeCloseTo(526.3331885760532, 7);
  });
});
