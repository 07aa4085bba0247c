import { InputError } from "../core/errors.js";
import { collectRows } from "../engine/collect-rows.js";
import { refuseCell, wrongType } from "./column-sql.js";
import type { EngineTable } from "./engine-table.js";
import type { SqlTable, TableColumn } from "./sql-table.js";

/** How a time column is read. */
export interface TimeSql {
  /** BIGINT: µs since the epoch, or integer steps; NULL where the cell is empty or not a time. */
  value: string;
  /** `steps` when the integers of the column are steps rather than instants. */
  kind: "steps" | "micros";
  warnings: string[];
}

const TIME = "a time such as 2020-05-01T00:00:00Z";
/** ISO 8601, also with a blank for the T, without seconds, or without a time of day. */
const ISO = String.raw`\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?| UTC)?)?\s*`;
const ZONED = String.raw`(Z|UTC|:\d{2}(\.\d+)?[+-]\d{2}(:?\d{2})?)\s*$`;
const INTEGER = String.raw`\s*[+-]?\d{1,18}\s*`;

/** µs of a text column: naive text is UTC, text with an offset its instant. */
function textMicros(sql: string): string {
  // DuckDB wants seconds before an offset; and a plain TIMESTAMP cast would drop the offset.
  const withSeconds = `regexp_replace(${sql}, '([ T]\\d{1,2}:\\d{2})(Z|[+-]\\d{2}(:?\\d{2})?| UTC)?\\s*$', '\\1:00\\2')`;
  const cast = `coalesce(TRY_CAST(${sql} AS TIMESTAMPTZ), TRY_CAST(${withSeconds} AS TIMESTAMPTZ))`;
  return `CASE WHEN regexp_full_match(${sql}, '${ISO}') THEN epoch_us(${cast}) END`;
}

/** Instants of an integer column by the unit that its magnitude tells (1973 to 2286), or null when none fits. */
async function epochMicros(
  table: EngineTable,
  integer: string,
): Promise<{ value: string; unit: string | null } | null> {
  const [row] = await collectRows(table.engine, {
    sql: `SELECT min(${integer}) AS least, max(${integer}) AS most FROM ${table.relation}`,
  });
  // A column of empty cells has whatever type its writer took.
  if (row["least"] === null) return { value: integer, unit: null };
  const [least, most] = [Number(row["least"]), Number(row["most"])];
  for (const [unit, factor] of [
    ["seconds", 1_000_000],
    ["milliseconds", 1000],
    ["microseconds", 1],
  ] as const) {
    if (least >= 1e14 / factor && most < 1e16 / factor) return { value: `(${integer} * ${factor})`, unit };
  }
  return null;
}

/** SQL of whole numbers that are steps of a series or Unix times, on any engine. */
export async function integerTimeSql(
  table: EngineTable,
  column: TableColumn,
  integer: string,
  { steps }: { steps: boolean },
): Promise<TimeSql> {
  if (steps) return { value: integer, kind: "steps", warnings: [] };
  const epoch = await epochMicros(table, integer);
  const file = table.files[0].name;
  if (!epoch) {
    throw new InputError(
      `${file}: column "${column.name}" holds whole numbers that are not Unix times in seconds, milliseconds or microseconds; expected ${TIME}`,
      { file, column: column.name },
    );
  }
  const warnings = epoch.unit ? [`${file}: column "${column.name}" was read as Unix time in ${epoch.unit}`] : [];
  return { value: epoch.value, kind: "micros", warnings };
}

async function fromText(table: SqlTable, column: TableColumn, steps: boolean): Promise<TimeSql> {
  const micros = textMicros(column.sql);
  const integerText = `regexp_full_match(${column.sql}, '${INTEGER}')`;
  const zoned = `regexp_matches(${column.sql}, '${ZONED}')`;
  const [count] = await table.engine.rows({
    sql: `SELECT count(${column.sql}) AS cells, count_if(${integerText}) AS integers, count(${micros}) AS times,
      count_if(${zoned}) AS zoned FROM ${table.relation}`,
  });
  const cells = Number(count["cells"]);
  if (cells > 0 && Number(count["integers"]) === cells) {
    return integerTimeSql(table, column, `TRY_CAST(${column.sql} AS BIGINT)`, { steps });
  }
  if (Number(count["times"]) < cells) {
    const expected = steps ? `${TIME} or a whole number` : TIME;
    const odd = `${column.sql} IS NOT NULL AND (${micros}) IS NULL`;
    // Among whole numbers the first cell that is neither is the one to mend.
    const neither = steps && Number(count["integers"]) + Number(count["times"]) < cells;
    await refuseCell(table, neither ? `${odd} AND NOT ${integerText}` : odd, column, expected);
  }
  if (Number(count["zoned"]) > 0 && Number(count["zoned"]) < cells) {
    const [naiveRow] = await table.find(`${column.sql} IS NOT NULL AND NOT ${zoned}`, [column]);
    const [zonedRow] = await table.find(zoned, [column]);
    const tell = (found: typeof naiveRow) => `${found.file} row ${found.row} (${found.values[column.name]})`;
    throw new InputError(
      `column "${column.name}" mixes times with a zone, ${tell(zonedRow)}, and without one, ${tell(naiveRow)}; give every time an offset, or none (then UTC is meant)`,
      { column: column.name, file: naiveRow.file, row: naiveRow.row },
    );
  }
  return { value: micros, kind: "micros", warnings: [] };
}

/**
 * SQL of a time column: timestamps, dates, ISO 8601 text (naive is UTC), or whole numbers.
 *
 * @param options.steps whole numbers are steps of a series; otherwise they are Unix times, whose unit (s, ms, µs) their
 *   magnitude tells
 * @throws InputError naming the first cell that is not a time, or two cells when zoned and naive texts are mixed
 */
export async function timeSql(table: SqlTable, column: TableColumn, options: { steps: boolean }): Promise<TimeSql> {
  if (column.kind === "timestamp") return { value: `epoch_us(${column.sql})`, kind: "micros", warnings: [] };
  if (column.kind === "integer") {
    return integerTimeSql(table, column, `CAST(${column.sql} AS BIGINT)`, options);
  }
  if (column.kind === "text") return fromText(table, column, options.steps);
  if (column.kind === "float") {
    const whole = `${column.sql} = trunc(${column.sql}) AND abs(${column.sql}) <= 9007199254740992`;
    const fraction = `${column.sql} IS NOT NULL AND NOT (${whole})`;
    const [{ bad }] = await table.engine.rows({ sql: `SELECT count_if(${fraction}) AS bad FROM ${table.relation}` });
    if (Number(bad) > 0) await refuseCell(table, fraction, column, `a whole number or ${TIME}`);
    return integerTimeSql(table, column, `CAST(${column.sql} AS BIGINT)`, options);
  }
  throw wrongType(table, column, options.steps ? `${TIME} or a whole number` : TIME);
}
