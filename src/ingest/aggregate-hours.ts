import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { fnv1a32 } from "../core/random.js";
import { collectRows } from "../engine/collect-rows.js";
import type { Dialect } from "../engine/dialect.js";
import { cellError, textSql, wrongType } from "./column-sql.js";
import { type EngineTable, withEngineTable } from "./engine-table.js";
import { withTable } from "./read-table.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import { integerTimeSql, type TimeSql, timeSql } from "./time-sql.js";
import type { OutputColumn, ReadOptions } from "./types.js";

/** Options of {@link aggregateHours}. */
export interface AggregateOptions extends ReadOptions {
  input: string | readonly string[];
  queueColumn: string;
  timeColumn: string;
  /** Whole numbers. */
  valueColumn: string;
  /** Seconds that one sample stands for. */
  sampleSeconds: number;
  /** URL of `openEngine`; default `duckdb`. */
  engine?: string;
  /** Only the queues whose FNV-1a hash modulo `count` is `index`; a null queue hashes as the empty text. */
  shard?: { index: number; count: number };
}

/** Sums by queue and UTC hour, in order of queue (UTF-8 bytes) and hour, nulls last. */
export interface HourlySums {
  engine: "duckdb" | "spark" | "trino";
  queue: (string | null)[];
  /** µs since the epoch of the start of the hour. */
  hourUs: (bigint | null)[];
  /** Null when all values of the group are. */
  valueSum: (bigint | null)[];
  /** `valueSum × sampleSeconds / 3600`. */
  gpuHours: (number | null)[];
  /** Values that are not null. */
  samples: bigint[];
  /** The files, of a shard. */
  inputs?: InputFile[];
  warnings: string[];
}

const MICROS_PER_HOUR = 3_600_000_000;

function inDuckDb(table: EngineTable): table is SqlTable {
  return table.engine.name === "duckdb";
}

/** Start of the hour in µs. */
async function hourSql(table: EngineTable, column: TableColumn): Promise<{ sql: string; warnings: string[] }> {
  const { dialect } = table.engine;
  if (column.kind === "timestamp") return { sql: dialect.epochMicros(dialect.truncHour(column.sql)), warnings: [] };
  const { value, warnings } = await microsSql(table, column);
  const intoHour = `((${value}) % ${MICROS_PER_HOUR} + ${MICROS_PER_HOUR}) % ${MICROS_PER_HOUR}`;
  return { sql: `(${value}) - ${intoHour}`, warnings };
}

/** Times in texts and in floating point are DuckDB's alone: engines read them in their own ways. */
function microsSql(table: EngineTable, column: TableColumn): Promise<TimeSql> {
  if (inDuckDb(table)) return timeSql(table, column, { steps: false });
  if (column.kind !== "integer") throw wrongType(table, column, "a timestamp, a date or a Unix time in whole numbers");
  return integerTimeSql(table, column, `CAST(${column.sql} AS BIGINT)`, { steps: false });
}

/** Text of the queue, the same on every engine. */
function queueSql(table: EngineTable, column: TableColumn): string {
  if (inDuckDb(table)) return textSql(table, column);
  if (!["text", "integer", "boolean"].includes(column.kind)) {
    throw wrongType(table, column, "text, whole numbers or booleans, which every engine writes alike");
  }
  return table.engine.dialect.toText(column.sql);
}

/** BIGINT of the value column, and the condition for a cell that is none. */
function wholeSql(table: EngineTable, column: TableColumn): { sql: string; bad: string } {
  const { sql } = column;
  // The comparisons are true of NaN as well.
  const outside = `${sql} < -9223372036854775808 OR ${sql} >= 9223372036854775808`;
  if (column.kind === "integer") return { sql: `CAST(${sql} AS BIGINT)`, bad: outside };
  if (column.kind === "float") {
    return { sql: table.engine.dialect.toInt64(sql), bad: `${outside} OR ${sql} <> floor(${sql})` };
  }
  if (column.kind !== "text" || !inDuckDb(table)) throw wrongType(table, column, "whole numbers");
  const bad = `${sql} IS NOT NULL AND (NOT regexp_full_match(${sql}, '\\s*[+-]?\\d+\\s*') OR TRY_CAST(${sql} AS BIGINT) IS NULL)`;
  return { sql: `CASE WHEN ${bad} THEN error('not a whole number') ELSE CAST(${sql} AS BIGINT) END`, bad };
}

/** The error for a value that is no whole number, when there is one. */
async function badValue(table: EngineTable, column: TableColumn, bad: string): Promise<InputError | null> {
  const expected = "a whole number of 64 bits";
  if (inDuckDb(table)) {
    const [found] = await table.find(bad, [column]);
    return found ? cellError(found, column, expected) : null;
  }
  // A server's rows have no numbers.
  const value = table.engine.dialect.toText(column.sql);
  const [row] = await collectRows(table.engine, {
    sql: `SELECT ${value} AS value FROM ${table.relation} WHERE ${bad} ORDER BY 1 LIMIT 1`,
  });
  if (!row) return null;
  const got = JSON.stringify(row["value"]);
  return new InputError(`column "${column.name}": got ${got}, expected ${expected}`, { column: column.name });
}

/** The grouped sums; whole numbers only, so that every engine gives the same. */
function sumsStatement(
  dialect: Dialect,
  parts: { relation: string; queue: string; hour: string; value: string; only: string },
): string {
  const [queue, hour, value] = ["queue", "hour_us", "value"].map((name) => dialect.ident(name));
  return `SELECT ${queue}, ${hour}, ${dialect.sumInt64(value)} AS value_sum, count(${value}) AS samples
    FROM (SELECT ${parts.queue} AS ${queue}, ${parts.hour} AS ${hour}, ${parts.value} AS ${value}
      FROM ${parts.relation} WHERE ${parts.only}) AS rows_in
    GROUP BY ${queue}, ${hour} ORDER BY ${queue} NULLS LAST, ${hour} NULLS LAST`;
}

/** A text literal of a name that may hold NUL characters, as the bytes of a file may. */
function anyText(name: string, { literal }: Dialect): string {
  return name.includes("\0") ? `(${name.split("\0").map(literal).join(" || chr(0) || ")})` : literal(name);
}

/** Condition that leaves only the queues of a shard. */
async function shardSql(table: EngineTable, queue: string, shard: AggregateOptions["shard"]): Promise<string> {
  if (!shard) return "true";
  const mine: string[] = [];
  let withNull = false;
  for await (const { rows, columns } of table.engine.query({
    sql: `SELECT DISTINCT ${queue} AS queue FROM ${table.relation}`,
  })) {
    for (let i = 0; i < rows; i++) {
      if (fnv1a32(columns["queue"].data[i] as string) % shard.count !== shard.index) continue;
      if (columns["queue"].valid?.[i] === 0) withNull = true;
      else mine.push(anyText(columns["queue"].data[i] as string, table.engine.dialect));
    }
  }
  const named = mine.length > 0 ? `${queue} IN (${mine.sort().join(", ")})` : "false";
  return withNull ? `(${named} OR ${queue} IS NULL)` : named;
}

/**
 * Sums whole-number samples by queue and UTC hour inside the SQL engine.
 *
 * @throws InputError for a missing column, a value that is not whole, a sum beyond 64 bits; EngineError when the named
 *   engine cannot be reached
 */
export async function aggregateHours(options: AggregateOptions): Promise<HourlySums> {
  const { queueColumn, timeColumn, valueColumn, sampleSeconds, engine = "duckdb" } = options;
  if (!(sampleSeconds > 0 && Number.isFinite(sampleSeconds))) {
    throw new InputError(`sampleSeconds must be a positive number, got ${sampleSeconds}`, { sampleSeconds });
  }
  const read = { ...options, columns: [queueColumn, timeColumn, valueColumn] };
  const sum = (table: EngineTable) => sumHours(table, options);
  return engine === "duckdb" ? withTable(options.input, read, sum) : withEngineTable(engine, options.input, read, sum);
}

async function sumHours(table: EngineTable, options: AggregateOptions): Promise<HourlySums> {
  const { queueColumn, timeColumn, valueColumn, sampleSeconds } = options;
  const valueAt = table.column(valueColumn);
  const queue = queueSql(table, table.column(queueColumn));
  const hour = await hourSql(table, table.column(timeColumn));
  const whole = wholeSql(table, valueAt);
  const only = await shardSql(table, queue, options.shard);
  const parts = { relation: table.relation, queue, hour: hour.sql, value: whole.sql, only };
  const sums: HourlySums = {
    engine: table.engine.name,
    queue: [],
    hourUs: [],
    valueSum: [],
    gpuHours: [],
    samples: [],
    ...(options.shard && inDuckDb(table) ? { inputs: await table.inputs() } : {}),
    warnings: hour.warnings,
  };
  try {
    for await (const batch of table.engine.query({ sql: sumsStatement(table.engine.dialect, parts) }, options)) {
      const { queue: q, hour_us, value_sum, samples } = batch.columns;
      for (let i = 0; i < batch.rows; i++) {
        const sum = value_sum.valid?.[i] === 0 ? null : (value_sum.data[i] as bigint);
        sums.queue.push(q.valid?.[i] === 0 ? null : (q.data[i] as string));
        sums.hourUs.push(hour_us.valid?.[i] === 0 ? null : (hour_us.data[i] as bigint));
        sums.valueSum.push(sum);
        sums.gpuHours.push(sum === null ? null : (Number(sum) * sampleSeconds) / 3600);
        sums.samples.push(samples.data[i] as bigint);
      }
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const bad = await badValue(table, valueAt, whole.bad);
    if (bad) throw bad;
    if (/out of range|overflow/i.test(error.message)) {
      throw new InputError(
        `column "${valueColumn}": the sum of an hour does not fit 64 bits; use smaller units`,
        { column: valueColumn },
        { cause: error },
      );
    }
    throw error;
  }
  return sums;
}

/** The sums as columns of a table to write. */
export function hourlySumColumns(sums: HourlySums): OutputColumn[] {
  return [
    { name: "queue", type: "VARCHAR", data: sums.queue },
    { name: "hour_us", type: "BIGINT", data: sums.hourUs },
    { name: "value_sum", type: "BIGINT", data: sums.valueSum },
    { name: "gpu_hours", type: "DOUBLE", data: sums.gpuHours },
    { name: "samples", type: "BIGINT", data: sums.samples },
  ];
}

/** The sums as the text of a `fleetlens.aggregate/1` file, in pieces; 64-bit integers are text. */
export function* hourlySumJson(sums: HourlySums): Generator<string> {
  const text = (value: bigint | null) => (value === null ? null : String(value));
  yield `{"schema":"fleetlens.aggregate/1","engine":"${sums.engine}","rows":[`;
  for (let i = 0; i < sums.queue.length; i++) {
    const row = {
      queue: sums.queue[i],
      hour_us: text(sums.hourUs[i]),
      value_sum: text(sums.valueSum[i]),
      gpu_hours: sums.gpuHours[i],
      samples: text(sums.samples[i]),
    };
    yield `${i > 0 ? "," : ""}\n${JSON.stringify(row)}`;
  }
  yield "\n]}\n";
}
