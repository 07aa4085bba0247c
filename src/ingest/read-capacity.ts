import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/time.js";
import { numberSql, refuseCell, textSql } from "./column-sql.js";
import { withTable } from "./read-table.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import { timeSql } from "./time-sql.js";
import type { CapacityEntry, CapacityTable, ReadOptions } from "./types.js";

const QUEUE = /^(queue|vc|partition|namespace)$/i;
const FROM = /^(from|date|time|timestamp|ds)$/i;
const GPUS = /^(gpus?|capacity|gpu_num|total_gpu_num)$/i;
/** Column of a wide file that sums the others up. */
const TOTAL = /^_?total$/i;

/** Entries of one queue column; `queue` is SQL text. */
async function entriesOf(
  table: SqlTable,
  queue: string,
  from: TableColumn,
  gpus: TableColumn,
  options: ReadOptions,
): Promise<CapacityEntry[]> {
  const { value, bad } = numberSql(table, gpus);
  const time = await timeSql(table, from, { steps: false });
  const entries: CapacityEntry[] = [];
  const sql = `SELECT ${queue} AS queue, CAST(${time.value} AS DOUBLE) AS at, ${value} AS gpus, ${bad} AS bad FROM ${table.relation}`;
  for await (const { rows, columns } of table.engine.query({ sql }, options)) {
    const at = columns["at"].data as Float64Array;
    const values = columns["gpus"].data as Float64Array;
    for (let i = 0; i < rows; i++) {
      if (columns["bad"].data[i] || values[i] === Number.POSITIVE_INFINITY) {
        await refuseCell(table, `${bad} OR isinf(${value})`, gpus, "a number of GPUs");
      }
      if (values[i] < 0) await refuseCell(table, `${value} < 0`, gpus, "GPUs not below 0");
      if (Number.isNaN(at[i])) await refuseCell(table, `(${time.value}) IS NULL`, from, "a date or time");
      if (columns["queue"].valid?.[i] === 0) {
        await refuseCell(
          table,
          `${queue} IS NULL`,
          table.column(table.columns.find(({ name }) => QUEUE.test(name))?.name ?? ""),
          "a queue name",
        );
      }
      // An empty cell says nothing about that day.
      if (Number.isNaN(values[i])) continue;
      entries.push({ queue: columns["queue"].data[i] as string, fromMs: at[i] / 1000, gpus: values[i] });
    }
  }
  return entries;
}

function one(table: SqlTable, pattern: RegExp): TableColumn | undefined {
  return table.columns.find((column) => pattern.test(column.name));
}

/** Sorted, with entries that change nothing left out. */
function changes(entries: CapacityEntry[], file: string): CapacityEntry[] {
  entries.sort((a, b) => (a.queue < b.queue ? -1 : Number(a.queue > b.queue)) || a.fromMs - b.fromMs);
  const kept: CapacityEntry[] = [];
  for (const entry of entries) {
    const before = kept.at(-1);
    if (before?.queue !== entry.queue || before.gpus !== entry.gpus) {
      if (before?.queue === entry.queue && before.fromMs === entry.fromMs) {
        throw new InputError(
          `${file}: queue "${entry.queue}" has both ${before.gpus} and ${entry.gpus} GPUs from ${isoUtc(entry.fromMs)}; keep one`,
          { file, queue: entry.queue },
        );
      }
      kept.push(entry);
    }
  }
  return kept;
}

/**
 * Reads capacities over time: tidy (columns queue, from, gpus) or wide (a date column, then a column a queue; a column
 * named `total` is not a queue). Naive dates are UTC midnights; an entry holds until the queue's next one.
 */
export async function readCapacity(
  files: string | readonly string[],
  options: ReadOptions = {},
): Promise<CapacityTable> {
  return withTable(files, options, async (table) => {
    const [queue, from, gpus] = [QUEUE, FROM, GPUS].map((pattern) => one(table, pattern));
    const file = table.files[0].name;
    if (!from) {
      throw new InputError(
        `${file}: no column from, date or time; capacity files are tidy (queue, from, gpus) or wide (date, then a column a queue); the columns are: ${table.columns.map(({ name }) => `"${name}"`).join(", ")}`,
        { file },
      );
    }
    let entries: CapacityEntry[] = [];
    if (queue && gpus) entries = await entriesOf(table, textSql(table, queue), from, gpus, options);
    else {
      const wide = table.columns.filter((column) => column !== from && !TOTAL.test(column.name));
      for (const column of wide) {
        const name = table.engine.dialect.literal(column.name);
        entries = entries.concat(await entriesOf(table, name, from, column, options));
      }
    }
    if (entries.length === 0) throw new InputError(`${file}: the file has no capacities`, { file });
    return { entries: changes(entries, file), inputs: await table.inputs() };
  });
}
