import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import type { SliceTable } from "../incident/index.js";
import { checkCells, numberRule } from "./check-cells.js";
import { instantSql } from "./clock-sql.js";
import { loadDimensions } from "./dimension-columns.js";
import { measureWarnings } from "./measure-columns.js";
import { optionalColumn } from "./optional-columns.js";
import { withTable } from "./read-table.js";
import type { ReadOptions } from "./types.js";

/** A table of slices as read. */
export interface SliceTableRead {
  table: SliceTable;
  inputs: InputFile[];
  warnings: string[];
}

/**
 * Reads counts by dimensions: columns `time`, `value` (bad requests or an amount) and, if there is one, `weight` (the
 * total; ones otherwise). Every other column is a dimension, of any type, whose empty cells are missing; one of many
 * whole numbers is warned of.
 *
 * @throws InputError with file, row and column for a bad cell, for a table without dimensions, and for a dimension that
 *   looks like a measure: numbers in a column called nearly `weight`, or many fractions
 */
export async function readSliceTable(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<SliceTableRead> {
  return withTable(input, options, async (table) => {
    const [start, value] = ["time", "value"].map((name) => table.column(name));
    const weight = optionalColumn(table, "weight");
    const dimensions = table.columns.filter((column) => ![start, value, weight].includes(column));
    if (dimensions.length === 0) {
      const file = table.files[0].name;
      throw new InputError(`${file}: no dimension: every column but time, value and weight is one`, { file });
    }
    const time = await instantSql(table, start);
    const rules = [value, ...(weight ? [weight] : [])].map((column) =>
      numberRule(table, column, "$ >= 0", "a number from 0"),
    );
    await checkCells(table, rules, options);
    const columns = {
      numbers: ["value", "weight"],
      texts: [],
      more: { fleetlens_time: time },
    };
    const loaded = await loadDimensions(table, dimensions, columns, options);
    const warnings = measureWarnings(table.files[0].name, loaded.dimensions, weight !== undefined);
    return {
      warnings,
      table: {
        times: loaded.number("fleetlens_time") as Float64Array,
        dimensions: loaded.dimensions,
        value: loaded.number("value") as Float64Array,
        weight: loaded.number("weight") ?? new Float64Array(loaded.n).fill(1),
      },
      inputs: await table.inputs(),
    };
  });
}
