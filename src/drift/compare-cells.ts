import { adjust } from "./adjust.js";
import { compareLevels, type LevelComparison } from "./compare-levels.js";
import { compareMissing } from "./compare-missing.js";
import { compareNumbers } from "./compare-numbers.js";
import { type DriftCell, isNumeric, type LevelSide, type NumericSide } from "./drift-cell.js";
import type { DriftEntry } from "./drift-schema.js";
import { type DriftSettings, driftSettings, thresholdOf } from "./drift-settings.js";
import type { DriftOptions } from "./types.js";
import { type Finding, judge } from "./verdict.js";

/** A compared cell without its samples: where it lies, and what adjusted p-values are still to judge. */
export interface ComparedCell extends LevelComparison {
  place: Pick<
    DriftEntry,
    "feature" | "kind" | "slice" | "window" | "n_reference" | "n_current" | "missing_reference" | "missing_current"
  >;
  missing: Finding | null;
}

/**
 * Entries of cells, in their order: every cell is compared, then all p-values (those of missing rates too) are adjusted
 * as one family, then each cell is judged.
 */
export function compareCells(cells: Iterable<DriftCell>, options: DriftOptions = {}): DriftEntry[] {
  const settings = driftSettings(options);
  return entriesOf(comparedCells(cells, settings), settings);
}

/** The first half of {@link compareCells}, which looks at no cell beside another. Cells are compared as they come, and not kept. */
export function comparedCells(cells: Iterable<DriftCell>, settings: DriftSettings): ComparedCell[] {
  return Array.from(cells, (cell) => compareCell(cell, settings));
}

/** The second half of {@link compareCells}: entries of all cells of a run. */
export function entriesOf(compared: readonly ComparedCell[], settings: DriftSettings): DriftEntry[] {
  const findings = compared.flatMap(({ finding, missing }) => (missing ? [finding, missing] : [finding]));
  const adjusted = adjust(
    findings.map(({ p }) => p ?? Number.NaN),
    settings.correction,
  );
  const adjustedOf = new Map(findings.map((finding, i) => [finding, finding.p === null ? null : adjusted[i]]));
  const judged = (finding: Finding) => judge(finding, adjustedOf.get(finding)!, settings);
  return compared.map(({ place, stats, finding, missing, newLevels, vanishedLevels }) => ({
    ...place,
    stats,
    ...judged(finding),
    missingness: missing && judged(missing),
    new_levels: newLevels,
    vanished_levels: vanishedLevels,
  }));
}

/** Compares a cell; what its p-values come to among those of others is left open. */
export function compareCell(
  { feature, slice, window, reference, current }: DriftCell,
  settings: DriftSettings,
): ComparedCell {
  const threshold = thresholdOf(feature, settings);
  const place = {
    feature,
    kind: isNumeric(reference) ? ("numeric" as const) : ("categorical" as const),
    slice: slice && { ...slice },
    window,
    n_reference: reference.n,
    n_current: current.n,
    missing_reference: reference.missing,
    missing_current: current.missing,
  };
  const missing = compareMissing(reference, current, settings);
  if (!isNumeric(reference)) {
    return { place, missing, ...compareLevels(reference, current as LevelSide, threshold, settings) };
  }
  const numbers = compareNumbers(reference, current as NumericSide, threshold, settings);
  return { place, missing, ...numbers, newLevels: null, vanishedLevels: null };
}
