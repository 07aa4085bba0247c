import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CostFile, CostFileSchema, moneyText, parseMoney } from "../../src/cost/index.js";
import { openDuckDb } from "../../src/engine/duckdb.js";
import { fleetlens } from "./program.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const BILL = "fixtures/cost/focus/*.csv";
const SAMPLE = "../shared/data/readers/focus.csv";
const FILES = ["cost.json", "daily_cost.parquet", "recommendations.parquet", "report.html", "showback.parquet"];
const golden = JSON.parse(readFileSync("test/golden/cost.golden.json", "utf8"));
const run = (...args: string[]) => fleetlens(["cost", ...args]);
const read = (name: string): CostFile =>
  CostFileSchema.parse(JSON.parse(readFileSync(at(`${name}/cost.json`), "utf8")));

async function rows(sql: string) {
  const engine = await openDuckDb({ allowedDirectories: [folder] });
  try {
    return await engine.rows({ sql });
  } finally {
    await engine.close();
  }
}

describe("fleetlens cost", () => {
  const options = ["--utilisation", "fixtures/cost/utilisation.csv", "--budget", "fixtures/cost/budgets.yaml"];

  it("writes the folder, the same bytes each time", async () => {
    const { code, stdout, stderr } = run("--focus", BILL, ...options, "--out", at("full"));
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/2026-05: 65,385\.18 USD in 20 of 31 days; month end 101,\d{3}\.\d\d USD/);
    expect(stdout).toContain("showback of 2026-05: 7 rows add up to the bill of 81,988.89 USD");
    expect(readdirSync(at("full")).sort()).toEqual(FILES);
    const result = read("full");
    expect(result.bill).toMatchObject(golden.total);
    expect(result.createdFrom.inputs.map(({ name, rows }) => [name, rows])).toEqual([
      ["fixtures/cost/focus/2026-03.csv", 252],
      ["fixtures/cost/focus/2026-04.csv", 252],
      ["fixtures/cost/focus/2026-05.csv", 184],
      ["fixtures/cost/utilisation.csv", 150],
      ["fixtures/cost/budgets.yaml", null],
    ]);
    expect(result.recommendations.map(({ kind }) => kind)).toEqual([
      "under-used-pool",
      "unused-commitment",
      "idle-pool",
    ]);
    expect(run("--focus", BILL, ...options, "--out", at("again")).code).toBe(0);
    for (const file of FILES) {
      expect(readFileSync(at(`again/${file}`)).equals(readFileSync(at(`full/${file}`))), file).toBe(true);
    }
  });

  it("has exact tables: days and showback add up to the bill", async () => {
    const [daily] = await rows(
      `SELECT CAST(sum(billed_cost) AS VARCHAR) AS billed, CAST(sum(effective_cost) AS VARCHAR) AS effective FROM '${at("full/daily_cost.parquet")}'`,
    );
    const exact = (text: unknown) => moneyText(parseMoney(String(text))?.value ?? 0n);
    expect({ billed: exact(daily["billed"]), effective: exact(daily["effective"]) }).toEqual(golden.total);
    const months = await rows(
      `SELECT invoice_month AS month, CAST(sum(total) AS VARCHAR) AS total FROM '${at("full/showback.parquet")}' GROUP BY 1 ORDER BY 1`,
    );
    expect(months.map(({ month, total }) => [month, Number(total)])).toEqual([
      ["2026-03", 81230.29],
      ["2026-04", 84180.03],
      ["2026-05", 81988.89],
    ]);
    const [saving] = await rows(
      `SELECT CAST(max(saving_per_month) AS DOUBLE) AS most FROM '${at("full/recommendations.parquet")}'`,
    );
    expect(Number(saving["most"])).toBeGreaterThan(0);
  });

  it("becomes a report by itself and by fleetlens report", () => {
    expect(readFileSync(at("full/report.html"), "utf8")).toContain("Where will the month end?");
    const { code, stderr } = fleetlens(["report", "render", at("full/cost.json"), "--to", "md", "--out", at("md")]);
    expect(code, stderr).toBe(0);
    expect(readFileSync(at("md/cost.md"), "utf8")).toContain("Reconciled with BilledCost to the smallest coin");
  });

  it.skipIf(!existsSync(SAMPLE))("reads the sample of the readers", () => {
    const { code, stdout, stderr } = run("--focus", SAMPLE, "--out", at("sample"));
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("showback of 2026-01: 3 rows add up to the bill of 27.77 USD");
    expect(read("sample").showback.months[0]).toMatchObject({ billed: "27.7726", bill: 27.77, difference: "0" });
  });

  it("ends at --as-of, in UTC", () => {
    run("--focus", BILL, "--as-of", "2026-04-11T05:00:00+05:00", "--out", at("asof"));
    expect(read("asof")).toMatchObject({
      month: "2026-04",
      month_to_date: { from: "2026-04-01", to: "2026-04-11", days: 10 },
    });
    expect(run("--focus", BILL, "--as-of", "soon", "--out", at("never")).stderr).toMatch(/--as-of: got "soon"/);
  });

  it("ends with 3 when a budget is likely to be passed and --fail-on asks, its files written", () => {
    const { code } = run("--focus", BILL, ...options, "--fail-on", "budget", "--out", at("failed"));
    expect([code, existsSync(at("failed/cost.json"))]).toEqual([3, true]);
    writeFileSync(at("rich.yaml"), "total: 1000000\n");
    expect(run("--focus", BILL, "--budget", at("rich.yaml"), "--fail-on", "budget", "--out", at("rich")).code).toBe(0);
  });

  it("takes other tags and the billed basis", () => {
    run("--focus", BILL, "--team-tag", "pool", "--basis", "billed", "--out", at("pools"));
    const result = read("pools");
    expect(result.daily.dimensions.team?.map(({ name }) => name)).toContain("label");
    expect(result.basis).toBe("billed");
  });

  it.each<[string, string[], RegExp]>([
    ["a missing column", ["--focus", "bad.csv"], /bad\.csv: no column "BilledCost"/],
    ["no file", ["--focus", "none-*.csv"], /no file matches "[^"]*none-\*\.csv"/],
    [
      "a column that the version makes mandatory",
      ["--focus", BILL, "--focus-version", "0.9"],
      /Allowed choices are 1\.0/,
    ],
    [
      "an unknown budget",
      ["--focus", BILL, "--budget", "odd.yaml"],
      /unknown key "totals"; the nearest known key is "total"/,
    ],
    ["half of it rejected", ["--focus", "half.csv"], /1 of 2 rows cannot be used \(--lenient/],
  ])("ends with 2 and writes nothing on %s", (_what, args, message) => {
    const head =
      "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName";
    writeFileSync(at("bad.csv"), `${head.replace("BilledCost,", "")}\n`);
    const row = "USD,Usage,2026-06-01T00:00:00Z,2026-06-02T00:00:00Z,EC2";
    writeFileSync(at("half.csv"), `${head}\n1,1,${row}\nx,1,${row}\n`);
    writeFileSync(at("odd.yaml"), "totals: 5\n");
    const own = args.map((arg) => (/^(bad|none|half|odd)/.test(arg) ? at(arg) : arg));
    const { code, stdout, stderr } = run(...own, "--out", at("never"));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(existsSync(at("never"))).toBe(false);
  });

  it("goes on with --lenient, and lists what it left out", () => {
    expect(run("--focus", at("half.csv"), "--lenient", "--out", at("lenient")).code).toBe(0);
    expect(read("lenient").source).toMatchObject({
      rows: 2,
      rejected: 1,
      rejected_rows: [{ line: 3, field: "BilledCost" }],
    });
  });

  it("never replaces a folder that holds other files", () => {
    mkdirSync(at("mine"));
    writeFileSync(at("mine/notes.txt"), "keep");
    expect(run("--focus", BILL, "--out", at("mine")).stderr).toMatch(
      /holds "notes\.txt", which is not of an earlier run/,
    );
  });
});

describe("fleetlens capacity --focus", () => {
  it("spreads the actual bill over the teams, to 1e-9", () => {
    const hours = Array.from({ length: 24 }, (_, h) => h);
    const demand = ["a100", "h100"].flatMap((family) => hours.map((h) => `${family},1,${h},8`));
    writeFileSync(at("demand.csv"), `family,scenario,hour,gpus\n${demand.join("\n")}\n`);
    writeFileSync(at("prices.yaml"), "currency: USD\nfamilies:\n  a100: {on_demand: 4}\n  h100: {on_demand: 8}\n");
    writeFileSync(at("teams.csv"), "team,family,gpu_hours\nllm,a100,150\nvision,a100,50\nvision,h100,190\n");
    const inputs = ["--demand", at("demand.csv"), "--prices", at("prices.yaml")];
    const usage = ["--usage", at("teams.csv"), "--focus", BILL];
    const { code, stderr } = fleetlens(["capacity", ...inputs, ...usage, "--out", at("capacity")]);
    expect(code, stderr).toBe(0);
    const { chargeback } = JSON.parse(readFileSync(at("capacity/capacity.json"), "utf8"));
    expect(chargeback).toMatchObject({ of: "bill", rule: { name: "bill-by-gpu-hours" } });
    const bill = Number(golden.total.billed);
    expect(Math.abs(chargeback.bill / bill - 1)).toBeLessThan(1e-9);
    const total = chargeback.rows.reduce((sum: number, row: { total: number }) => sum + row.total, 0);
    expect(Math.abs(total / bill - 1)).toBeLessThan(1e-9);
    const of = (team: string, family: string) =>
      chargeback.rows.find((row: Record<string, unknown>) => row["team"] === team && row["family"] === family);
    expect(of("llm", "a100").total / of("vision", "a100").total).toBeCloseTo(3, 9);
    expect(of("_unassigned", "l4").total).toBeGreaterThan(0);
    expect(fleetlens(["capacity", ...inputs, "--focus", BILL, "--out", at("none")]).stderr).toMatch(
      /--focus needs --usage/,
    );
  });
});
