import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import type { EdgeSamples } from "../../experiment/index.js";
import { checkCells, numberRule } from "../check-cells.js";
import { clockSql } from "../clock-sql.js";
import { numberSql } from "../column-sql.js";
import { loadColumns } from "../load-columns.js";
import { optionalColumn, optionalRules } from "../optional-columns.js";
import { withTable } from "../read-table.js";
import type { SqlTable } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import { requireRows } from "./require-rows.js";

/** Scores of two builds as read. */
export interface EdgeRead {
  samples: EdgeSamples;
  inputs: InputFile[];
}

/** Classes of which both builds have a score. */
function classesOf(table: SqlTable): string[] {
  const of = (build: string) =>
    table.columns.filter(({ name }) => name.startsWith(build)).map(({ name }) => name.slice(build.length));
  const [float, quant] = [of("float_"), of("quant_")];
  const file = table.files[0].name;
  if (float.length === 0) {
    const message = `${file}: no column float_…; give each class a column float_CLASS and a column quant_CLASS`;
    throw new InputError(message, { file, column: "float_" });
  }
  for (const name of quant) table.column(`float_${name}`);
  for (const name of float) table.column(`quant_${name}`);
  return float;
}

/** SQL of epoch ms; plain numbers are seconds, which makes trends of a bench run that knows no date. */
async function instants(table: SqlTable): Promise<string | null> {
  const time = optionalColumn(table, "time");
  if (!time || !optionalColumn(table, "temperature_c")) return null;
  const { kind, t } = await clockSql(table, time);
  return `CAST(${kind === "plain" ? `(1000 * ${t})` : t} AS DOUBLE)`;
}

/**
 * Reads scores of the same samples by a float build and its quantised build, a row a sample: columns `float_CLASS` and
 * `quant_CLASS` for every class and, if they are there, `latency_ms`, `temperature_c` with `time`. Others are passed over.
 *
 * @throws InputError with file, row and column for a bad cell: a float score that is missing or not finite, a quantised
 *   one that is text, a temperature without a time; a file without rows
 */
export async function readEdge(input: string | readonly string[], options: ReadOptions = {}): Promise<EdgeRead> {
  return withTable(input, options, async (table) => {
    const classes = classesOf(table);
    if (optionalColumn(table, "temperature_c")) table.column("time");
    const inputs = await table.inputs();
    requireRows(inputs, "sample");
    const { rules, number } = optionalRules(table);
    number("latency_ms", "$ >= 0", "milliseconds from 0");
    number("temperature_c", "$ >= -273.15", "degrees Celsius");
    const [float, quant] = ["float_", "quant_"].map((build) => classes.map((name) => table.column(build + name)));
    const scores = float.map((column) => numberRule(table, column, "true", "a finite score"));
    const numbers = quant.map((column) => ({ column, refuse: numberSql(table, column).bad, expected: "a number" }));
    await checkCells(table, [...scores, ...numbers, ...rules], options);
    const time = await instants(table);
    const more = Object.fromEntries([
      ...float.map((column, c) => [`fleetlens_float_${c}`, numberSql(table, column).value]),
      ...quant.map((column, c) => [`fleetlens_quant_${c}`, numberSql(table, column).value]),
      ...(time ? [["fleetlens_time", time]] : []),
    ]);
    const loaded = await loadColumns(table, ["latency_ms", "temperature_c"], [], options, more);
    const [latencyMs, temperatureC] = ["latency_ms", "temperature_c"].map((name) => loaded.number(name));
    const array = (name: string) => loaded.number(name) as Float64Array;
    const samples: EdgeSamples = {
      classes,
      float: classes.map((_, c) => array(`fleetlens_float_${c}`)),
      quant: classes.map((_, c) => array(`fleetlens_quant_${c}`)),
      ...(latencyMs ? { latencyMs } : {}),
      ...(temperatureC && time ? { temperatureC, times: array("fleetlens_time") } : {}),
    };
    return { samples, inputs };
  });
}
