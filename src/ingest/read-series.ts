import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { LARGEST_VALUE } from "../core/series.js";
import { isoUtc } from "../core/time.js";
import { numberSql, refuseCell, textSql } from "./column-sql.js";
import { readTable, withTable } from "./read-table.js";
import { type SqlTable, withFileName } from "./sql-table.js";
import { timeSql } from "./time-sql.js";
import type { SeriesOptions, SeriesTable, TimedSeries } from "./types.js";

/** Series that were read together. */
export interface SeriesBatch {
  series: TimedSeries[];
  /** True when `t` holds integer steps, false when it holds epoch milliseconds. */
  integerTime: boolean;
}

const DEFAULT_ROWS_PER_BATCH = 1_000_000;
const EXACT = 2 ** 53;

/** Statement pieces and sizes of a table of series. */
interface Plan {
  ids: string[];
  sizes: number[];
  id: string;
  time: string;
  value: string;
  integerTime: boolean;
  warnings: string[];
}

/** Condition for a number that is infinite or too large to compute with; NaN is neither. */
const beyond = (value: string): string => `(abs(${value}) > ${LARGEST_VALUE} AND NOT isnan(${value}))`;

async function planOf(table: SqlTable, options: SeriesOptions): Promise<Plan> {
  const [idColumn, timeColumn, valueColumn] = [options.id, options.time, options.value].map((name) =>
    table.column(name),
  );
  const id = textSql(table, idColumn);
  const { value, bad } = numberSql(table, valueColumn);
  const time = await timeSql(table, timeColumn, { steps: true });
  await table.engine.run(
    `CREATE TABLE fleetlens_series AS SELECT ${id} AS id, CAST(count(*) AS DOUBLE) AS n, CAST(count(${time.value}) AS DOUBLE) AS timed,
        CAST(count_if(${bad}) AS DOUBLE) AS bad, CAST(count_if(${beyond(value)}) AS DOUBLE) AS infinite,
        CAST(max(abs(${time.value})) AS DOUBLE) AS furthest FROM ${table.relation} GROUP BY 1`,
    options,
  );
  const rows = table.engine.query({ sql: "FROM fleetlens_series ORDER BY id NULLS FIRST" }, options);
  const plan: Plan = {
    ids: [],
    sizes: [],
    id,
    time: time.value,
    value,
    integerTime: time.kind === "steps",
    warnings: [...table.warnings, ...time.warnings],
  };
  for await (const { rows: count, columns } of rows) {
    const number = (name: string) => columns[name].data as Float64Array;
    const names = columns["id"].data as string[];
    for (let i = 0; i < count; i++) {
      if (columns["id"].valid?.[i] === 0) await refuseCell(table, `${idColumn.sql} IS NULL`, idColumn, "an id");
      const own = `${id} = ${table.engine.dialect.literal(names[i])}`;
      const about = (what: string) => `${what} (id "${names[i]}")`;
      if (number("timed")[i] < number("n")[i]) {
        await refuseCell(table, `${own} AND (${time.value}) IS NULL`, timeColumn, about("a time"));
      }
      if (number("bad")[i] > 0) await refuseCell(table, `${own} AND ${bad}`, valueColumn, about("a number"));
      if (number("infinite")[i] > 0) {
        const wanted = `a finite number within ±${LARGEST_VALUE}`;
        await refuseCell(table, `${own} AND ${beyond(value)}`, valueColumn, about(wanted));
      }
      if (number("furthest")[i] > EXACT) {
        await refuseCell(table, `${own} AND abs(${time.value}) > ${EXACT}`, timeColumn, about("a time within ±2^53"));
      }
      plan.ids.push(names[i]);
      plan.sizes.push(number("n")[i]);
    }
  }
  if (plan.ids.length === 0) {
    const names = table.files.map((file) => file.name).join(", ");
    throw new InputError(`${names}: the file has no rows`, { file: table.files[0].name });
  }
  return plan;
}

async function refuseDuplicate(
  table: SqlTable,
  plan: Plan,
  id: string,
  t: number,
  options: SeriesOptions,
): Promise<never> {
  const condition = `${plan.id} = ${table.engine.dialect.literal(id)} AND ${plan.time} = ${t}`;
  const rows = await table.find(condition, [table.column(options.value)], 2);
  const when = plan.integerTime ? String(t) : isoUtc(t / 1000);
  const where = rows.map(({ file, row }) => `${file} row ${row}`).join(" and ");
  throw new InputError(`${where}: id "${id}" has time ${when} twice; remove one of the rows or aggregate them first`, {
    id,
    time: when,
    file: rows[0]?.file,
    row: rows[0]?.row,
  });
}

/** The first `count` series (default all), whole and in order of their ids, as they come out of the engine's sort. */
async function* sortedSeries(
  table: SqlTable,
  plan: Plan,
  options: SeriesOptions,
  count = plan.ids.length,
): AsyncGenerator<TimedSeries> {
  const { engine, relation } = table;
  // An enumeration sorts by position and crosses as a small number: no text per row.
  await engine.run(
    "CREATE TYPE IF NOT EXISTS fleetlens_id AS ENUM (SELECT id FROM fleetlens_series ORDER BY id)",
    options,
  );
  const code = `enum_code(CAST(${plan.id} AS fleetlens_id))`;
  const some = count < plan.ids.length ? ` WHERE ${plan.id} <= ${engine.dialect.literal(plan.ids[count - 1])}` : "";
  const sql = `SELECT CAST(${code} AS DOUBLE) AS code, CAST(${plan.time} AS DOUBLE) AS t, ${plan.value} AS y FROM ${relation}${some} ORDER BY ${code}, ${plan.time}`;
  let at = 0;
  let filled = 0;
  const open = (k: number): TimedSeries => ({
    id: plan.ids[k],
    t: new Float64Array(plan.sizes[k]),
    y: new Float64Array(plan.sizes[k]),
  });
  let current = open(0);
  for await (const { rows, columns } of engine.query({ sql }, options)) {
    const t = columns["t"].data as Float64Array;
    const y = columns["y"].data as Float64Array;
    for (let i = 0; i < rows; i++) {
      if (filled === plan.sizes[at]) {
        yield current;
        current = open(++at);
        filled = 0;
      }
      const time = plan.integerTime ? t[i] : t[i] / 1000;
      if (filled > 0 && time === current.t[filled - 1]) await refuseDuplicate(table, plan, current.id, t[i], options);
      current.t[filled] = time;
      current.y[filled++] = y[i];
    }
  }
  yield current;
}

/** A table of series that is open: its ids and sizes are known, its values are read when asked for. */
export interface SeriesSource {
  /** Sorted by the UTF-8 bytes of the id; `sizes[i]` rows belong to `ids[i]`. */
  ids: readonly string[];
  sizes: readonly number[];
  /** True when times are integer steps, false when they are epoch milliseconds. */
  integerTime: boolean;
  warnings: string[];
  /** The first `count` series (default all), whole, in order of their ids. A time that an id has twice is found here. */
  series(count?: number): AsyncGenerator<TimedSeries>;
  /** Rows and SHA-256 of each file. */
  inputs(): Promise<InputFile[]>;
}

/**
 * Opens a table of series in long form for `work`, and closes it after. Rows are sorted within the engine's memory
 * limit, so that a panel of any size can be read series by series.
 *
 * @throws InputError naming file, row and id: a missing column, an empty id or time, a time that an id has twice, a
 *   value that is no number, infinite or beyond `LARGEST_VALUE`, a file without rows
 */
export async function withSeries<T>(
  input: string | readonly string[],
  options: SeriesOptions,
  work: (source: SeriesSource) => Promise<T>,
): Promise<T> {
  const columns = [options.id, options.time, options.value];
  return withTable(input, { ...options, columns }, async (table) => {
    const plan = await planOf(table, options);
    const { ids, sizes, integerTime, warnings } = plan;
    const series = (count?: number) => sortedSeries(table, plan, options, count);
    return work({ ids, sizes, integerTime, warnings, series, inputs: () => table.inputs() });
  });
}

/**
 * Reads a table of series in long form, sorted by id (UTF-8 bytes) then time.
 *
 * @throws InputError as {@link withSeries} does
 */
export async function readSeries(input: string | readonly string[], options: SeriesOptions): Promise<SeriesTable> {
  return withSeries(input, options, async (source) => {
    const series: TimedSeries[] = [];
    for await (const one of source.series()) series.push(one);
    const { integerTime, warnings } = source;
    return { series, integerTime, inputs: await source.inputs(), warnings };
  });
}

/**
 * Like {@link readSeries}, but hands out whole series in batches of about `rowsPerBatch` rows (default 1,000,000), so
 * that the panel is never in memory as a whole. A time that an id has twice is found only when its batch comes.
 */
export async function* readSeriesPartitions(
  input: string | readonly string[],
  options: SeriesOptions & { rowsPerBatch?: number },
): AsyncGenerator<SeriesBatch> {
  const most = options.rowsPerBatch ?? DEFAULT_ROWS_PER_BATCH;
  const table = await readTable(input, { ...options, columns: [options.id, options.time, options.value] });
  try {
    const plan = await planOf(table, options);
    let series: TimedSeries[] = [];
    let rows = 0;
    for await (const one of sortedSeries(table, plan, options)) {
      series.push(one);
      rows += one.t.length;
      if (rows < most) continue;
      yield { series, integerTime: plan.integerTime };
      series = [];
      rows = 0;
    }
    if (series.length > 0) yield { series, integerTime: plan.integerTime };
  } catch (error) {
    throw withFileName(error, table.files);
  } finally {
    await table.close();
  }
}
