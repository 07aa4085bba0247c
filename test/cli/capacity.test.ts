import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CapacityEconomics, CapacityEconomicsSchema } from "../../src/capacity/index.js";
import { readBack } from "../unit/ingest/files.js";
import { fleetlens } from "./program.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

function file(name: string, lines: readonly string[] | object): string {
  writeFileSync(at(name), Array.isArray(lines) ? `${lines.join("\n")}\n` : JSON.stringify(lines));
  return at(name);
}

const HOURS = Array.from({ length: 24 }, (_, h) => h);
const PRICES = {
  families: {
    a100: {
      on_demand: 4,
      commit: { "1y": 2.5, "3y": 1.75 },
      max_commit: { "3y": 10 },
      spot: { price: 1.5, max_fraction: 0.25, overhead: 0.1 },
    },
    h100: { on_demand: 10, commit: { "1y": 6.5 } },
  },
};

const NODES = [
  { type: "a", gpus: 8, model: "a100", cpu_milli: 96_000, memory_mib: 1024, price_hour: 32 },
  { type: "h100", gpus: 4, model: "h100", cpu_milli: 96_000, memory_mib: 1024, price_hour: 44 },
];

function run(args: string[]) {
  return fleetlens(["capacity", ...args]);
}

const read = (name: string): CapacityEconomics =>
  CapacityEconomicsSchema.parse(JSON.parse(readFileSync(at(`${name}/capacity.json`), "utf8")));

/** Scenarios s = 0..19 of a100: 20 + s by day, half at night; h100 the same ÷ 2. */
function scenarios(): string {
  const rows = Array.from({ length: 20 }, (_, s) =>
    HOURS.flatMap((h) => {
      const gpus = (20 + s) * (h < 12 ? 0.5 : 1);
      return [`a100,${s},${h},${gpus}`, `h100,${s},${h},${gpus / 2}`];
    }),
  );
  return file("demand.csv", ["family,scenario,hour,gpus", ...rows.flat()]);
}

describe("fleetlens capacity", () => {
  it("writes the three files, whose totals agree, the same bytes each time", async () => {
    const args = ["--demand", scenarios(), "--prices", file("prices.json", PRICES)];
    const first = run([...args, "--out", at("one")]);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/^Commit:\n {2}10 GPUs of a100, 3y: 100.0 % used\n/);
    const names = ["commitments.parquet", "capacity.json", "chargeback.parquet"];
    const again = run([...args, "--out", at("two"), "--threads", "1"]);
    expect(again.code).toBe(0);
    for (const name of names) {
      expect(readFileSync(at(`two/${name}`)).equals(readFileSync(at(`one/${name}`))), name).toBe(true);
    }
    expect(existsSync(at("one/throughput_regressions.parquet"))).toBe(false);

    const capacity = read("one");
    expect(capacity.createdFrom.inputs.map((input) => input.rows)).toEqual([960, null]);
    const commitments = await readBack(at("one/commitments.parquet"));
    expect(Object.keys(commitments[0])).toEqual(["family", "term", "gpus", "hourly_usd", "coverage", "utilisation"]);
    expect(commitments.map((row) => [row["family"], row["term"]])).toEqual([
      ["a100", "3y"],
      ["a100", "1y"],
      ["h100", "1y"],
    ]);
    const chargeback = await readBack(at("one/chargeback.parquet"));
    expect(Object.keys(chargeback[0])).toEqual(["team", "family", "gpu_hours", "share_cost", "idle_cost", "total"]);
    const total = chargeback.reduce((sum, row) => sum + Number(row["total"]), 0);
    expect(Math.abs(total / capacity.expected_cost - 1)).toBeLessThan(1e-9);
  });

  it("splits the bill of what was used, and gives nodes and slower pools", async () => {
    const usage = HOURS.flatMap((h) => [`vision,a100,${h},10.25`, `nlp,a100,${h},4`, `nlp,h100,${h},7.5`]);
    const level = (h: number) => (h < 144 ? 100 + (h % 7) : 80 + (h % 7));
    const slow = Array.from({ length: 168 }, (_, h) => `p1,${h},${level(h)}`);
    const { code, stderr } = run([
      ...["--demand", scenarios(), "--prices", file("prices.json", PRICES)],
      ...["--usage", file("usage.csv", ["team,family,hour,gpu_hours", ...usage])],
      ...["--throughput", file("throughput.csv", ["pool,hour,throughput", ...slow])],
      ...["--catalog", file("nodes.json", [JSON.stringify(NODES)])],
      ...["--out", at("full")],
    ]);
    expect(code).toBe(0);
    expect(stderr).toBe(
      'warning: pool "p1" has slowed down; see throughput_regressions.parquet\n' +
        'warning: h100: 11 a GPU-hour by the catalogue, 10 for "h100" by the prices, which count\n',
    );
    const capacity = read("full");
    const chargeback = await readBack(at("full/chargeback.parquet"));
    expect(chargeback.map((row) => [row["team"], row["family"], row["gpu_hours"]])).toEqual([
      ["nlp", "a100", 96],
      ["nlp", "h100", 180],
      ["vision", "a100", 246],
    ]);
    const total = chargeback.reduce((sum, row) => sum + Number(row["total"]), 0);
    expect(capacity.chargeback.of).toBe("usage");
    expect(Math.abs(total / capacity.chargeback.bill - 1)).toBeLessThan(1e-9);
    for (const row of capacity.nodes?.rows ?? []) expect(row.gpus).toBe(row.nodes * row.gpus_per_node);
    expect(capacity.throughput).toMatchObject({ pools: 1, regressions: ["p1"] });
    const [row] = await readBack(at("full/throughput_regressions.parquet"));
    expect(row).toMatchObject({ pool: "p1", hours: 168n, status: "changed", change_hour: 144n, regression: 1n });
  });

  it("draws scenarios from quantiles by a seed, and counts the worst", () => {
    const rows = HOURS.flatMap((h) =>
      [0.1, 0.5, 0.9].flatMap((q) => [`a100,${h},${q},${20 + h * q}`, `h100,${h},${q},${5 + 20 * q}`]),
    );
    const demand = file("quantiles.csv", ["family,hour,q,gpus", ...rows]);
    const prices = {
      ...PRICES,
      savings_plans: { "1y": { rates: { a100: 2.9, h100: 7.2 } } },
    };
    const args = ["--demand", demand, "--quantiles", "--scenarios", "40", "--prices", file("plans.json", prices)];
    const neutral = run([...args, "--out", at("neutral"), "--json"]);
    expect(JSON.parse(neutral.stdout)).toMatchObject({ ok: true, command: "capacity", warnings: [] });
    expect(run([...args, "--out", at("averse"), "--cvar", "0.9", "--risk-weight", "0.8"]).code).toBe(0);
    expect(run([...args, "--out", at("other"), "--seed", "7"]).code).toBe(0);
    const [calm, averse, other] = [read("neutral"), read("averse"), read("other")];
    expect(calm.createdFrom).toMatchObject({ seed: 42, options: { quantiles: true, scenarios: 40 } });
    expect(calm.risk).toBeNull();
    expect(averse.risk?.level).toBe(0.9);
    expect(averse.expected_cost).toBeGreaterThanOrEqual(calm.expected_cost * (1 - 1e-7));
    expect(averse.cvar95).toBeLessThanOrEqual(calm.cvar95 * (1 + 1e-7));
    // The draw decides the scenarios, hardly the mean: every hour follows its quantiles.
    expect(other.cvar95).not.toBe(calm.cvar95);
    expect(Math.abs(other.expected_cost / calm.expected_cost - 1)).toBeLessThan(0.01);
  });

  it("says in words when it rests on few scenarios, buys nothing, or has prices for nobody", () => {
    const { stderr, stdout } = run([
      ...["--demand", file("few.csv", ["family,scenario,hour,gpus", "h100,0,0,3"])],
      ...[
        "--prices",
        file("dear.json", { families: { h100: { on_demand: 2, commit: { "1y": 2 } }, t4: { on_demand: 1 } } }),
      ],
      ...["--out", at("few")],
    ]);
    expect(stdout).toMatch(/^Commit nothing\.\n/);
    expect(stderr).toBe(
      "warning: 1 scenarios say little about the worst 5 %: cvar95 rests on the worst one\n" +
        'warning: the demand has no "t4" of the prices\n',
    );
  });

  it.each([
    [["family,scenario,hour", "h100,0,0"], PRICES, 'no column "gpus"'],
    [["family,scenario,hour,gpus", "h100,0,0,1", "h100,1,1,1"], PRICES, 'no row for family "h100" scenario 0 hour 1'],
    [["family,scenario,hour,gpus", "h200,0,0,1"], PRICES, 'the prices have no family "h200" of the demand'],
    [
      ["family,scenario,hour,gpus", "h100,0,0,1"],
      { families: { h100: {} } },
      "families.h100.on_demand: expected number",
    ],
    [
      ["family,scenario,hour,gpus", "h100,0,0,1"],
      { family: {} },
      'unknown key "family"; the nearest known key is "families"',
    ],
  ])("ends with 2 and writes nothing on bad input (%#)", (demand, prices, message) => {
    const { code, stdout, stderr } = run([
      ...["--demand", file("bad.csv", demand), "--prices", file("bad.json", prices), "--out", at("never")],
    ]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^E_INPUT: /);
    expect(stderr).toContain(message);
    expect(existsSync(at("never"))).toBe(false);
  });

  it("refuses a key that a prices file has twice, with its line", () => {
    writeFileSync(at("twice.json"), '{"families": {\n  "a": {"on_demand": 1},\n  "a": {"on_demand": 2}\n}}\n');
    const { code, stderr } = run(["--demand", scenarios(), "--prices", at("twice.json"), "--out", at("never")]);
    expect(code).toBe(2);
    expect(stderr).toBe(`E_INPUT: ${at("twice.json")} line 3, column 3: Map keys must be unique\n`);
  });

  it("refuses options without meaning", () => {
    const args = ["--demand", "d.csv", "--prices", "p.json", "--out", at("never")];
    expect(run([...args, "--cvar", "1"]).stderr).toMatch(/^E_USAGE: .*expected a number from 0 to below 1\./);
    expect(run([...args, "--risk-weight", "2"]).stderr).toMatch(/^E_USAGE: .*expected a number from 0 to 1\./);
  });
});
