import { LEVELS } from "../binpack/types.js";
import { type CellRule, nameRule, numberRule, WHOLE } from "./check-cells.js";
import { numberSql, textSql, wrongType } from "./column-sql.js";
import { optionalColumn } from "./optional-columns.js";
import type { SqlTable, TableColumn } from "./sql-table.js";

/** Columns that must be there. */
export const REQUIRED = ["job_id", "submit_s", "duration_s", "num_gpus"] as const;
/** Columns of whole numbers from 0, or of numbers of any kind. An empty cell says nothing. */
export const WHOLE_COLUMNS = [
  ...["estimate_s", "cpu_milli", "memory_mib", "pods", "checkpoint_interval_s", "checkpoint_cost_s"],
  ...["restart_s", "deadline_s"],
] as const;
export const NUMBER_COLUMNS = ["priority", "budget_usd", "dataset_gb"] as const;
export const TEXT_COLUMNS = [
  ...["queue", "user", "team", "gpu_type", "required_level", "preferred_level", "labels", "data_zone"],
] as const;

const WHOLE_FROM_0 = `$ >= 0 AND ${WHOLE}`;
/** GPUs and pods are kept in 32 bits. */
const MOST_GPUS = 1_000_000;

/** What the cells of a job file must be. */
export function queueJobRules(table: SqlTable): CellRule[] {
  const rules = [nameRule(table, table.column("job_id"), "a job id")];
  for (const name of ["submit_s", "duration_s"]) {
    rules.push(numberRule(table, table.column(name), WHOLE_FROM_0, "whole seconds from 0"));
  }
  const gpus = table.column("num_gpus");
  rules.push(numberRule(table, gpus, `${WHOLE_FROM_0} AND $ <= ${MOST_GPUS}`, `whole GPUs from 0 to ${MOST_GPUS}`));
  const ifThere = (name: string, condition: string, expected: string): void => {
    const column = optionalColumn(table, name);
    if (!column) return;
    const rule = numberRule(table, column, condition, expected);
    rules.push({ ...rule, refuse: `(NOT ${emptySql(table, column)} AND ${rule.refuse})` });
  };
  for (const name of WHOLE_COLUMNS) ifThere(name, WHOLE_FROM_0, "a whole number from 0");
  for (const name of ["budget_usd", "dataset_gb"]) ifThere(name, "$ >= 0", "a number from 0");
  ifThere("priority", "true", "a number");
  const divisor = `$ = 0 OR ${numberSql(table, gpus).value} % $ = 0`;
  ifThere("pods", `$ <= ${MOST_GPUS} AND (${divisor})`, "a number of pods that divides num_gpus");
  for (const name of ["required_level", "preferred_level"]) {
    const column = optionalColumn(table, name);
    if (!column) continue;
    const known = LEVELS.map((level) => `'${level}'`).join(", ");
    const refuse = `(NOT ${emptySql(table, column)} AND ${textSql(table, column)} NOT IN (${known}))`;
    rules.push({ column, refuse, expected: `one of ${LEVELS.join(", ")}` });
  }
  const labels = optionalColumn(table, "labels");
  if (labels) {
    const pair = "[^=;]+(=[^;]*)?";
    const refuse = `(NOT ${emptySql(table, labels)} AND NOT regexp_full_match(${textSql(table, labels)}, '${pair}(;${pair})*;?'))`;
    rules.push({ column: labels, refuse, expected: "labels such as k=v;k2=v2" });
  }
  const preemptible = optionalColumn(table, "preemptible");
  if (preemptible) {
    const refuse = `(NOT ${emptySql(table, preemptible)} AND ${booleanSql(table, preemptible)} IS NULL)`;
    rules.push({ column: preemptible, refuse, expected: "true or false" });
  }
  return rules;
}

/** Condition of a cell that says nothing. */
function emptySql(table: SqlTable, column: TableColumn): string {
  return `(${column.sql} IS NULL OR trim(${textSql(table, column)}) = '')`;
}

/** A column as true, false or NULL. */
export function booleanSql(table: SqlTable, column: TableColumn): string {
  if (column.kind === "float" || column.kind === "timestamp" || column.kind === "other") {
    throw wrongType(table, column, "true or false");
  }
  return `TRY_CAST(${column.sql} AS BOOLEAN)`;
}
