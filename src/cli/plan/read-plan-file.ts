import { type PlanFile, parsePlanFile } from "../../capacity/index.js";
import { readDocument } from "../../ingest/read-document.js";

/**
 * Reads and checks a plan file.
 *
 * @param over sections that stand instead of the file's
 */
export async function readPlanFile(path: string, over: Record<string, unknown> = {}): Promise<PlanFile> {
  const { value } = await readDocument(path, "plan file");
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return parsePlanFile(isObject ? { ...value, ...over } : value, path);
}
