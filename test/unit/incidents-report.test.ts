import { describe, expect, it } from "vitest";
import { fixtureIncidents, incidentList } from "../../fixtures/incidents-result.js";
import { incidentsReport, notebooks } from "../../reports/index.js";
import { ReportError } from "../../src/core/index.js";
import { UNDATED } from "../../src/report/index.js";
import { expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

const HEADS = ["verdict", "services", "severities", "months", "response", "method"];
const result = fixtureIncidents();
const report = incidentsReport(result);

describe("incident metrics as a report", () => {
  it("is sound and dated with the last time of the data", () => {
    expectSound(report, HEADS);
    expect(report.generatedAt).toBe(result.to);
  });

  it("repeats the result's figures", () => {
    const { overall, byService, breaches } = result;
    const items = figuresOf(report, "verdict-figures").items;
    expect(items[0]).toMatchObject({ unit: "h" });
    expect(items[0].value).toBeCloseTo((overall.mttdSeconds ?? 0) / 3600, 1);
    const rows = tableOf(report, "services-table").rows;
    expect(rows.map((row) => row["name"]).sort()).toEqual(Object.keys(byService).sort());
    for (const row of rows) {
      const group = byService[String(row["name"])];
      expect(row["n"]).toBe(group.n);
      expect(row["mttr"]).toBeCloseTo((group.mttrSeconds ?? 0) / 3600, 2);
      expect(row["mttd"]).toBeCloseTo((group.mttdSeconds ?? 0) / 60, 1);
      expect(row["mttrP90"]).toBeCloseTo((group.p90.mttrSeconds ?? 0) / 3600, 2);
    }
    const order = rows.map((row) => Number(row["mttr"]));
    expect(order).toEqual([...order].sort((a, b) => b - a));
    const spread = tableOf(report, "verdict-times").rows;
    expect(spread.map((row) => row["count"])).toEqual(Object.values(overall.counted));
    expect(spread[1]["p90"]).toBeCloseTo((overall.p90.mttaSeconds ?? 0) / 3600, 2);
    expect(tableOf(report, "response-breaches").rows).toHaveLength(breaches.length);
    expect(proseOf(report, "verdict-words")).toContain("2 incidents are open");
  });

  it("takes one incident, none, and incidents of which little is known", () => {
    expectSound(
      incidentsReport(fixtureIncidents(incidentList().slice(0, 1))),
      HEADS.filter((id) => id !== "months"),
    );
    const none = incidentsReport(fixtureIncidents([]));
    expectSound(none, ["verdict", "method"]);
    expect(none.generatedAt).toBe(UNDATED);
    const unknown = { detectedAt: Number.NaN, acknowledgedAt: Number.NaN, resolvedAt: Number.NaN, severity: "odd" };
    const bare = incidentsReport(fixtureIncidents(incidentList().map((one) => ({ ...one, ...unknown }))));
    expectSound(bare, HEADS);
    expect(proseOf(bare, "verdict-words")).toContain("All of them are open.");
    expect(proseOf(bare, "response")).toContain("No incident can be judged");
  });

  it("draws the slowest of many services", () => {
    const names = Array.from({ length: 60 }, (_, i) => `service-${i}`);
    const many = incidentsReport(fixtureIncidents(incidentList(names, 200)));
    expectSound(many, HEADS);
    expect(JSON.stringify(many)).toMatch(/\d+ services with faster repairs are in the table only/);
  });

  it("keeps hostile names text", () => {
    // An object of groups cannot hold "__proto__" for zod.
    const names = HOSTILE.filter((name) => name !== "__proto__");
    const hostile = incidentList(names).map((one, i) => {
      const name = names[i % names.length];
      return { ...one, incidentId: name, severity: name };
    });
    const made = incidentsReport(fixtureIncidents(hostile));
    expectInert(made);
    expect(
      tableOf(made, "services-table")
        .rows.map((row) => row["name"])
        .sort(),
    ).toEqual([...names].sort());
  });

  it("is made of a result read from JSON, and refuses what is none", () => {
    expect(notebooks["incidents"](JSON.parse(JSON.stringify(result)))).toEqual(report);
    expect(() => notebooks["incidents"]({ ...result, breaches: 3 })).toThrow(
      /^not a result of incidents at \$\.breaches/,
    );
    expect(() => notebooks["incidents"](null)).toThrow(ReportError);
  });
});
