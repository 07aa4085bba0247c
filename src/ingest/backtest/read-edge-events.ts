import type { EdgeEvents } from "../../backtest/audit/types.js";
import type { InputFile } from "../../core/demand.js";
import { type CellRule, checkCells, nameRule } from "../check-cells.js";
import { loadColumns } from "../load-columns.js";
import { optionalColumn, optionalRules } from "../optional-columns.js";
import { withTable } from "../read-table.js";
import type { ReadOptions } from "../types.js";
import { dictionary } from "./dictionary.js";
import { MOST_MS, millisecondsSql, nameSql } from "./log-columns.js";

/** Events of vehicles as read. */
export interface EdgeEventsRead {
  edge: EdgeEvents;
  inputs: InputFile[];
}

/**
 * Reads the events that vehicles reported: columns `trigger_id`, `vehicle_id`, `onset_ts`, and, where they are there,
 * `end_ts`, `policy_version`, `threshold`, `extreme` and `n_samples`, whose cells may be empty. So the `events.parquet` of a
 * backtest can be read, too.
 *
 * @throws InputError with file, row and column for a bad cell, and for an event that ends before it begins
 */
export async function readEdgeEvents(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<EdgeEventsRead> {
  const columns = ["trigger_id", "vehicle_id", "onset_ts"];
  const optional = ["end_ts", "policy_version", "threshold", "extreme", "n_samples"];
  return withTable(input, { ...options, columns, optional, unify: true }, async (table) => {
    const [trigger, vehicle, time] = columns.map((name) => table.column(name));
    const onset = await millisecondsSql(table, time);
    const ending = optionalColumn(table, "end_ts");
    const end = ending ? await millisecondsSql(table, ending) : null;
    for (const column of [trigger, vehicle]) nameSql(table, column);
    const bounds = `within ±${MOST_MS}`;
    const { rules: others, number } = optionalRules(table);
    number("threshold", "isfinite($)", "a number");
    number("extreme", "isfinite($)", "a number");
    number("n_samples", "$ >= 0 AND $ = floor($) AND $ < 2147483648", "a whole number that is not negative");
    const rules: CellRule[] = [
      nameRule(table, trigger, "a trigger id"),
      nameRule(table, vehicle, "a vehicle id"),
      { column: time, refuse: `NOT coalesce(abs(${onset}) <= ${MOST_MS}, false)`, expected: `a time ${bounds}` },
      ...others,
    ];
    if (ending) {
      const refuse = `coalesce(NOT (${end} >= ${onset} AND abs(${end}) <= ${MOST_MS}), false)`;
      rules.push({ column: ending, refuse, expected: `an end that is not before the onset, ${bounds}` });
    }
    await checkCells(table, rules, options);
    const loaded = await loadColumns(
      table,
      ["threshold", "extreme", "n_samples"],
      ["trigger_id", "vehicle_id", "policy_version"],
      options,
      { fleetlens_onset: onset, ...(end === null ? {} : { fleetlens_end: end }) },
    );
    const onsetTs = loaded.number("fleetlens_onset") as Float64Array;
    const triggers = dictionary(loaded.text("trigger_id") as string[]);
    const vehicles = dictionary(loaded.text("vehicle_id") as string[]);
    const samples = loaded.number("n_samples");
    return {
      edge: {
        triggerIds: triggers.values,
        trigger: triggers.codes,
        vehicleIds: vehicles.values,
        vehicle: vehicles.codes,
        onsetTs,
        endTs: loaded.number("fleetlens_end")?.map((t, i) => (Number.isNaN(t) ? onsetTs[i] : t)) ?? onsetTs.slice(),
        policyVersion: loaded.text("policy_version")?.map((version) => (version === "" ? null : version)) ?? null,
        threshold: loaded.number("threshold") ?? null,
        extreme: loaded.number("extreme") ?? null,
        nSamples: samples ? Int32Array.from(samples, (n) => (Number.isNaN(n) ? -1 : n)) : null,
      },
      inputs: await table.inputs(),
    };
  });
}
