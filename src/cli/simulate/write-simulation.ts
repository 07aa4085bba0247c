import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically, writeParquet } from "../../ingest/index.js";
import type { QueueJobs, SimulationFile, SimulationResult } from "../../simulate/index.js";
import { simulationCharts } from "./charts.js";
import { jobColumns, timelineColumns } from "./output-columns.js";
import { planSection, withPlanSection } from "./plan-section.js";

/** Text of a file; null when there is none. */
async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** What is written beside the summary. */
export interface SimulationFiles {
  jobs: QueueJobs;
  result: SimulationResult;
  summary: SimulationFile;
  /** Epoch milliseconds of second 0. */
  originMs: number;
  /** YYYY-MM: the plan that the section belongs to. */
  month: string;
}

/** Writes the results of a simulation into a folder; all files appear together, or none. */
export async function writeSimulation(
  folder: string,
  { jobs, result, summary, originMs, month }: SimulationFiles,
  signal: AbortSignal,
): Promise<string[]> {
  const plan = join(folder, `capacity_plan_${month}.md`);
  const section = withPlanSection(await textOf(plan), planSection(summary));
  return writeAtomically(async (files) => {
    await writeParquet(await files.reserve(join(folder, "jobs.parquet")), jobColumns(jobs, result), { signal });
    await writeParquet(await files.reserve(join(folder, "timeline.parquet")), timelineColumns(result), { signal });
    await files.write(join(folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
    for (const [name, spec] of Object.entries(simulationCharts(jobs, result, originMs))) {
      await files.write(join(folder, `chart_${name}.vl.json`), `${JSON.stringify(spec, null, 2)}\n`);
    }
    await files.write(plan, section);
  });
}
