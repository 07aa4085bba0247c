import { describe, expect, it } from "vitest";
import { fixtureBill, fixtureCharges, fixtureCost } from "../../fixtures/cost-result.js";
import { costReport, defineReport, notebooks, renderMarkdown } from "../../reports/index.js";
import { collectBill } from "../../src/cost/index.js";

const result = fixtureCost();
const report = costReport(result);
const text = (made = report) => renderMarkdown(made).replaceAll("\u00a0", " ");
const cell = (id: string, made = report) => made.cells.find((one) => one.id === id);

describe("the cost report", () => {
  it("is a valid report with the decision first", () => {
    expect(defineReport(report)).toEqual(report);
    expect(report.generatedAt).toBe("2026-05-21T00:00:00Z");
    const [first] = report.cells;
    expect(first).toMatchObject({ kind: "prose", id: "verdict" });
    expect(text()).toMatch(
      /2026-05 will end at 101,\d{3} USD \(80 % interval .* so far\. The budget of 101,000 USD is passed with a probability of \d+ %/,
    );
    expect(text()).toContain("Likely to end over budget: team llm, GPU family l4.");
    expect(text()).toMatch(/the total rose by 585 USD a day on 24 April, most of it by team llm/);
  });

  it("marks the change on the daily cost, and names what drives it", () => {
    expect(cell("daily-team")).toMatchObject({ kind: "chart", alt: expect.stringContaining("vision") });
    expect(JSON.stringify(cell("daily-team"))).toContain("+585 USD");
    expect(text()).toContain("team llm (102 %)");
  });

  it("ranks the savings and reconciles the showback in words", () => {
    const savings = cell("savings-table") as unknown as { rows: { name: string }[] };
    expect(savings.rows.map(({ name }) => name)[0]).toBe("i-llm-2");
    expect(text()).toContain(
      "Reconciled with BilledCost to the smallest coin. 2026-03: rows 81,230.29 = bill 81,230.29",
    );
    const wrong = structuredClone(result);
    wrong.showback.months[0].rows[0].total += 1;
    expect(cell("showback-difference", costReport(wrong))).toMatchObject({ kind: "warning", severity: "error" });
  });

  it("reconciles currencies of three decimals, and of none, to their smallest coin", () => {
    for (const [currency, bill] of [
      ["KWD", "1,000.001"],
      ["JPY", "1,000"],
    ] as const) {
      const made = structuredClone({ ...result, currency });
      const [month] = made.showback.months;
      const [row] = month.rows;
      const parts = currency === "KWD" ? [333.333, 333.334, 333.334] : [333, 333, 334];
      month.bill = Number(bill.replace(",", ""));
      month.rows = parts.map((total) => ({ ...row, total }));
      made.showback.months = [month];
      expect(text(costReport(made))).toContain(`rows ${bill} = bill ${bill} ${currency}.`);
      month.rows[0].total += currency === "KWD" ? 0.001 : 1;
      expect(cell("showback-difference", costReport(made))).toMatchObject({ severity: "error" });
    }
  });

  it("calls budgets what the table calls them", () => {
    const values = JSON.stringify(cell("budget-shares"));
    expect(values).toContain('"verdict":"likely over"');
    expect(values).toContain('"verdict":"within"');
    expect(values).not.toMatch(/"(pass|fail)"/);
  });

  it("says what is missing: no budget, no forecast, no saving, no change", () => {
    const few = fixtureCharges().filter(({ end, team }) => end <= Date.UTC(2026, 2, 6) && team === "vision");
    const bill = collectBill("USD", few);
    const made = costReport(fixtureCost(bill, { budgets: [], use: [] }));
    expect(defineReport(made)).toEqual(made);
    expect(text(made)).toContain("a forecast needs 14 complete days, the bill has 5 complete days");
    expect(text(made)).toContain("No budget was given (--budget).");
    expect(text(made)).toContain("Nothing was found: no commitment stood unused");
    expect(text(made)).toContain("No level of the daily cost changed");
  });

  it("is made of a file's result, and refuses another", () => {
    expect(notebooks.cost(JSON.parse(JSON.stringify(result)))).toEqual(report);
    expect(() => notebooks.cost({ ...result, currency: 5 })).toThrow(/not a result of cost at \$\.currency/);
  });

  it("lists rejected rows", () => {
    const rejected_rows = [{ file: "a.csv", line: 3, field: "BilledCost", reason: "is empty" }];
    const made = costReport({ ...result, source: { ...result.source, rejected: 1, rejected_rows } });
    expect(cell("rejected", made)).toMatchObject({ rows: rejected_rows });
    expect(fixtureBill().charges).toBe(688);
  });
});
