import type { Report } from "./types.js";

/** The report as JSON text: two spaces, fields in the model's order, a final line break. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
