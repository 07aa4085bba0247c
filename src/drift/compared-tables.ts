import type { DriftReport } from "./drift-schema.js";
import { driftSettings } from "./drift-settings.js";
import { type ComparedCells, judgeCells } from "./judge-cells.js";
import type { DriftOptions } from "./types.js";

/** Features of two tables, all or some, that have been compared one by one and not judged. */
export interface ComparedTables extends ComparedCells, Pick<DriftReport, "rows" | "columns" | "warnings"> {
  /** Columns of the reference: features come in their order. */
  order: string[];
}

/**
 * The report of all features of two tables: their p-values are adjusted together.
 *
 * @param parts at least one; each feature is in one of them, and all else is of the same tables
 */
export function judgeTables(parts: readonly ComparedTables[], options: DriftOptions): DriftReport {
  const [{ rows, columns, warnings, order }] = parts;
  const place = new Map(order.map((name, i) => [name, i]));
  const at = (name: string) => place.get(name) ?? -1;
  const retyped = new Map(parts.flatMap((part) => part.columns.retyped.map((one) => [one.column, one] as const)));
  return {
    rows,
    columns: { ...columns, retyped: [...retyped.values()].sort((a, b) => at(a.column) - at(b.column)) },
    warnings,
    ...judgeCells(
      {
        // Cells of a feature stay in their order: it is in one part.
        cells: parts.flatMap(({ cells }) => cells).sort((a, b) => at(a.place.feature) - at(b.place.feature)),
        distributions: parts.flatMap(({ distributions }) => distributions),
      },
      driftSettings(options),
    ),
  };
}
