import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { checkCells, nameRule, numberRule, WHOLE } from "./check-cells.js";
import { numberSql, textSql } from "./column-sql.js";
import { withTable } from "./read-table.js";
import type { ReadOptions } from "./types.js";

/** Throughput of pools by hour. */
export interface ThroughputTable {
  /** Sorted by UTF-8 bytes, then hour. */
  pools: { pool: string; hours: number[]; throughput: number[] }[];
  inputs: InputFile[];
}

/**
 * Reads throughput by pool and hour: columns `pool`, `hour` (a whole number) and `throughput`, e.g. tokens per GPU-hour.
 *
 * @throws InputError with file, row and column for a bad cell
 */
export async function readThroughput(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<ThroughputTable> {
  return withTable(input, { ...options, columns: ["pool", "hour", "throughput"] }, async (table) => {
    const [pool, hour, throughput] = ["pool", "hour", "throughput"].map((name) => table.column(name));
    await checkCells(
      table,
      [
        nameRule(table, pool, "a pool"),
        numberRule(table, hour, WHOLE, "a whole number"),
        numberRule(table, throughput, "$ >= 0", "a throughput from 0"),
      ],
      options,
    );
    const sql = `SELECT ${textSql(table, pool)} AS pool, ${numberSql(table, hour).value} AS hour, ${numberSql(table, throughput).value} AS throughput FROM ${table.relation} ORDER BY 1, 2`;
    const pools: ThroughputTable["pools"] = [];
    for await (const { rows, columns } of table.engine.query({ sql }, options)) {
      for (let i = 0; i < rows; i++) {
        const name = columns["pool"].data[i] as string;
        if (pools.at(-1)?.pool !== name) pools.push({ pool: name, hours: [], throughput: [] });
        const last = pools[pools.length - 1];
        last.hours.push(columns["hour"].data[i] as number);
        last.throughput.push(columns["throughput"].data[i] as number);
      }
    }
    if (pools.length === 0) {
      const file = table.files[0].name;
      throw new InputError(`${file}: the file has no rows`, { file });
    }
    return { pools, inputs: await table.inputs() };
  });
}
