import { beforeAll, describe, expect, it } from "vitest";
import { fixtureEconomics, fixturePrices, scenarioTable } from "../../fixtures/economics-result.js";
import { commitmentsReport, notebooks } from "../../reports/index.js";
import { type CapacityEconomics, CapacityEconomicsSchema } from "../../src/capacity/index.js";
import { ReportError } from "../../src/core/index.js";
import { type Report, renderMarkdown, UNDATED } from "../../src/report/index.js";
import { cellOf, chartsOf, expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

let result: CapacityEconomics;
let report: Report;
beforeAll(async () => {
  result = CapacityEconomicsSchema.parse(await fixtureEconomics());
  report = commitmentsReport(result);
}, 30_000);

const HEADS = ["verdict", "offers", "costs", "risk", "served", "existing", "chargeback", "throughput", "method"];
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
/** One family with constant demand in so many scenarios. */
const flat = (gpus: number, scenarios = 1, family = "a100") => ({
  ...{ families: [family], scenarios, hours: 24, firstHour: 0 },
  gpus: [new Float64Array(24 * scenarios).fill(gpus)],
});
const ON_DEMAND = { families: { a100: { on_demand: 4 } } };

describe("commitments as a report", () => {
  it("is sound, bears no date, and is the same for the same result", () => {
    expectSound(report, HEADS);
    expect(report).toMatchObject({ id: "commitments", generatedAt: UNDATED });
    expect(renderMarkdown(report)).not.toMatch(/As of|1970/);
    expect(report.provenance?.inputs.map(({ name }) => name)).toEqual(["demand-scenarios.parquet"]);
    expect(report.parameters).toContainEqual({ name: "SHA-256 of prices.json", value: "2".repeat(64) });
    expect(JSON.stringify(commitmentsReport(structuredClone(result)))).toBe(JSON.stringify(report));
  });

  it("says what to commit in whole nodes, what that costs and what it saves", () => {
    const { nodes, on_demand_only_cost: dear } = result;
    const [first] = (nodes?.rows ?? []).filter((row) => row.nodes > 0);
    const words = proseOf(report, "verdict");
    expect(words).toContain(`${first.nodes} ${first.node_type} node`);
    expect(words).toContain("beside what is committed already");
    const cost = nodes?.expected_cost ?? Number.NaN;
    const values = figuresOf(report, "verdict-figures").items.map(({ value }) => value);
    expect(values[0]).toBe(Math.round(cost));
    expect(values[1]).toBeCloseTo((100 * (dear - cost)) / dear, 1);
    expect(values[2]).toBeCloseTo(100 * result.coverage, 1);
    expect(values[3]).toBeCloseTo(100 * (result.utilisation ?? 0), 1);
    expect(proseOf(report, "verdict-words")).toMatch(/[\d,]+ USD would still be owed afterwards/);
  });

  it("repeats the result's figures", () => {
    const taken = tableOf(report, "offers-taken").rows;
    const rows = (result.nodes?.rows ?? []).filter(({ nodes }) => nodes > 0);
    expect(
      taken.filter((row) => row["nodes"] !== null).map((row) => [row["family"], row["nodes"], row["gpus"]]),
    ).toEqual(rows.map(({ family, nodes, node_type, gpus }) => [family, `${nodes} ${node_type}`, gpus]));
    const offers = tableOf(report, "offers-table").rows;
    expect(offers.map((row) => row["price"])).toEqual(result.commitments.map(({ price }) => price));
    const costs = tableOf(report, "costs-table").rows.map((row) => row["cost"]);
    expect(costs).toEqual([
      result.on_demand_only_cost,
      result.no_new_commitment_cost,
      result.nodes?.expected_cost,
      result.expected_cost,
      result.perfect_foresight_cost,
    ]);
    expect(sum(tableOf(report, "costs-split").rows.map((row) => Number(row["cost"])))).toBeCloseTo(
      result.expected_cost,
      4,
    );
    for (const row of tableOf(report, "served-table").rows) {
      const ways = ["reserved_gpu_hours", "savings_plan_gpu_hours", "spot_gpu_hours", "on_demand_gpu_hours"];
      expect(sum(ways.map((way) => Number(row[way])))).toBeCloseTo(1, 2);
    }
    expect(tableOf(report, "existing-table").rows).toHaveLength(result.existing.length);
  });

  it("spreads the bill over teams so that it adds up", () => {
    const teams = tableOf(report, "chargeback-table").rows;
    expect(teams).toHaveLength(3);
    expect(sum(teams.map((row) => Number(row["total"])))).toBeCloseTo(result.chargeback.bill, 4);
    expect(tableOf(report, "chargeback-families").rows).toHaveLength(5);
    expect(proseOf(report, "chargeback")).toContain("The totals of the teams add up to the bill.");
    const { rows, bill, ...rest } = result.chargeback;
    const wrong = commitmentsReport({ ...result, chargeback: { ...rest, rows, bill: bill + 5 } });
    expect(cellOf(wrong, "chargeback-difference")).toMatchObject({
      severity: "error",
      message: expect.stringContaining("5 USD less than the bill"),
    });
    expect(proseOf(wrong, "chargeback")).not.toContain("add up");
  });

  it("draws demand against what is reserved, with words that keep apart", () => {
    const curves = chartsOf(report).filter(({ id }) => id.startsWith("offers-curve"));
    expect(curves).toHaveLength(2);
    expect(curves.some(({ alt }) => alt.includes("reserved: existing up to 16"))).toBe(true);
    const close = { ...result.commitments[0], family: "a100", gpus: 1, term: "3y" };
    const near = commitmentsReport({ ...result, commitments: [close, { ...close, term: "1y" }] });
    const labels = JSON.stringify(chartsOf(near).find(({ alt }) => alt.includes("1y up to 18"))?.spec);
    expect(labels).toContain('"existing, 3y, 1y to 18"');
    expect(labels).not.toContain('"3y to');
  });

  it("names the pool that slowed down and the one too young to tell", () => {
    expect(proseOf(report, "throughput")).toMatch(
      /1 pool has slowed down: slower by 20\u00a0% since hour \d+.*1 pool has too short a history/,
    );
    expect(cellOf(report, "warning-2")).toMatchObject({
      message: expect.stringContaining('Pool "slower" has slowed down'),
    });
    const rows = tableOf(report, "throughput-table").rows;
    expect(rows.map((row) => [row["pool"], row["slower"]])).toEqual([
      ["slower", true],
      ["steady", false],
      ["young", null],
    ]);
  });

  it("tells how risk was weighed, and how exact the purchase is", async () => {
    expect(proseOf(report, "risk")).toContain("weighs the mean by 0.7 and the worst 5\u00a0% by 0.3");
    expect(proseOf(report, "method-notes")).toMatch(
      /cutting planes \(HiGHS\); the relative gap to the optimum is at most \de-\d+/,
    );
    const { savings_plans: _, ...prices } = await fixturePrices();
    const exact = commitmentsReport(await fixtureEconomics({ prices, options: {}, pools: [] }));
    expectSound(
      exact,
      HEADS.filter((head) => head !== "throughput"),
    );
    expect(proseOf(exact, "risk")).toContain("of least mean cost");
    expect(proseOf(exact, "method-notes")).toContain("newsvendor");
    expect(proseOf(exact, "verdict")).toMatch(/\d GPUs of a100 for 3 years/);
    expect(proseOf(exact, "chargeback")).toContain("No use by team was given (--usage)");
  });
});

describe("commitments with little to say", () => {
  it("commits nothing where the prices hold no commitment", async () => {
    const made = commitmentsReport(
      await fixtureEconomics({ demand: flat(8), prices: ON_DEMAND, options: {}, pools: [] }),
    );
    expectSound(made, ["verdict", "offers", "costs", "served", "chargeback", "method"]);
    expect(proseOf(made, "verdict")).toContain(
      "Commit nothing. The 24 hours then cost 768 USD on average, as much as on demand alone.",
    );
    expect(proseOf(made, "offers")).toContain("The prices hold no commitment");
    expect(proseOf(made, "verdict-words")).toContain("There is one scenario of demand only");
  });

  it("commits nothing where no offer pays", async () => {
    const prices = { families: { a100: { on_demand: 4, commit: { "1y": 4 } } } };
    const made = commitmentsReport(await fixtureEconomics({ demand: flat(8, 20), prices, options: {}, pools: [] }));
    expectSound(made, ["verdict", "offers", "costs", "risk", "served", "chargeback", "method"]);
    expect(proseOf(made, "offers")).toContain("None of 1 offer");
    expect(proseOf(made, "verdict")).toContain("Commit nothing.");
  });

  it("has a report where nothing is wanted", async () => {
    const made = commitmentsReport(
      await fixtureEconomics({ demand: flat(0, 2), prices: ON_DEMAND, options: {}, pools: [] }),
    );
    expectSound(made, ["verdict", "offers", "costs", "risk", "served", "chargeback", "method"]);
    expect(proseOf(made, "served")).toContain("No GPU-hour is wanted.");
    expect(proseOf(made, "costs")).toContain("it costs nothing");
  });

  it("keeps hostile names text", async () => {
    const families = HOSTILE.slice(0, 3);
    const base = scenarioTable();
    const demand = { ...base, families, gpus: families.map(() => base.gpus[0]) };
    const prices = {
      families: Object.fromEntries(families.map((name) => [name, { on_demand: 4, commit: { "1y": 2 } }])),
    };
    const usage = {
      teams: [...HOSTILE],
      families,
      hours: 168,
      firstHour: 0,
      gpus: HOSTILE.map(() => families.map(() => new Float64Array(168).fill(3))),
    };
    const hours = Array.from({ length: 200 }, (_, h) => h);
    const pools = HOSTILE.map((pool, i) => ({ pool, hours, throughput: hours.map((h) => (h > 175 ? 1 : 2 + i)) }));
    const made = commitmentsReport(await fixtureEconomics({ demand, prices, options: { usage }, pools }));
    expectInert(made);
    expect(
      tableOf(made, "chargeback-table")
        .rows.map((row) => row["team"])
        .sort(),
    ).toEqual([...HOSTILE].sort());
  });
});

describe("the notebook of the kind capacity", () => {
  it("makes the report of a result read from JSON, and refuses what is none", () => {
    expect(notebooks["capacity"](JSON.parse(JSON.stringify(result)))).toEqual(report);
    expect(() => notebooks["capacity"]({ ...result, hours: 0 })).toThrow(/^not a result of capacity at \$\.hours: /);
    expect(() => notebooks["capacity"](null)).toThrow(ReportError);
  });
});
