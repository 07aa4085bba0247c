import { InputError } from "../../core/errors.js";
import { columnsReport, tablesReport } from "../../drift/drift-report.js";
import type { SectionOptions } from "../../drift/drift-sections.js";
import type { DriftOptions, DriftReport, DriftSections, DriftTable } from "../../drift/index.js";

/** What both sides come to. */
export interface Comparison {
  report: DriftReport;
  /** Whole tables, where asked for. */
  sections: DriftSections;
  /** Sections whose verdict is drift. */
  drifted: string[];
  warnings: string[];
}

/**
 * Compares two tables column by column, and as a whole where that is asked for.
 *
 * @param o what is wanted besides the columns; null for nothing
 */
export async function compareTables(
  reference: DriftTable,
  current: DriftTable,
  settings: DriftOptions,
  o: SectionOptions | null,
): Promise<Comparison> {
  if (!o) {
    return { report: tablesReport(reference, current, settings), sections: {}, drifted: [], warnings: [] };
  }
  if (o.label !== undefined && [o.prediction, o.score, o.classScores].every((name) => name === undefined)) {
    throw new InputError("--label needs --prediction or --score, which it is compared with", { option: "label" });
  }
  const { driftSections } = await import("../../drift/drift-sections.js");
  const whole = driftSections(reference, current, o, settings);
  return { ...whole, report: columnsReport(whole.reference, whole.current, settings) };
}
