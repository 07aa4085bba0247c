import type { IncidentsFile } from "../src/incident/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { servicesSection, severitiesSection } from "./incidents/by-name.js";
import { methodSection } from "./incidents/method.js";
import { monthsSection } from "./incidents/months.js";
import { responseSection } from "./incidents/response.js";
import { verdictSection } from "./incidents/verdict.js";
import { originOf } from "./origin.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  servicesSection,
  severitiesSection,
  monthsSection,
  responseSection,
  methodSection,
]);

/**
 * A result of `fleetlens incidents` as a report that answers how fast incidents are found, answered and repaired: by
 * service, severity and month, and which were answered too late. It is dated with the last time of the data.
 *
 * @example const html = await renderHtml(incidentsReport(result));
 */
export function incidentsReport(result: IncidentsFile): Report {
  const { overall, to } = result;
  return {
    schemaVersion: "1.0",
    id: "incidents",
    title: "Incidents",
    generatedAt: to ?? UNDATED,
    ...originOf(result, [
      { name: "Incidents", value: overall.n },
      { name: "Open", value: overall.open },
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
