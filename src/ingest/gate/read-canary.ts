import type { InputFile } from "../../core/demand.js";
import type { CanaryRequests } from "../../experiment/index.js";
import { type CellRule, checkCells } from "../check-cells.js";
import { textSql } from "../column-sql.js";
import { loadDimensions } from "../dimension-columns.js";
import { optionalColumn, optionalRules } from "../optional-columns.js";
import { withTable } from "../read-table.js";
import type { SqlTable, TableColumn } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import { flagSql } from "./flag-sql.js";
import { requireRows } from "./require-rows.js";

/** Requests of two builds as read. */
export interface CanaryRead {
  requests: CanaryRequests;
  inputs: InputFile[];
}

/** A class column as text in which 3.0 is 3: whole numbers become decimals in a file once one of them is missing. */
function classColumn(table: SqlTable, name: string): TableColumn {
  const column = table.column(name);
  return { ...column, kind: "text", sql: `regexp_replace(${textSql(table, column)}, '^([+-]?\\d+)\\.0+$', '\\1')` };
}

/** SQL of type DOUBLE for the codes of the requests that both arms have; the others need none. */
async function requestCodes(table: SqlTable, column: TableColumn, arm: TableColumn, options: ReadOptions) {
  const { engine, relation } = table;
  const id = `nullif(${textSql(table, column)}, '')`;
  const shared = `SELECT ${id} AS id FROM ${relation} WHERE ${id} IS NOT NULL GROUP BY 1 HAVING count(DISTINCT ${arm.sql}) = 2`;
  await engine.run(`CREATE TABLE fleetlens_requests AS ${shared}`, options);
  const [{ n }] = await engine.rows({ sql: "SELECT count(*) AS n FROM fleetlens_requests" }, options);
  if (Number(n) === 0) return null;
  await engine.run("CREATE TYPE fleetlens_request AS ENUM (SELECT id FROM fleetlens_requests ORDER BY id)", options);
  return `CAST(coalesce(enum_code(TRY_CAST(${id} AS fleetlens_request)), -1) AS DOUBLE)`;
}

/** One dictionary for labels and predictions. */
function oneDictionary(label: { codes: Int32Array; values: readonly string[] }, prediction: typeof label) {
  const position = new Map(label.values.map((value, code) => [value, code]));
  const classes = [...label.values];
  const moved = prediction.values.map((value) => {
    const known = position.get(value);
    return known ?? classes.push(value) - 1;
  });
  return { classes, prediction: prediction.codes.map((code) => (code < 0 ? -1 : moved[code])) };
}

/**
 * Reads requests that two builds answered: columns `arm` (`prod` or `canary`), `label`, `prediction`, `latency_ms` and, if
 * they are there, `slice`, `ok` and `request_id`. Empty cells are not known, but for the arm. Nothing per row is kept but
 * numbers.
 *
 * @throws InputError with file, row and column for a bad cell, and for a file without rows
 */
export async function readCanary(input: string | readonly string[], options: ReadOptions = {}): Promise<CanaryRead> {
  return withTable(input, options, async (table) => {
    const [arm] = ["arm", "label", "prediction", "latency_ms"].map((name) => table.column(name));
    const [ok, request, slice] = ["ok", "request_id", "slice"].map((name) => optionalColumn(table, name));
    const flag = ok && flagSql(table, ok);
    const refuse = `(coalesce(${textSql(table, arm)}, '') NOT IN ('prod', 'canary'))`;
    const armRule: CellRule = { column: arm, refuse, expected: "prod or canary" };
    const { rules, number } = optionalRules(table);
    number("latency_ms", "$ >= 0", "milliseconds from 0");
    const inputs = await table.inputs();
    requireRows(inputs, "request");
    await checkCells(table, [armRule, ...rules, ...(flag ? [flag.rule] : [])], options);
    const codes = request ? await requestCodes(table, request, arm, options) : null;
    const more = {
      fleetlens_arm: `CAST(${textSql(table, arm)} = 'canary' AS DOUBLE)`,
      ...(flag ? { fleetlens_ok: `coalesce(${flag.value}, -1.0::DOUBLE)` } : {}),
      ...(codes ? { fleetlens_request: codes } : {}),
    };
    const dimensions = ["label", "prediction"].map((name) => classColumn(table, name));
    const columns = { numbers: ["latency_ms"], texts: [], more };
    const loaded = await loadDimensions(table, [...dimensions, ...(slice ? [slice] : [])], columns, options);
    const [label, predicted, part] = loaded.dimensions;
    const one = oneDictionary(label, predicted);
    const numbers = (name: string) => loaded.number(name) as Float64Array;
    return {
      requests: {
        arm: Uint8Array.from(numbers("fleetlens_arm")),
        label: label.codes,
        ...one,
        latencyMs: numbers("latency_ms"),
        ...(part ? { slice: { codes: part.codes, values: part.values } } : {}),
        ...(flag ? { ok: Int8Array.from(numbers("fleetlens_ok")) } : {}),
        ...(codes ? { request: Int32Array.from(numbers("fleetlens_request")) } : {}),
      },
      inputs,
    };
  });
}
