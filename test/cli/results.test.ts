import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CapacityPlanSchema } from "../../src/capacity/index.js";
import { CliResultSchema } from "../../src/cli/result-schema.js";
import { DemandSchema } from "../../src/forecast/index.js";
import { HourlySumsSchema } from "../../src/ingest/hourly-sums-schema.js";
import { reportSchema } from "../../src/report/index.js";
import { fleetlens } from "./program.js";

const CLUSTER = "fixtures/cluster";
const TELEMETRY = `${CLUSTER}/telemetry.parquet`;
const columns = ["--queue-col", "queue", "--time-col", "time", "--value-col", "running_gpus"];

describe("what commands write and print for machines", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleetlens-results-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a command with `--json`, checks its line against the published schema, and returns it. */
  function run(args: string[]) {
    const { code, stdout, stderr } = fleetlens([...args, "--json"]);
    expect(stdout.match(/\n/g), stderr).toHaveLength(1);
    const result = CliResultSchema.parse(JSON.parse(stdout));
    expect(result.ok ? code === 0 || code === 3 : code === result.exitCode).toBe(true);
    return result;
  }
  const written = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), "utf8"));

  it("aggregate", () => {
    const out = join(folder, "hourly.json");
    const args = ["--input", TELEMETRY, ...columns, "--sample-seconds", "300", "--out", out];
    expect(run(["aggregate", ...args])).toMatchObject({ ok: true, command: "aggregate", outputs: [out] });
    expect(HourlySumsSchema.parse(written("hourly.json")).rows.length).toBeGreaterThan(1000);
  });

  it("demand", () => {
    const out = join(folder, "demand.json");
    const names = ["--queue", "queue", "--time", "time", "--value", "running_gpus+pending_gpus"];
    expect(run(["demand", TELEMETRY, ...names, "--weeks", "1", "--out", out])).toMatchObject({
      ok: true,
      outputs: [out],
    });
    expect(DemandSchema.parse(written("demand.json")).weeks.length).toBeGreaterThan(1);
  });

  it("plan, and the report made of it", () => {
    const out = join(folder, "plan");
    const result = run(["plan", `${CLUSTER}/plan.yaml`, "--out", out, "--to", "json"]);
    expect(result).toMatchObject({ ok: true, command: "plan" });
    expect(CapacityPlanSchema.parse(written("plan/capacity_plan_2026-10.json")).month).toBe("2026-10");
    expect(reportSchema.parse(written("plan/capacity_plan_2026-10.report.json")).cells.length).toBeGreaterThan(5);
  });

  it.each([
    ["aggregate", ["--input", "nowhere.parquet", ...columns, "--sample-seconds", "300"], "E_INPUT"],
    ["forecast", ["nowhere.csv", "--id", "q", "--time", "t", "--value", "y", "--horizon", "5"], "E_INPUT"],
    ["demand", ["nowhere.csv", "--queue", "q", "--time", "t", "--value", "y"], "E_INPUT"],
    ["plan", ["nowhere.yaml"], "E_INPUT"],
  ])("%s says what is wrong with a file that is not there", (command, args, code) => {
    const result = run([command, ...args, "--out", join(folder, "never.json")]);
    expect(result).toMatchObject({ ok: false, command, exitCode: 2, error: { code } });
    expect(result.ok ? "" : result.error.message).toContain("nowhere");
  });
});
