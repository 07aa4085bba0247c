import { join } from "node:path";
import { incidentRcaReport } from "../../../reports/incident-rca.js";
import type { RcaFile } from "../../incident/index.js";
import { writeAtomically } from "../../ingest/atomic.js";
import { defineReport, renderHtml, renderMarkdown } from "../../report/index.js";

/** Writes the findings and the document made of them; all files appear together, or none. */
export async function writeRca(folder: string, file: RcaFile): Promise<string[]> {
  const report = defineReport(incidentRcaReport(file));
  const html = await renderHtml(report);
  return writeAtomically(async (files) => {
    await files.write(join(folder, "rca.json"), `${JSON.stringify(file, null, 2)}\n`);
    await files.write(join(folder, "rca.md"), renderMarkdown(report));
    await files.write(join(folder, "rca.html"), html);
  });
}
