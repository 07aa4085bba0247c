import type { EdgeFile } from "../src/experiment/index.js";
import type { Report } from "../src/report/index.js";
import { checksSection } from "./gate/checks.js";
import { figuresSection } from "./gate/edge/figures.js";
import { methodSection } from "./gate/edge/method.js";
import { thermalSection } from "./gate/edge/thermal.js";
import { verdictSection } from "./gate/edge/verdict.js";
import { gateReport } from "./gate/gate-report.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  ({ checks }: EdgeFile) => checksSection(checks),
  figuresSection,
  thermalSection,
  methodSection,
]);

/**
 * A result of `fleetlens gate edge` as a report: whether the quantised build may replace the float build, each figure against
 * its limit, how far the builds are apart and whether the device heats up.
 *
 * @example const html = await renderHtml(edgeReport(result));
 */
export function edgeReport(result: EdgeFile): Report {
  return gateReport(result, "edge", "Quantised build", SECTIONS, []);
}
