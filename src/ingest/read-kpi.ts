import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import type { Kpi } from "../incident/index.js";
import { readTimedValues, timedValueError } from "./read-timed-values.js";
import type { ReadOptions } from "./types.js";

/** A KPI as read. */
export interface KpiTable {
  kpi: Kpi;
  inputs: InputFile[];
  warnings: string[];
}

/**
 * Reads a KPI over time: columns `time`, `value` and, if there is one, `requests` (what each value is a rate of). Rows are
 * sorted by time; an empty value is missing (NaN), an empty number of requests is 0.
 *
 * @throws InputError with file, row and column for a bad cell, and for times that are no instants
 */
export async function readKpi(input: string | readonly string[], options: ReadOptions = {}): Promise<KpiTable> {
  const table = await readTimedValues(input, { ...options, time: "time", value: ["value"], optional: ["requests"] });
  const [block] = table.blocks;
  if (table.clock === "plain" && block.t.length > 0) {
    const { name: file } = table.inputs[0];
    throw new InputError(
      `${file}: column "time" holds plain numbers; the events of an incident need instants: ISO 8601 or Unix time`,
      { file, column: "time" },
    );
  }
  const requests = block.optional[0]?.map((count, i) => {
    if (count < 0) throw timedValueError(table, block, i, "requests", count, "a number of requests from 0");
    return Number.isNaN(count) ? 0 : count;
  });
  return {
    kpi: { times: block.t, values: block.values[0], ...(requests ? { requests } : {}) },
    inputs: table.inputs,
    warnings: table.warnings,
  };
}
