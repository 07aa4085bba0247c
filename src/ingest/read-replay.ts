import type { InputFile } from "../core/demand.js";
import type { ReplayTable } from "../incident/index.js";
import { type CellRule, checkCells, nameRule } from "./check-cells.js";
import { loadColumns } from "./load-columns.js";
import { optionalRules } from "./optional-columns.js";
import { booleanSql } from "./queue-job-rules.js";
import { withTable } from "./read-table.js";
import { refuseTwice } from "./refuse-twice.js";
import type { ReadOptions } from "./types.js";

const LATENCIES = ["latency_ms_before", "latency_ms_after"];

/**
 * Reads requests that were played against the failing system and against its fix: columns `request_id`, `before_ok`,
 * `after_ok` (true or false, 1 or 0) and, if there, `latency_ms_before`, `latency_ms_after`.
 *
 * @throws InputError with file, row and column for a bad cell, and for a request that is there twice
 */
export async function readReplay(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<{ replay: ReplayTable; inputs: InputFile[] }> {
  return withTable(input, options, async (table) => {
    const [id, before, after] = ["request_id", "before_ok", "after_ok"].map((name) => table.column(name));
    const flags = [before, after].map((column): CellRule => {
      return { column, refuse: `${booleanSql(table, column)} IS NULL`, expected: "true or false" };
    });
    const { rules, number } = optionalRules(table);
    for (const name of LATENCIES) number(name, "$ >= 0", "milliseconds from 0");
    await checkCells(table, [nameRule(table, id, "a request id"), ...flags, ...rules], options);
    await refuseTwice(table, id, "request", options);
    const loaded = await loadColumns(table, LATENCIES, ["request_id"], options, {
      fleetlens_before: `CAST(${booleanSql(table, before)} AS DOUBLE)`,
      fleetlens_after: `CAST(${booleanSql(table, after)} AS DOUBLE)`,
    });
    const column = (name: string) => loaded.number(name);
    return {
      replay: {
        requestIds: loaded.text("request_id") ?? [],
        beforeOk: column("fleetlens_before") as Float64Array,
        afterOk: column("fleetlens_after") as Float64Array,
        latencyBefore: column("latency_ms_before"),
        latencyAfter: column("latency_ms_after"),
      },
      inputs: await table.inputs(),
    };
  });
}
