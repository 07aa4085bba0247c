import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { DAY_MS } from "../../core/utc.js";
import type { UseRow } from "../../cost/recommendations.js";
import { type CellRule, checkCells, nameRule, numberRule } from "../check-cells.js";
import { numberSql, textSql } from "../column-sql.js";
import { withTable } from "../read-table.js";
import type { SqlTable, TableColumn } from "../sql-table.js";
import { timeSql } from "../time-sql.js";
import type { ReadOptions } from "../types.js";

/** Rows of measured use, and their files. */
export interface UseRead {
  rows: UseRow[];
  inputs: InputFile[];
}

/** Used and total of a row as SQL, and what the columns must hold. */
function useSql(table: SqlTable): { used: string; total: string; rules: CellRule[] } {
  const find = (name: string) => table.columns.find((column) => column.name === name);
  const number = (column: TableColumn) => numberSql(table, column).value;
  const [used, total, share, percent] = ["used_gpu_hours", "total_gpu_hours", "gpu_util", "gpu_util_percent"].map(find);
  if (used && total) {
    const rules = [used, total].map((column) => numberRule(table, column, "$ >= 0", "GPU-hours from 0"));
    // A little more is what rounding leaves.
    const most = `$ <= 1.01 * ${number(total)}`;
    rules.push(numberRule(table, used, most, "no more GPU-hours than total_gpu_hours of the row"));
    return { used: number(used), total: number(total), rules };
  }
  if (share) {
    const expected = "a share from 0 to 1 (for 0 to 100 name the column gpu_util_percent)";
    return { used: number(share), total: "1.0", rules: [numberRule(table, share, "$ >= 0 AND $ <= 1", expected)] };
  }
  if (percent) {
    const rule = numberRule(table, percent, "$ >= 0 AND $ <= 100", "per cent from 0 to 100");
    return { used: `${number(percent)} / 100`, total: "1.0", rules: [rule] };
  }
  const file = table.files[0].name;
  throw new InputError(`${file}: needs used_gpu_hours and total_gpu_hours, or gpu_util, or gpu_util_percent`, { file });
}

/**
 * Reads how much pools or resources were used: `resource_id` or `pool`; `used_gpu_hours` and `total_gpu_hours`, or
 * `gpu_util` (0 to 1), or `gpu_util_percent`; and maybe `time` or `day`.
 *
 * @returns a row for each name and UTC day
 * @throws InputError with file, row and column for a bad cell
 */
export async function readUse(input: string | readonly string[], options: ReadOptions = {}): Promise<UseRead> {
  return withTable(input, options, async (table) => {
    const find = (name: string) => table.columns.find((column) => column.name === name);
    const name = find("resource_id") ?? find("pool") ?? table.column("resource_id");
    const { used, total, rules } = useSql(table);
    await checkCells(table, [nameRule(table, name, "a name"), ...rules], options);
    const time = find("time") ?? find("day");
    const micros = time ? (await timeSql(table, time, { steps: false })).value : "NULL::BIGINT";
    const day = `CAST(floor(${micros} / ${DAY_MS * 1000}) AS BIGINT)`;
    // Sums of decimals do not depend on the order of the rows.
    const sum = (value: string) => `CAST(sum(CAST(${value} AS DECIMAL(18, 6))) AS DOUBLE)`;
    const sql = `SELECT ${textSql(table, name)} AS name, ${day} AS day, ${sum(used)} AS used, ${sum(total)} AS total FROM ${table.relation} GROUP BY 1, 2 ORDER BY 1, 2`;
    const rows = (await table.engine.rows({ sql }, options)).map(
      (row): UseRow => ({
        by: name.name === "pool" ? "pool" : "resource",
        name: String(row["name"]),
        day: row["day"] === null ? null : Number(row["day"]),
        used: Number(row["used"]),
        total: Number(row["total"]),
      }),
    );
    return { rows, inputs: await table.inputs() };
  });
}
