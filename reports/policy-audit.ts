import type { AuditFile } from "../src/backtest/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { originOf } from "./origin.js";
import { causesSection } from "./policy-audit/causes.js";
import { methodSection } from "./policy-audit/method.js";
import { triggersSection } from "./policy-audit/triggers.js";
import { verdictSection } from "./policy-audit/verdict.js";
import { versionsSection } from "./policy-audit/versions.js";
import { weeksSection } from "./policy-audit/weeks.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  weeksSection,
  causesSection,
  triggersSection,
  versionsSection,
  methodSection,
]);

/**
 * A result of `fleetlens policy audit` as a report that answers whether the vehicles do what the policy says: agreement
 * by week, and what the differences come from. It is dated with the last row of the logs.
 *
 * @example const html = await renderHtml(policyAuditReport(result));
 */
export function policyAuditReport(result: AuditFile): Report {
  return {
    schemaVersion: "1.0",
    id: "policy_audit",
    title: `Audit of policy ${result.policy.version}`,
    generatedAt: result.input.to ?? UNDATED,
    ...originOf(result, [
      { name: "Policy", value: result.policy.version },
      { name: "Tolerance", value: result.tolerance_ms, unit: "ms" },
      { name: "Rows of the logs", value: result.input.rows },
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
