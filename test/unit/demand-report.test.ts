import { describe, expect, it } from "vitest";
import { demandSeries, fixtureDemand } from "../../fixtures/demand-result.js";
import { demandReport, notebooks } from "../../reports/index.js";
import { buildHierarchy, type Demand, TOTAL } from "../../src/forecast/index.js";
import { cellOf, chartsOf, expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

const result = fixtureDemand();
const report = demandReport(result);

const HEADS = ["verdict", "weeks", "queues", "scenarios", "method"];
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const rowsOf = ({ weeks }: Demand, queue: string, scenario = "baseline") =>
  weeks.filter((row) => row.queue === queue && row.scenario === scenario);

describe("weekly demand as a report", () => {
  it("is sound, dated with the first hour of the forecast, and the same for the same result", () => {
    expectSound(report, HEADS);
    expect(report).toMatchObject({ id: "demand", generatedAt: "2026-09-07T00:00:00Z" });
    expect(report.parameters).toContainEqual({ name: "Interval levels", value: "80 %, 95 %" });
    expect(JSON.stringify(demandReport(structuredClone(result)))).toBe(JSON.stringify(report));
  });

  it("repeats the result's figures", () => {
    const total = rowsOf(result, TOTAL);
    const [demand, short, peak, queues] = figuresOf(report, "verdict-figures").items;
    expect(demand).toMatchObject({ label: "Demand of 3 queues in 2 weeks", unit: "GPU-hours" });
    expect(demand.value).toBeCloseTo(sum(total.map(({ mean }) => mean)), 6);
    expect(short.value).toBeCloseTo(sum(total.map(({ shortfall_mean }) => shortfall_mean ?? 0)), 6);
    expect(peak.value).toBe(`week ${result.peak.week}`);
    expect(queues.value).toBe(1);
    const weeks = tableOf(report, "weeks-table").rows;
    expect(weeks.map((row) => [row["mean"], row["lo_80"], row["hi_95"], row["capacity"], row["short"]])).toEqual(
      total.map((row) => [row.mean, row["lo_80"], row["hi_95"], row.capacity, row.shortfall_mean]),
    );
    expect(weeks[0]["week"]).toBe("1:\u00a07\u00a0September");
    const table = tableOf(report, "queues-table").rows;
    expect(table.map((row) => row["queue"])).toEqual(["training", "research", "sandbox"]);
    expect(table[0]["short"]).toBeCloseTo(sum(rowsOf(result, "training").map((row) => row.shortfall_mean ?? 0)), 6);
    const scenarios = tableOf(report, "scenarios-table").rows;
    expect(scenarios).toHaveLength(4);
    expect(scenarios.at(-1)).toMatchObject({
      scenario: "new model",
      probability: 0.5,
      mean: rowsOf(result, TOTAL, "new model")[1].mean,
    });
  });

  it("says when demand peaks, where it falls short, and what planned work adds", () => {
    expect(proseOf(report, "verdict")).toMatch(
      /Demand is likely to peak in week \d \(\d+ to \d+ September\) with [\d,]+ GPU-hours \(80\u00a0% interval [\d,]+ to [\d,]+\), [\d.]+ GPUs on average/,
    );
    const words = proseOf(report, "verdict-words");
    expect(words).toMatch(/find no GPUs in their queue, although .* some queues are short while others have room\./);
    expect(words).toMatch(/Short over the horizon: training \([\d,.]+ GPU-hours\)\./);
    // 32 GPUs for 48 hours in half of the futures.
    expect(words).toMatch(
      /The scenario new model, 50\u00a0% likely, adds 768 GPU-hours \(\d+\u00a0%\) to the demand and raises the shortfall by [\d,]+\./,
    );
  });

  it("says nothing of shortfalls without capacities, and knows mean GPUs and one week", () => {
    const bare = demandReport(fixtureDemand({ capacity: undefined, scenarios: [], unit: "gpu", weeks: 1 }));
    expectSound(bare, ["verdict", "weeks", "queues", "method"]);
    expect(proseOf(bare, "verdict")).toMatch(
      /In week 1 \(7 to 13 September\) [\d.]+ GPUs \(80\u00a0% interval .*\), are wanted\./,
    );
    expect(proseOf(bare, "verdict-words")).toContain("No capacity is known for all queues");
    const names = tableOf(bare, "weeks-table").columns.map(({ name }) => name);
    expect(names).toEqual(["week", "mean", "lo_80", "hi_80", "lo_95", "hi_95"]);
    expect(figuresOf(bare, "verdict-figures").items[1].value).toBeNull();
  });

  it("says so where capacity suffices, and where nothing is wanted", () => {
    const wide = demandReport(
      fixtureDemand({ capacity: { training: 900, research: 900, sandbox: 900 }, scenarios: [] }),
    );
    expect(proseOf(wide, "verdict-words")).toContain("In no week is a shortfall worth mentioning expected.");
    expect(proseOf(wide, "queues")).toContain("No queue is expected to fall short.");
    const idle = demandReport(fixtureDemand({ capacity: { sandbox: 8 }, scenarios: [] }, demandSeries().slice(2)));
    expectSound(idle, ["verdict", "weeks", "queues", "method"]);
  });

  it("keeps sums of the hierarchy apart from queues", () => {
    const hierarchy = buildHierarchy([
      { id: "training", levels: ["a100"] },
      { id: "research", levels: ["a100"] },
      { id: "sandbox", levels: ["t4"] },
    ]);
    const made = fixtureDemand({ hierarchy, scenarios: [] });
    expect(made.sums).toEqual(["a100", "t4"]);
    const tree = demandReport(made);
    expectSound(tree, ["verdict", "weeks", "queues", "method"]);
    expect(tableOf(tree, "queues-table").rows).toHaveLength(5);
    expect(cellOf(tree, "queues-table")).toMatchObject({ caption: expect.stringContaining("Sums of the hierarchy") });
    expect(figuresOf(tree, "verdict-figures").items[0].label).toContain("of 3 queues");
    const chart = chartsOf(tree).find(({ id }) => id === "queues-demand");
    expect(chart?.alt).not.toContain("a100");
  });

  it("keeps hostile names text", () => {
    const panel = demandSeries().map((series, i) => ({ ...series, id: HOSTILE[i] }));
    const made = demandReport(
      fixtureDemand(
        {
          capacity: { [HOSTILE[0]]: 90 },
          scenarios: [
            {
              name: HOSTILE[1],
              overlays: [
                {
                  type: "scale",
                  queue: HOSTILE[0],
                  from: "2026-09-08T00:00:00Z",
                  to: "2026-09-09T00:00:00Z",
                  factor: 2,
                },
              ],
            },
          ],
        },
        panel,
      ),
    );
    expectInert({ ...made });
    expect(
      tableOf(made, "queues-table")
        .rows.map((row) => row["queue"])
        .sort(),
    ).toEqual(HOSTILE.slice(0, 3).sort());
  });
});

describe("the notebook of the kind demand", () => {
  it("makes the report of a result read from JSON, and refuses what is none", () => {
    expect(notebooks["demand"](JSON.parse(JSON.stringify(result)))).toEqual(report);
    expect(() => notebooks["demand"]({ ...result, unit: "x" })).toThrow(/^not a weekly demand at \$\.unit: /);
    expect(() => notebooks["demand"]({ ...result, weeks: [] })).toThrow(/^not a weekly demand at \$\.weeks: /);
  });
});
