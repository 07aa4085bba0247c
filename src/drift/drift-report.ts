import { InputError } from "../core/errors.js";
import { checkRows } from "./check-rows.js";
import { type CommonColumn, columnChanges } from "./column-changes.js";
import { type ComparedTables, judgeTables } from "./compared-tables.js";
import type { DriftCell } from "./drift-cell.js";
import type { DriftReport } from "./drift-schema.js";
import { checkThresholds, type DriftSettings, driftSettings } from "./drift-settings.js";
import { type DriftInput, driftTable } from "./drift-table.js";
import { compareAllCells } from "./judge-cells.js";
import { noCommonFeature } from "./no-common-feature.js";
import { type RowGroup, rowGroups } from "./row-groups.js";
import { sampler } from "./sampler.js";
import type { DriftOptions, DriftTable } from "./types.js";

const MOST_CELLS = 1_000_000;

/**
 * Which features of a table drifted: a verdict for each feature, in each slice and window asked for.
 *
 * A cell is `drift` where the test is significant after adjusting over all cells and the effect is at least the
 * threshold; `stable` where the effect's interval lies below it, or the effect is significant but smaller
 * (`negligible`); else `inconclusive`. Numbers: Kolmogorov-Smirnov test and distance. Levels: chi-square test (rare
 * levels as one; Fisher's of 2×2 with an expected count below 5) and total variation. Missing rates have verdicts of
 * their own. Times and slice columns are no features.
 *
 * @param reference what should be: typed columns, or anything that core takes for a table
 * @param current what is
 * @throws InputError for a table without rows, tables without a feature in common, an unknown column, a column of mixed
 *   types, options out of range
 * @example
 * const report = driftReport({ speed: before }, { speed: after });
 * report.features[0].verdict // "stable"
 */
export function driftReport(reference: DriftInput, current: DriftInput, options: DriftOptions = {}): DriftReport {
  return tablesReport(driftTable(reference, "reference"), driftTable(current, "current"), options);
}

/** {@link driftReport} of tables as they were read. */
export function tablesReport(before: DriftTable, after: DriftTable, options: DriftOptions): DriftReport {
  const report = columnsReport(before, after, options);
  if (report.features.length === 0) throw noCommonFeature(kindsOf(before), kindsOf(after));
  return report;
}

/** {@link tablesReport} of what is beside other sections: that there is no feature is a warning. */
export function columnsReport(before: DriftTable, after: DriftTable, options: DriftOptions): DriftReport {
  return judgeTables([compareTables(before, after, options)], options);
}

/**
 * The first half of {@link columnsReport}, which looks at no feature beside another.
 *
 * @param only which features are compared; default all
 */
export function compareTables(
  before: DriftTable,
  after: DriftTable,
  options: DriftOptions,
  { only = () => true }: { only?: (feature: string) => boolean } = {},
): ComparedTables {
  const settings = driftSettings(options);
  checkRows(before, after);
  const { groups, warnings } = rowGroups(before, after, settings);
  const { common, changes } = columnChanges(before, after);
  const features = common.filter((column) => isFeature(column, settings));
  checkThresholds(
    settings,
    features.map(({ name }) => name),
  );
  const cells = features.length * groups.length;
  if (cells > MOST_CELLS) {
    throw new InputError(`${cells} cells to compare, at most ${MOST_CELLS}: take longer windows or fewer slices`, {
      cells,
    });
  }
  if (features.length === 0) warnings.push("the tables have no feature in common");
  const compared = features.filter(({ name }) => only(name));
  return {
    rows: { reference: before.rows, current: after.rows },
    columns: changes,
    warnings: [...(before.warnings ?? []), ...(after.warnings ?? []), ...warnings],
    order: [...before.columns.keys()],
    ...compareAllCells(
      // The first group is the whole table.
      (some) =>
        some
          ? cellsOf(
              compared.filter(({ name }) => some.has(name)),
              groups.slice(0, 1),
            )
          : cellsOf(compared, groups),
      settings,
    ),
  };
}

function kindsOf({ columns }: DriftTable): Map<string, string> {
  return new Map([...columns].map(([name, { kind }]) => [name, kind]));
}

function isFeature({ name, reference }: CommonColumn, { slices, time }: DriftSettings): boolean {
  return reference.kind !== "time" && name !== time && !slices.includes(name);
}

function* cellsOf(features: readonly CommonColumn[], groups: readonly RowGroup[]): Generator<DriftCell> {
  const hasWindows = groups.some(({ window }) => window !== null);
  for (const { name, reference, current } of features) {
    // A reference without windows is compared once.
    const ofReference = sampler(reference, hasWindows);
    const ofCurrent = sampler(current);
    for (const { slice, window, reference: before, current: after } of groups) {
      yield {
        feature: name,
        slice,
        window,
        // Not taken where the cell is known.
        get reference() {
          return ofReference(before);
        },
        get current() {
          return ofCurrent(after);
        },
      };
    }
  }
}
