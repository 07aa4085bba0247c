import { beforeAll, describe, expect, it } from "vitest";
import { cluster } from "../../fixtures/cluster.js";
import { hourlyOf } from "../../fixtures/hourly.js";
import { fixturePlan } from "../../fixtures/plan.js";
import { capacityPlanReport, notebooks } from "../../reports/index.js";
import type { CapacityPlan } from "../../src/capacity/index.js";
import { ReportError } from "../../src/core/index.js";
import { type Cell, defineReport, type Report } from "../../src/report/index.js";

let plan: CapacityPlan;
let report: Report;

const cell = (from: Report, id: string): Cell => {
  const found = from.cells.find((one) => one.id === id);
  if (!found) throw new Error(`no cell "${id}"; there are ${from.cells.map((one) => one.id).join(", ")}`);
  return found;
};
const table = (from: Report, id: string) => cell(from, id) as Cell & { kind: "table" };
const prose = (from: Report, id: string) => (cell(from, id) as Cell & { kind: "prose" }).markdown;
const charts = (from: Report) => from.cells.filter((one) => one.kind === "chart");

/** Rows of the data of a chart, wherever in the spec they stand. */
const rowsOf = (value: unknown): number[] => {
  if (Array.isArray(value)) return value.flatMap(rowsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "values" && Array.isArray(inner) ? [inner.length] : rowsOf(inner),
  );
};

beforeAll(() => {
  plan = fixturePlan();
  report = capacityPlanReport(plan);
});

describe("the capacity plan as a report", () => {
  it("is a valid report, dated with the plan and not with the clock", () => {
    expect(defineReport(report)).toEqual(report);
    expect(report.generatedAt).toBe(plan.asOf);
    expect(report.title).toBe("Capacity plan 2026-10");
    expect(report.provenance?.inputs).toEqual(plan.createdFrom.inputs);
  });

  it("is the same for the same plan", () => {
    expect(JSON.stringify(capacityPlanReport(structuredClone(plan)))).toBe(JSON.stringify(report));
  });

  it("leaves the plan as it was", () => {
    const before = JSON.stringify(plan);
    capacityPlanReport(plan);
    expect(JSON.stringify(plan)).toBe(before);
  });

  it("says warnings first, gravest first, then the decisions", () => {
    const warned = capacityPlanReport({
      ...plan,
      warnings: [
        { severity: "info", section: "demand", message: "a remark" },
        { severity: "warning", section: "demand", message: "a warning" },
        { severity: "warning", section: "input", message: "a warning on the data" },
        { severity: "warning", section: "pools", message: "a finding" },
        { severity: "error", section: "demand", message: "an error" },
      ],
    });
    const top = warned.cells.slice(
      0,
      warned.cells.findIndex((one) => one.id === "decisions"),
    );
    expect(top.map((one) => one.kind === "warning" && one.message)).toEqual([
      "an error",
      "a warning",
      "a finding",
      "a warning on the data",
    ]);
    expect(table(warned, "quality-remarks").rows).toEqual([{ section: "demand", message: "a remark" }]);
  });

  it("keeps the warnings at the top to eight and the rest in a table", () => {
    const many = Array.from({ length: 20 }, (_, i) => ({
      severity: "warning" as const,
      section: "demand",
      message: `warning ${i}`,
    }));
    const warned = capacityPlanReport({ ...plan, warnings: many });
    expect(warned.cells.filter((one) => one.kind === "warning" && /^warnings?-/.test(one.id))).toHaveLength(9);
    expect(cell(warned, "warnings-more")).toMatchObject({ message: expect.stringContaining("12 more warnings") });
    expect(table(warned, "quality-remarks").rows.map((row) => row["message"])).toEqual(
      many.slice(8).map(({ message }) => message),
    );
  });

  it("has every section, each opening with a sentence", () => {
    const heads = ["decisions", "demand", "peak-weeks", "scenarios", "pools", "risk", "buying", "io"];
    for (const id of [...heads, "slo", "showback", "quality", "method"]) {
      expect(prose(report, id)).toMatch(/^# [A-Z][^\n]+\n\n\S[^\n]+[.:]$/);
    }
    const order = report.cells.map((one) => one.id);
    expect(heads.map((id) => order.indexOf(id))).toEqual(heads.map((id) => order.indexOf(id)).sort((a, b) => a - b));
  });

  it("repeats the plan's figures", () => {
    for (const pool of plan.pools!) {
      const row = table(report, "decisions-need").rows.find((one) => one["pool"] === pool.pool)!;
      expect(row["have"]).toBe(pool.nodesHave);
      for (const { level, nodes } of pool.need) expect(row[`need_${level}`]).toBe(nodes);
    }
    const total = plan.demand.find((queue) => queue.queue === "_total")!;
    const weekly = table(report, "demand-weekly").rows;
    const sum = weekly.reduce((all, row) => all + (row["gpuHours_mean"] as number), 0);
    expect(sum).toBeCloseTo(total.gpuHours.mean, 6);
    expect(
      table(report, "showback-queues").rows.reduce((all, row) => all + (row["gpuHours"] as number), 0),
    ).toBeCloseTo(plan.showback!.totals.usedGpuHours + plan.showback!.totals.idleGpuHours!, 3);
    const p = table(report, "peak-total").rows.reduce((all, row) => all + (row["p"] as number), 0);
    expect(p).toBeCloseTo(1, 9);
  });

  it("draws the total and at most eleven queues, with at most 5,000 points a mark", () => {
    expect(charts(report).filter((one) => one.id.startsWith("demand-fan"))).toHaveLength(8);
    const total = plan.demand.find((queue) => queue.queue === "_total")!;
    const many = Array.from({ length: 30 }, (_, i) => ({
      ...plan.demand[0],
      queue: `queue ${i}`,
      gpuHours: { ...plan.demand[0].gpuHours, mean: i },
    }));
    const crowded = capacityPlanReport({ ...plan, demand: [...many, total] });
    expect(charts(crowded).filter((one) => one.id.startsWith("demand-fan"))).toHaveLength(12);
    expect(table(crowded, "demand-queues").rows).toHaveLength(30);
    expect(prose(crowded, "demand-queue-1")).toBe("## queue 29");
    expect(prose(crowded, "demand-left")).toContain("19 smaller ones stand in the table only");
    for (const chart of charts(crowded)) expect(Math.max(...rowsOf(chart.spec))).toBeLessThanOrEqual(5000);
  });

  it("describes the finding of every chart", () => {
    for (const chart of charts(report)) expect(chart.alt).toMatch(/\d/);
    expect(charts(report).map((chart) => chart.alt)).toHaveLength(
      new Set(charts(report).map((chart) => chart.alt)).size,
    );
  });
});

describe("the notebook of the kind capacity-plan", () => {
  it("makes the report of a plan read from JSON", () => {
    expect(notebooks["capacity-plan"](JSON.parse(JSON.stringify(plan)))).toEqual(report);
  });

  it("refuses what is not a plan and says where", () => {
    const broken = { ...plan, levels: ["80"] };
    expect(() => notebooks["capacity-plan"](broken)).toThrow(/^not a capacity plan at \$\.levels\[0\]: /);
    expect(() => notebooks["capacity-plan"](null)).toThrow(ReportError);
  });
});

describe("a plan with parts missing", () => {
  it("says of each why it is not there", () => {
    const bare = fixturePlan({ plan: { month: "2026-10", time_zone: "Europe/Berlin" }, capacity: undefined });
    const made = capacityPlanReport(bare);
    expect(defineReport(made)).toEqual(made);
    for (const id of ["pools", "risk", "buying", "io", "scenarios"]) {
      const reason = bare.absent.find((entry) => entry.section === id)?.reason;
      expect(reason).toBeTruthy();
      expect(prose(made, id)).toContain("Not in this plan: ");
    }
    expect(prose(made, "decisions")).toContain("no pools were given");
    expect(charts(made).length).toBeGreaterThanOrEqual(2);
  });

  it("has a sentence for a pool without risk, a plan without backtest and one without remarks", () => {
    const made = capacityPlanReport({ ...plan, warnings: [], method: { ...plan.method, backtest: null } });
    expect(made.cells[0].id).toBe("decisions");
    expect(made.cells.some((one) => one.id === "quality-remarks")).toBe(false);
    expect(cell(made, "method-backtest")).toMatchObject({ kind: "warning" });
  });
});

describe("hostile names", () => {
  const HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "# x\n\n- [a](javascript:alert(1))",
    "_a_ *b* `c` | d",
    "__proto__",
    "a\u2028b",
  ];

  it("stay text in prose, tables and charts", () => {
    const hourly = hourlyOf(cluster());
    hourly.queues = hourly.queues.map((name, i) => HOSTILE[i] ?? name);
    const hostile = fixturePlan({
      hourly,
      plan: { month: "2026-10", time_zone: "Europe/Berlin", mapping: undefined },
      capacity: undefined,
    });
    const made = capacityPlanReport(hostile);
    expect(defineReport(made)).toEqual(made);
    const words = made.cells.flatMap((one) => (one.kind === "prose" ? [one.markdown] : []));
    expect(words.some((text) => text.includes("&lt;img"))).toBe(true);
    for (const text of words) {
      expect(text).not.toContain("<img");
      expect(text).not.toMatch(/(?<!\\)\]\(/);
      expect(text.split("\n").filter((line) => line.startsWith("# ")).length).toBeLessThanOrEqual(1);
    }
    expect(table(made, "demand-queues").rows.map((row) => row["queue"])).toEqual(expect.arrayContaining(HOSTILE));
  });
});
