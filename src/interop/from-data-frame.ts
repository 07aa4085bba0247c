import { column, numericColumn } from "../core/columns.js";

/** A data frame in danfojs' shape; rows in `values`. */
export interface DataFrameLike {
  columns: readonly string[];
  values: readonly (readonly unknown[])[];
}

/**
 * The columns of a data frame as fleetlens takes them: numbers as Float64Array with NaN for missing, anything else as
 * a plain array with null for missing. A column without any value counts as numbers.
 *
 * @example
 * const { y } = fromDataFrame(frame);
 * forecast([{ id: "total", y: y as Float64Array }], { horizon: 24 });
 */
export function fromDataFrame(frame: DataFrameLike): Record<string, Float64Array | unknown[]> {
  const columns = frame.columns.map((name) => {
    const values = frame.values.length === 0 ? [] : Array.from(column(frame, name) as ArrayLike<unknown>);
    const isNumeric = values.every((value) => isMissing(value) || typeof value === "number");
    return [name, isNumeric ? numericColumn(values, name) : values.map((value) => (isMissing(value) ? null : value))];
  });
  return Object.fromEntries(columns);
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "number" && Number.isNaN(value));
}
