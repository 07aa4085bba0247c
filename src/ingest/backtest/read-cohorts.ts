import { COHORTS } from "../../backtest/compare/arm.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { checkCells, nameRule } from "../check-cells.js";
import { loadColumns } from "../load-columns.js";
import { withTable } from "../read-table.js";
import type { SqlTable } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import { nameSql } from "./log-columns.js";

/** Cohorts as read. */
export interface CohortsRead {
  /** Cohort by vehicle, in the order of the rows. */
  cohorts: Map<string, string>;
  inputs: InputFile[];
}

/**
 * Reads which cohort a vehicle belongs to: columns `vehicle_id` and `cohort`.
 *
 * @throws InputError with file, row and column for a bad cell, and for a vehicle in two cohorts
 */
export async function readCohorts(input: string | readonly string[], options: ReadOptions = {}): Promise<CohortsRead> {
  const columns = ["vehicle_id", "cohort"];
  return withTable(input, { ...options, columns, unify: true }, async (table) => {
    const [vehicle, cohort] = columns.map((name) => table.column(name));
    nameSql(table, vehicle);
    const known = COHORTS.map((name) => table.engine.dialect.literal(name)).join(", ");
    const refuse = `NOT coalesce(CAST(${cohort.sql} AS VARCHAR) IN (${known}), false)`;
    const named = { column: cohort, refuse, expected: COHORTS.map((name) => JSON.stringify(name)).join(" or ") };
    await checkCells(table, [nameRule(table, vehicle, "a vehicle id"), named], options);
    const loaded = await loadColumns(table, [], columns, options);
    const [vehicles, names] = columns.map((name) => loaded.text(name) as string[]);
    const cohorts = new Map<string, string>();
    for (const [row, id] of vehicles.entries()) {
      const before = cohorts.get(id);
      if (before !== undefined && before !== names[row]) throw await inTwo(table, id, [before, names[row]]);
      cohorts.set(id, names[row]);
    }
    return { cohorts, inputs: await table.inputs() };
  });
}

async function inTwo(table: SqlTable, id: string, cohorts: readonly string[]): Promise<InputError> {
  const vehicle = table.column("vehicle_id");
  const same = `${nameSql(table, vehicle)} = ${table.engine.dialect.literal(id)}`;
  const literal = table.engine.dialect.literal(cohorts[1]);
  const [found] = await table.find(`${same} AND CAST(${table.column("cohort").sql} AS VARCHAR) = ${literal}`, [
    vehicle,
  ]);
  const both = cohorts.map((cohort) => JSON.stringify(cohort)).join(" and ");
  return new InputError(
    `${found.file} row ${found.row}: column "cohort": vehicle ${JSON.stringify(id)} is in ${both}; keep one`,
    { file: found.file, row: found.row, column: "cohort", vehicle: id },
  );
}
