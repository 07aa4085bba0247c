import type { ServiceFile } from "../src/experiment/index.js";
import type { Report } from "../src/report/index.js";
import { checksSection } from "./gate/checks.js";
import { gateReport } from "./gate/gate-report.js";
import { budgetSection } from "./gate/service/budget.js";
import { costSection } from "./gate/service/cost.js";
import { defectsSection } from "./gate/service/defects.js";
import { methodSection } from "./gate/service/method.js";
import { mitigationSection } from "./gate/service/mitigation.js";
import { verdictSection } from "./gate/service/verdict.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  ({ checks }: ServiceFile) => checksSection(checks),
  budgetSection,
  costSection,
  mitigationSection,
  defectsSection,
  methodSection,
]);

/**
 * A result of `fleetlens gate service` as a report: whether the service is in shape for a change, each figure against its
 * limit, and error budget, costs, mitigation and defects as far as they are known.
 *
 * @example const html = await renderHtml(serviceReport(result));
 */
export function serviceReport(result: ServiceFile): Report {
  return gateReport(result, "service", "Service gate", SECTIONS, []);
}
