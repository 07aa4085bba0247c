import { join } from "node:path";
import type { PlanOutcome } from "../../capacity/index.js";
import { writeAtomically, writeParquet } from "../../ingest/index.js";
import { PLAN_FORMATS, type PlanFormat } from "./plan-arguments.js";
import { outputColumns } from "./plan-columns.js";
import { writePaths } from "./write-paths.js";

/** Writes everything that a plan consists of into a folder; all files appear together, or none. */
export async function writePlan(
  folder: string,
  { plan, tables, paths }: PlanOutcome,
  what: { formats: readonly PlanFormat[]; paths: boolean; planFile: string | null; signal: AbortSignal },
): Promise<string[]> {
  const { notebooks, notebookText, renderHtml, renderJson, renderMarkdown, renderNotebook } = await import(
    "../../../reports/index.js"
  );
  const report = notebooks["capacity-plan"](plan);
  const texts: Record<PlanFormat, () => string | Promise<string>> = {
    md: () => renderMarkdown(report),
    html: () => renderHtml(report),
    json: () => `${JSON.stringify(plan)}\n`,
    ipynb: async () => notebookText(await renderNotebook(report)),
  };
  const name = `capacity_plan_${plan.month}`;
  return writeAtomically(async (files) => {
    for (const format of PLAN_FORMATS.filter((f) => what.formats.includes(f))) {
      await files.write(join(folder, `${name}.${format}`), await texts[format]());
      what.signal.throwIfAborted();
    }
    await files.write(join(folder, `${name}.report.json`), renderJson(report));
    for (const [table, columns] of Object.entries(tables)) {
      await writeParquet(await files.reserve(join(folder, `${table}.parquet`)), outputColumns(columns), {
        signal: what.signal,
      });
    }
    if (what.paths) await writePaths(await files.reserve(join(folder, "paths.parquet")), paths, what.signal);
    if (what.planFile !== null) await files.write(join(folder, "plan.yaml"), what.planFile);
  });
}
