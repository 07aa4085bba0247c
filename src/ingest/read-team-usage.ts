import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { checkCells, nameRule, numberRule, WHOLE } from "./check-cells.js";
import { numberSql, textSql } from "./column-sql.js";
import { withTable } from "./read-table.js";
import type { ReadOptions } from "./types.js";

/** GPU-hours of teams. */
export interface UsageRows {
  team: string[];
  family: string[];
  /** Null when the table has no hours. */
  hour: number[] | null;
  gpuHours: number[];
  inputs: InputFile[];
}

/**
 * Reads GPU-hours by team: columns `team`, `family`, `gpu_hours` and, if there is one, `hour`. Rows of the same team,
 * family and hour stand side by side.
 *
 * @throws InputError with file, row and column for a bad cell
 */
export async function readTeamUsage(input: string | readonly string[], options: ReadOptions = {}): Promise<UsageRows> {
  return withTable(input, options, async (table) => {
    const [team, family, gpuHours] = ["team", "family", "gpu_hours"].map((name) => table.column(name));
    const hour = table.columns.find(({ name }) => name === "hour");
    await checkCells(
      table,
      [
        nameRule(table, team, "a team"),
        nameRule(table, family, "a name"),
        ...(hour ? [numberRule(table, hour, WHOLE, "a whole number")] : []),
        numberRule(table, gpuHours, "$ >= 0", "GPU-hours from 0"),
      ],
      options,
    );
    const hours = hour ? numberSql(table, hour).value : "NULL::DOUBLE";
    const sql = `SELECT ${textSql(table, team)} AS team, ${textSql(table, family)} AS family, ${hours} AS hour, ${numberSql(table, gpuHours).value} AS gpu_hours FROM ${table.relation}`;
    const rows: Omit<UsageRows, "inputs"> = { team: [], family: [], hour: hour ? [] : null, gpuHours: [] };
    for await (const { rows: count, columns } of table.engine.query({ sql }, options)) {
      for (let i = 0; i < count; i++) {
        rows.team.push(columns["team"].data[i] as string);
        rows.family.push(columns["family"].data[i] as string);
        rows.hour?.push(columns["hour"].data[i] as number);
        rows.gpuHours.push(columns["gpu_hours"].data[i] as number);
      }
    }
    if (rows.team.length === 0) {
      const file = table.files[0].name;
      throw new InputError(`${file}: the file has no rows`, { file });
    }
    return { ...rows, inputs: await table.inputs() };
  });
}
