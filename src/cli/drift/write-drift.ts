import type { InputFile } from "../../core/demand.js";
import { VERSION } from "../../core/version.js";
import type { SectionOptions } from "../../drift/drift-sections.js";
import type { DriftFile, DriftOptions, DriftReport, DriftSections } from "../../drift/index.js";
import { type AtomicFiles, writeAtomically } from "../../ingest/atomic.js";
import type { CommandResult } from "../frame.js";
import type { DriftCommandOptions } from "./command-options.js";
import type { Comparison } from "./compare-tables.js";
import { driftText } from "./drift-text.js";
import { modelSettings } from "./model-options.js";
import { modelWords } from "./model-words.js";

/** Options that show in the file or say what becomes of it. */
type FileOptions = SectionOptions &
  Pick<DriftCommandOptions, "reference" | "current" | "features" | "exactLimit" | "failOn" | "out">;

/**
 * Writes the file of a comparison.
 *
 * @param tables the files of both sides, and what is to be said of them
 * @param writeMore writes other files, which appear with it
 */
export async function writeDrift(
  o: FileOptions,
  settings: DriftOptions,
  tables: { inputs: readonly InputFile[]; warnings: readonly string[] },
  comparison: Comparison,
  writeMore: (files: AtomicFiles) => Promise<void> = async () => {},
): Promise<CommandResult> {
  const { report, sections, warnings: more } = comparison;
  const warnings = [...tables.warnings, ...report.warnings, ...more];
  const { exactLimit } = o;
  const file = driftFile(o, settings, tables.inputs, { exactLimit }, { ...report, ...sections, warnings });
  const outputs = await writeAtomically(async (files) => {
    await files.write(o.out, `${JSON.stringify(file, null, 2)}\n`);
    await writeMore(files);
  });
  return driftResult(o, comparison, warnings, outputs);
}

/** What is told of a comparison. */
export function driftResult(
  o: Pick<FileOptions, "out" | "failOn">,
  { report, sections, drifted }: Omit<Comparison, "warnings">,
  warnings: string[],
  outputs: string[],
): CommandResult {
  const { dataset } = report;
  const found = dataset.n_drift + dataset.n_missing_drift + drifted.length > 0;
  return {
    outputs,
    warnings,
    summary: { rows: report.rows, entries: report.features.length, ...dataset, sections_drift: drifted },
    text: [...modelWords(sections), driftText(report, o.out)].join("\n"),
    exitCode: o.failOn && found ? 3 : 0,
  };
}

/** The file of a comparison. */
export function driftFile(
  o: FileOptions,
  settings: DriftOptions,
  inputs: readonly InputFile[],
  how: { exactLimit: number } | { engine: string },
  report: DriftReport & DriftSections,
): DriftFile {
  const { reference, current, features = null } = o;
  const { seed, ...rest } = settings;
  const options = rest as DriftFile["createdFrom"]["options"];
  return {
    schema: "fleetlens.drift/1",
    version: VERSION,
    createdFrom: {
      inputs: [...inputs],
      options: { reference, current, features, ...how, ...options, ...modelSettings(o) },
      seed: seed as number,
    },
    ...report,
  };
}
