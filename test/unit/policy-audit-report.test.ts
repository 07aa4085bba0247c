import { beforeAll, describe, expect, it } from "vitest";
import { fixtureAudit } from "../../fixtures/impact-result.js";
import { notebooks, policyAuditReport } from "../../reports/index.js";
import { type AuditFile, AuditFileSchema } from "../../src/backtest/index.js";
import { ReportError } from "../../src/core/index.js";
import { type Report, UNDATED } from "../../src/report/index.js";
import { expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

const HEADS = ["verdict", "weeks", "causes", "triggers", "versions", "method"];

let result: AuditFile;
let report: Report;
beforeAll(async () => {
  result = await fixtureAudit();
  report = policyAuditReport(result);
}, 60_000);

describe("an audit of vehicles against the replay as a report", () => {
  it("is sound, and dated with the last row of the logs", () => {
    expectSound(report, HEADS);
    expect(report.generatedAt).toBe(result.input.to);
    const { to: _, ...input } = result.input;
    expect(policyAuditReport({ ...result, input }).generatedAt).toBe(UNDATED);
    expect(AuditFileSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it("says how much agrees, and what most differences come from", () => {
    const { total } = result;
    expect(total.causes.version).toBeGreaterThan(0);
    expect(total.causes.edge_silent).toBeGreaterThan(0);
    expect(total.causes.other_time).toBeGreaterThan(0);
    expect(proseOf(report, "verdict")).toContain("the vehicle had another version of the policy");
    expect(
      figuresOf(report, "totals")
        .items.map(({ value }) => value)
        .slice(1),
    ).toEqual([...[total.matched, total.edge_only, total.cloud_only, total.causes.unexplained]]);
    expect(tableOf(report, "causes-table").rows.map((row) => row["events"])).toEqual([
      ...[total.causes.version, total.causes.threshold, total.causes.missing_rows, total.causes.edge_silent],
      ...[total.causes.other_time, total.causes.unexplained],
    ]);
  });

  it("lists weeks, triggers and versions with the numbers behind them", () => {
    expect(tableOf(report, "weeks-table").rows.map((row) => row["week"])).toEqual(["2026-09-07", "2026-09-14"]);
    for (const row of tableOf(report, "weeks-table").rows) expect(row["vehicles"]).toBeGreaterThan(4);
    expect(tableOf(report, "triggers-table").rows).toHaveLength(result.triggers.length);
    expect(tableOf(report, "versions-table").rows.map((row) => row["version"])).toEqual(
      result.versions.map(({ version }) => version),
    );
  });

  it("has no interval for few vehicles, and no agreement of nothing", async () => {
    const few = policyAuditReport(
      ...[{ ...result, total: { ...result.total, lower: null, upper: null, reason: "4 clusters, fewer than 5" } }],
    );
    expect(few.cells.find(({ id }) => id === "no-interval")).toMatchObject({
      message: "No interval of the agreement: 4 clusters, fewer than 5.",
    });
    const none = {
      agreement: null,
      lower: null,
      upper: null,
      matched: 0,
      edge: 0,
      cloud: 0,
      edge_only: 0,
      cloud_only: 0,
    };
    const empty = policyAuditReport({
      ...result,
      total: { ...result.total, ...none },
      weeks: [],
      triggers: [],
      versions: [],
    });
    expectSound(
      empty,
      HEADS.filter((id) => id !== "versions"),
    );
    expect(proseOf(empty, "verdict")).toContain("cannot be told");
    const silent = await fixtureAudit({ keep: () => false });
    expectSound(
      policyAuditReport(silent),
      HEADS.filter((id) => id !== "versions"),
    );
  });

  it("keeps hostile names text", async () => {
    for (const text of HOSTILE) {
      const made = await fixtureAudit({ rename: (id) => `${text}${id}` });
      const versions = made.versions.map((one) => ({ ...one, version: text }));
      expectInert(policyAuditReport({ ...made, versions, policy: { ...made.policy, version: text } }));
    }
  });

  it("is made of a result read from JSON, and refuses what is none", () => {
    expect(notebooks.audit(JSON.parse(JSON.stringify(result)))).toEqual(report);
    expect(() => notebooks.audit({ ...result, weeks: [{}] })).toThrow(
      /^not a result of policy audit at \$\.weeks\[0\]/,
    );
    expect(() => notebooks.audit(null)).toThrow(ReportError);
  });
});
