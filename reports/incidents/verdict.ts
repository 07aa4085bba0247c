import type { IncidentsFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { warningCells } from "../warning-cells.js";
import { meanTimes } from "./mean-times.js";

/** How fast incidents are found and repaired, and what to know beside the figures. */
export function verdictSection(result: IncidentsFile): Cell[] {
  return [...meanTimes("verdict", result), ...warningCells(result.warnings)];
}
