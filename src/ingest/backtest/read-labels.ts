import type { LabelTable } from "../../backtest/types.js";
import type { InputFile } from "../../core/demand.js";
import { type CellRule, checkCells, nameRule } from "../check-cells.js";
import { loadColumns } from "../load-columns.js";
import { optionalColumn } from "../optional-columns.js";
import { withTable } from "../read-table.js";
import { refuseTwice } from "../refuse-twice.js";
import type { ReadOptions } from "../types.js";
import { dictionary } from "./dictionary.js";
import { MOST_MS, millisecondsSql, nameSql } from "./log-columns.js";

/** Labels as read. */
export interface LabelsRead {
  labels: LabelTable;
  inputs: InputFile[];
}

/**
 * Reads labels: columns `label_id`, `vehicle_id`, `trigger_id`, `ts` and, where they are there, `end_ts` and `severity`,
 * whose cells may be empty. Times are as those of the logs.
 *
 * @throws InputError with file, row and column for a bad cell, for a label that is there twice, and for one that ends
 *   before it starts
 */
export async function readLabels(input: string | readonly string[], options: ReadOptions = {}): Promise<LabelsRead> {
  const columns = ["label_id", "vehicle_id", "trigger_id", "ts"];
  const read = { ...options, columns, optional: ["end_ts", "severity"], unify: true };
  return withTable(input, read, async (table) => {
    const [id, vehicle, trigger, time] = columns.map((name) => table.column(name));
    const start = await millisecondsSql(table, time);
    const ending = optionalColumn(table, "end_ts");
    const end = ending ? await millisecondsSql(table, ending) : null;
    for (const column of [id, vehicle, trigger]) nameSql(table, column);
    const bounds = `within ±${MOST_MS}`;
    const rules: CellRule[] = [
      nameRule(table, id, "a label id"),
      nameRule(table, vehicle, "a vehicle id"),
      nameRule(table, trigger, "a trigger id"),
      { column: time, refuse: `NOT coalesce(abs(${start}) <= ${MOST_MS}, false)`, expected: `a time ${bounds}` },
    ];
    if (ending) {
      const refuse = `coalesce(NOT (${end} >= ${start} AND abs(${end}) <= ${MOST_MS}), false)`;
      rules.push({ column: ending, refuse, expected: `an end that is not before the label's ts, ${bounds}` });
    }
    await checkCells(table, rules, options);
    await refuseTwice(table, id, "label", options);
    const loaded = await loadColumns(table, [], [...columns.slice(0, 3), "severity"], options, {
      fleetlens_start: start,
      ...(end === null ? {} : { fleetlens_end: end }),
    });
    const text = (name: string) => loaded.text(name) as string[];
    const ts = loaded.number("fleetlens_start") as Float64Array;
    const vehicles = dictionary(text("vehicle_id"));
    const triggers = dictionary(text("trigger_id"));
    return {
      labels: {
        labelIds: text("label_id"),
        triggerIds: triggers.values,
        trigger: triggers.codes,
        vehicleIds: vehicles.values,
        vehicle: vehicles.codes,
        ts,
        endTs: loaded.number("fleetlens_end")?.map((t, i) => (Number.isNaN(t) ? ts[i] : t)) ?? ts.slice(),
        severity: loaded.text("severity")?.map((level) => (level === "" ? null : level)) ?? null,
      },
      inputs: await table.inputs(),
    };
  });
}
