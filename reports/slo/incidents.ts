import type { SloFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { servicesSection, severitiesSection } from "../incidents/by-name.js";
import { meanTimes } from "../incidents/mean-times.js";

/** Mean times of incidents, overall and by service and severity, where the result has them. */
export function incidentsSection({ incidents }: SloFile): Cell[] {
  if (!incidents) return [];
  return [...meanTimes("incidents", incidents), ...servicesSection(incidents), ...severitiesSection(incidents)];
}
