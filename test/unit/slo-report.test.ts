import { describe, expect, it } from "vitest";
import { fixtureIncidents, incidentList } from "../../fixtures/incidents-result.js";
import { fixtureSlo, sloSeries } from "../../fixtures/slo-result.js";
import { incidentsReport, notebooks, sloReport } from "../../reports/index.js";
import { ReportError } from "../../src/core/index.js";
import { goodByThreshold } from "../../src/incident/index.js";
import { UNDATED } from "../../src/report/index.js";
import { chartsOf, expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

const HEADS = ["verdict", "budget", "burn", "alerts", "method"];
const result = fixtureSlo();
const report = sloReport(result);

describe("burn rates as a report", () => {
  it("is sound, dated with the last row, and names its input", () => {
    expectSound(report, HEADS);
    expect(report.generatedAt).toBe(result.to);
    expect(report.provenance?.inputs.map(({ name }) => name)).toEqual(["requests.csv"]);
    expect(report.parameters?.slice(0, 3)).toEqual([
      { name: "Target", value: "99.9\u00a0%" },
      { name: "Window", value: "30\u00a0days" },
      { name: "Bucket", value: "5\u00a0min" },
    ]);
  });

  it("says first what is left, how long that lasts, and what fired", () => {
    const { outlook, alerts } = result;
    const words = proseOf(report, "verdict");
    expect(words).toContain(
      `${Math.round(100 * (outlook?.remaining ?? 0))}\u00a0% of the error budget of 30\u00a0days is left`,
    );
    // An alert goes on, so the fastest pace is told: that of the last hour.
    expect(words).toContain(`on ${outlook?.paces["1h"].at?.slice(0, 16).replace("T", " ")} UTC`);
    expect(words).toContain(`${alerts.length} alerts were raised`);
    expect(proseOf(report, "verdict-words")).toContain("Still firing at the end of the data: page-fast since");
    expect(figuresOf(report, "verdict-figures").items.map(({ label }) => label)).toEqual([
      "Error budget left",
      "Good events (target 99.9\u00a0%)",
      "Burn rate of the last hour",
      "Alerts",
    ]);
  });

  it("lists every alert with its figures and draws its span", () => {
    const { rows } = tableOf(report, "alerts-table");
    expect(rows).toHaveLength(result.episodes.length);
    const [first] = [...result.episodes].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
    expect(rows[0]).toMatchObject({ rule: first.rule, bad: first.bad, hours: first.rows / 12 });
    const [, fast] = chartsOf(report);
    const [spans] = fast.spec["layer"] as { data: { values: unknown[] } }[];
    expect(spans.data.values).toEqual(
      result.alerts
        .filter(({ rule }) => rule === "page-fast")
        .map(({ start, end }) => ({ t: Date.parse(start), until: Date.parse(end) + 300_000 }))
        .sort((a, b) => b.until - b.t - (a.until - a.t)),
    );
    expect(tableOf(report, "method-rules").rows.map((row) => row["threshold"])).toEqual([14.4, 6, 1]);
  });

  it("says when the budget is used up, and when nothing ever fired", () => {
    const spent = sloReport(fixtureSlo(sloSeries(30, [{ from: 3000, to: 8640, rate: 0.004 }])));
    expectSound(spent, HEADS);
    expect(proseOf(spent, "verdict")).toMatch(
      /Nothing: the error budget of 30\u00a0days is used up since 2026-09-\d\d \d\d:\d\d UTC/,
    );
    const calm = sloReport(fixtureSlo(sloSeries(3, []), { target: 0.99 }));
    expectSound(calm, HEADS);
    expect(proseOf(calm, "verdict")).toContain("No alert was raised.");
    expect(proseOf(calm, "alerts")).toContain("None.");
    expect(proseOf(calm, "verdict")).toContain(
      "at the pace of the last three days it lasts for longer than a whole window",
    );
    expect(proseOf(calm, "verdict-words")).toContain("All 864 rows together (3\u00a0days) keep the target");
  });

  it("tells alerts of few events, and what the guard left out", () => {
    const quiet = sloSeries(10, [{ from: 1000, to: 1010, rate: 0.2 }], 2);
    const marked = sloReport(fixtureSlo(quiet));
    expectSound(marked, HEADS);
    expect(tableOf(marked, "alerts-table").rows.some((row) => String(row["state"]).includes("few events"))).toBe(true);
    const guarded = sloReport(fixtureSlo(quiet, { minBad: 1000 }));
    expectSound(guarded, HEADS);
    expect(proseOf(guarded, "alerts")).toMatch(
      /None\. The low-traffic guard left out \d+ runs? with fewer than 1,000 bad events/,
    );
  });

  it("takes one row, no row and rows without traffic", () => {
    const { times, good, total } = sloSeries(1);
    const some = (n: number) => ({ times: times.slice(0, n), good: good.slice(0, n), total: total.slice(0, n) });
    const none = sloReport(fixtureSlo(some(0)));
    expectSound(none, ["verdict", "method"]);
    expect(none.generatedAt).toBe(UNDATED);
    expectSound(sloReport(fixtureSlo(some(1))), ["verdict", "alerts", "method"]);
    const idle = { times, good: new Float64Array(288), total: new Float64Array(288) };
    expectSound(sloReport(fixtureSlo(idle)), HEADS);
  });

  it("explains a measured value, and keeps hostile column names text", () => {
    for (const value of HOSTILE) {
      const { times } = sloSeries(1);
      const series = goodByThreshold(
        times,
        times.map((_, i) => i % 50),
        40,
      );
      const made = sloReport(fixtureSlo(series, { target: 0.9 }, { value, threshold: 40, weight: value }));
      expectInert(made);
      expect(proseOf(made, "method-notes")).toContain("is at most 40");
    }
  });

  it("shows the mean times of incidents by service and severity, with the cells of their own report", () => {
    const incidents = fixtureIncidents();
    const made = sloReport(fixtureSlo(sloSeries(3), {}, undefined, incidents));
    expectSound(made, [...HEADS.slice(0, 4), "incidents", "services", "severities", "method"]);
    const cellsOf = ({ cells }: typeof made, of: RegExp) => cells.filter(({ id }) => of.test(id));
    const shared = /^(services|severities)/;
    expect(cellsOf(made, shared)).toEqual(cellsOf(incidentsReport(incidents), shared));
    const rows = tableOf(made, "services-table").rows;
    expect(rows.map((row) => row["name"]).sort()).toEqual(Object.keys(incidents.byService).sort());
    expect(tableOf(made, "incidents-times").rows.map((row) => row["count"])).toEqual(
      Object.values(incidents.overall.counted),
    );
    expect(proseOf(made, "method-notes")).toContain("MTTD is detected");
    expect(proseOf(report, "method-notes")).not.toContain("MTTD");
    const none = sloReport(fixtureSlo(sloSeries(3), {}, undefined, fixtureIncidents([])));
    expectSound(none, [...HEADS.slice(0, 4), "incidents", "method"]);
    const odd = fixtureIncidents(incidentList().map((one) => ({ ...one, severity: "odd" })));
    const warned = sloReport(fixtureSlo(sloSeries(3), {}, undefined, odd));
    expect(JSON.stringify(warned.cells.filter(({ kind }) => kind === "warning"))).toContain(
      "No response limit is known",
    );
  });

  it("is made of a result read from JSON, and refuses what is none", () => {
    expect(notebooks["slo"](JSON.parse(JSON.stringify(result)))).toEqual(report);
    expect(() => notebooks["slo"]({ ...result, alerts: [{ rule: "x" }] })).toThrow(
      /^not a result of slo at \$\.alerts\[0\]/,
    );
    expect(() => notebooks["slo"](null)).toThrow(ReportError);
  });
});
