import type { RcaFile } from "../src/incident/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { blastSection } from "./incident-rca/blast.js";
import { capaSection, classSection } from "./incident-rca/capa.js";
import { causesSection } from "./incident-rca/causes.js";
import { gapsSection } from "./incident-rca/gaps.js";
import { kpiCells } from "./incident-rca/kpi-chart.js";
import { methodSection } from "./incident-rca/method.js";
import { probesSection } from "./incident-rca/probes.js";
import { replaySection } from "./incident-rca/replay.js";
import { slicesSection } from "./incident-rca/slices.js";
import { timelineSection } from "./incident-rca/timeline.js";
import { severitySection, verdictSection } from "./incident-rca/verdict.js";
import { fishboneSection, whysSection } from "./incident-rca/whys.js";
import { originOf } from "./origin.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  kpiCells,
  severitySection,
  timelineSection,
  causesSection,
  slicesSection,
  blastSection,
  probesSection,
  replaySection,
  gapsSection,
  classSection,
  whysSection,
  fishboneSection,
  capaSection,
  methodSection,
]);

/**
 * The analysis of an incident as the document that its review starts from: what happened when, what set it off, where,
 * how far it reached, whether the fix holds, what kept it from being seen, and what is to be done. It is blameless: it
 * speaks of systems and never of people. Every number in it stands in the result. It is dated with the KPI's last row.
 *
 * @example const html = await renderHtml(incidentRcaReport(result));
 */
export function incidentRcaReport(result: RcaFile): Report {
  const { firstBad, kpi } = result;
  const { direction, cost_per_bad } = result.createdFrom.options;
  return {
    schemaVersion: "1.0",
    id: "rca",
    title:
      firstBad === null ? "Root-cause analysis: no incident" : `Root-cause analysis: ${firstBad.time.slice(0, 10)}`,
    generatedAt: kpi.to ?? UNDATED,
    ...originOf(result, [
      { name: "Bad direction", value: String(direction) },
      ...(typeof cost_per_bad === "number" ? [{ name: "Cost of a bad request", value: cost_per_bad }] : []),
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
