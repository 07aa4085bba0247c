import { type PlanFile, parsePlanFile } from "../../capacity/index.js";
import { readDocument } from "../../ingest/read-document.js";

/** Reads and checks a plan file. */
export async function readPlanFile(path: string): Promise<PlanFile> {
  return parsePlanFile((await readDocument(path, "plan file")).value, path);
}
