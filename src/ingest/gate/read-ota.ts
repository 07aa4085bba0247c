import type { InputFile } from "../../core/demand.js";
import type { OtaSoak, OtaWaves } from "../../experiment/index.js";
import { type CellRule, checkCells, nameRule, numberRule, WHOLE } from "../check-cells.js";
import { numberSql } from "../column-sql.js";
import { loadColumns } from "../load-columns.js";
import { withTable } from "../read-table.js";
import { refuseTwice } from "../refuse-twice.js";
import type { ReadOptions } from "../types.js";
import { flagSql } from "./flag-sql.js";
import { requireRows } from "./require-rows.js";

const COUNT = "a whole number from 0";

/** Waves that are all whole numbers are numbers. */
function waveNames(texts: readonly string[]): (number | string)[] {
  return texts.every((text) => /^(0|[1-9]\d{0,14})$/.test(text)) ? texts.map(Number) : [...texts];
}

/**
 * Reads updates by wave and region: columns `wave`, `region`, `attempted`, `failed`.
 *
 * @throws InputError with file, row and column for a bad cell, e.g. more failed than attempted, and for a file without rows
 */
export async function readOtaWaves(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<{ waves: OtaWaves; inputs: InputFile[] }> {
  const names = ["wave", "region", "attempted", "failed"] as const;
  return withTable(input, { ...options, columns: names }, async (table) => {
    const [wave, region, attempted, failed] = names.map((name) => table.column(name));
    const [all, some] = [attempted, failed].map((column) => numberSql(table, column).value);
    const most: CellRule = { column: failed, refuse: `(${some} > ${all})`, expected: "at most attempted of the row" };
    const counts = [attempted, failed].map((column) => numberRule(table, column, `$ >= 0 AND ${WHOLE}`, COUNT));
    const rules = [nameRule(table, wave, "a wave"), nameRule(table, region, "a region"), ...counts, most];
    const inputs = await table.inputs();
    requireRows(inputs, "wave and region");
    await checkCells(table, rules, options);
    const loaded = await loadColumns(table, ["attempted", "failed"], ["wave", "region"], options);
    const waves: OtaWaves = {
      wave: waveNames(loaded.text("wave") as string[]),
      region: loaded.text("region") as string[],
      attempted: loaded.number("attempted") as Float64Array,
      failed: loaded.number("failed") as Float64Array,
    };
    return { waves, inputs };
  });
}

/**
 * Reads the soak of updated vehicles: columns `vehicle`, `hours`, `failed` (flag) and, if it is there, `region`.
 *
 * @throws InputError with file, row and column for a bad cell, a vehicle that is there twice, and a file without rows
 */
export async function readOtaSoak(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<{ soak: OtaSoak; inputs: InputFile[] }> {
  return withTable(input, options, async (table) => {
    const [vehicle, hours, failed] = ["vehicle", "hours", "failed"].map((name) => table.column(name));
    const flag = flagSql(table, failed);
    const filled: CellRule = { ...flag.rule, refuse: `(${flag.rule.refuse} OR (${flag.value}) IS NULL)` };
    const rules = [nameRule(table, vehicle, "a vehicle"), numberRule(table, hours, "$ >= 0", "hours from 0"), filled];
    const inputs = await table.inputs();
    requireRows(inputs, "vehicle");
    await checkCells(table, rules, options);
    await refuseTwice(table, vehicle, "vehicle", options);
    const more = { fleetlens_failed: flag.value };
    const loaded = await loadColumns(table, ["hours"], ["vehicle", "region"], options, more);
    const region = loaded.text("region");
    const soak: OtaSoak = {
      vehicle: loaded.text("vehicle") as string[],
      hours: loaded.number("hours") as Float64Array,
      failed: Uint8Array.from(loaded.number("fleetlens_failed") as Float64Array),
      ...(region ? { region: region.map((name) => name || "unknown") } : {}),
    };
    return { soak, inputs };
  });
}
