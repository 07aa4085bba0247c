import type { CapacityPlan } from "../src/capacity/index.js";
import type { Report } from "../src/report/index.js";
import { buyingSection } from "./capacity-plan/buying.js";
import { dataQualitySection } from "./capacity-plan/data-quality.js";
import { decisionsSection } from "./capacity-plan/decisions.js";
import { demandSection } from "./capacity-plan/demand.js";
import { ioSection } from "./capacity-plan/io.js";
import { formatLocal } from "./capacity-plan/local-time.js";
import { methodSection } from "./capacity-plan/method.js";
import { peakWeeksSection } from "./capacity-plan/peak-weeks.js";
import { poolsSection } from "./capacity-plan/pools.js";
import { riskSection } from "./capacity-plan/risk.js";
import { scenariosSection } from "./capacity-plan/scenarios.js";
import { showbackSection } from "./capacity-plan/showback.js";
import { sloSection } from "./capacity-plan/slo.js";
import { warningsSection } from "./capacity-plan/warnings.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  warningsSection,
  decisionsSection,
  demandSection,
  peakWeeksSection,
  scenariosSection,
  poolsSection,
  riskSection,
  buyingSection,
  ioSection,
  sloSection,
  showbackSection,
  dataQualitySection,
  methodSection,
]);

/**
 * The capacity plan as a report: warnings, decisions, then a section for every part of the plan. A part that the plan
 * does not have keeps its heading and says why. The report is dated with the plan's `asOf`.
 *
 * @example const html = await renderHtml(capacityPlanReport(plan));
 */
export function capacityPlanReport(plan: CapacityPlan): Report {
  const { createdFrom, horizon, timeZone } = plan;
  const local = (instant: string) => formatLocal(instant, timeZone);
  return {
    schemaVersion: "1.0",
    id: `capacity_plan_${plan.month}`,
    title: `Capacity plan ${plan.month}`,
    generatedAt: plan.asOf,
    parameters: [
      { name: "Horizon", value: `${local(horizon.start)} to ${local(horizon.end)}` },
      { name: "Time zone", value: timeZone },
      { name: "Interval levels", value: plan.levels.map((level) => `${level} %`).join(", ") },
      { name: "Scenario of pools and costs", value: plan.planScenario },
    ],
    provenance: {
      tool: "fleetlens",
      version: plan.version,
      inputs: createdFrom.inputs.map(({ name, sha256, rows }) => ({ name, sha256, rows })),
      seed: createdFrom.seed,
    },
    cells: SECTIONS.flatMap((section) => section(plan)),
  };
}
