import { fixtureAudit, fixtureImpact } from "../../fixtures/impact-result.js";
import { policyAuditReport, policyImpactReport, type Report } from "../../reports/index.js";
import { describeReports } from "./describe-reports.js";
import { HOSTILE_NAMES } from "./hostile-names.js";

/** Eight charts in two schemes, two of them maps. */
const MOST_BYTES = 1_200_000;

async function impact(rename?: (id: string) => string): Promise<Report> {
  const { metrics, sweep } = await fixtureImpact(rename ? { rename } : {});
  const [rationale, risk] = HOSTILE_NAMES;
  const policy = rename ? { ...metrics.policy, rationale, risk } : metrics.policy;
  return policyImpactReport({ ...metrics, policy }, { sweep });
}

const hostile = (id: string) => HOSTILE_NAMES[id.length % HOSTILE_NAMES.length] + id;

const REPORTS: Readonly<Record<string, () => Promise<Report>>> = {
  "policy-impact": () => impact(),
  "policy-audit": async () => policyAuditReport(await fixtureAudit()),
};

const HOSTILE: Readonly<Record<string, () => Promise<Report>>> = {
  "policy-impact": () => impact(hostile),
  "policy-audit": async () => policyAuditReport(await fixtureAudit({ rename: hostile })),
};

describeReports("papers of policies", { reports: REPORTS, hostile: HOSTILE, mostBytes: MOST_BYTES });
