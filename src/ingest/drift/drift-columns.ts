import { instantSql } from "../clock-sql.js";
import { numberSql, refuseCell, textSql, wrongType } from "../column-sql.js";
import type { SqlTable, TableColumn } from "../sql-table.js";
import type { ReadOptions } from "../types.js";

/** Which columns of a table are compared, and by what its rows are told apart. */
export interface DriftColumnChoice {
  /** Columns to compare; default every column that can be. A column of times that is named is one of epoch ms. */
  features?: readonly string[];
  /** Columns whose values are looked at one by one. */
  slices?: readonly string[];
  /** Column of times. */
  time?: string;
  /** Columns of text whose values are levels, however many there are and whatever they look like. */
  texts?: readonly string[];
  /** What columns of an embedding begin with. One of this very name, where none has a 0 after it, holds vectors. */
  embedding?: string;
  /** Which of these need not be there. */
  optional?: readonly string[];
}

/**
 * The columns to load: undefined for all, also where some need not be there, since that shows only when all are loaded.
 */
export function columnsToLoad(choice: DriftColumnChoice): string[] | undefined {
  const named = namedColumns(choice);
  return choice.features && !named.some((name) => choice.optional?.includes(name)) ? named : undefined;
}

function namedColumns({ features = [], slices = [], texts = [], time }: DriftColumnChoice): string[] {
  return [...new Set([...features, ...slices, ...texts, ...(time === undefined ? [] : [time])])];
}

/** A column as SQL. */
export interface DriftColumnSql {
  name: string;
  kind: "numeric" | "categorical" | "time";
  /** DOUBLE of numbers and of times (epoch ms), VARCHAR of levels; NULL where the cell is empty. */
  sql: string;
}

export interface DriftColumnsFound {
  /** In the order of the file. */
  columns: DriftColumnSql[];
  /** What was left out and why. */
  warnings: string[];
}

type Kind = DriftColumnSql["kind"] | "other";

const BIG_TYPE = /^U?(BIG|HUGE)INT$/;
const DECIMAL = /^DECIMAL\((\d+),(\d+)\)$/;
/** Beyond it a double does not hold every whole number. */
const EXACT = "9007199254740992";
const WITHIN =
  "a whole number or whole part within ±2^53, so that nothing is rounded; leave the column out (--features names those to compare) or store it as text";

/**
 * How each column of a table enters a comparison: numbers, levels (text and booleans) or times.
 *
 * CSV and JSON files have no types. There a column is of numbers when every cell is one, is empty or says NA, N/A, NULL,
 * None or NaN, and of times when every cell is one; numbers with a leading zero, such as 007, are names. Lists, structures
 * and bytes are left out with a warning, but for the vectors of an embedding. Times are features only where they are
 * named as such.
 *
 * @throws InputError for a column that is not there or cannot be compared although it was named, and for whole numbers
 *   beyond 2^53
 */
export function driftColumns(
  table: SqlTable,
  choice: DriftColumnChoice,
  options: ReadOptions,
): Promise<DriftColumnsFound> {
  return findColumns(table, choice, options, "all");
}

/**
 * {@link driftColumns} of a text file as far as its first rows tell. The SQL of what they tell gives infinity for a cell
 * that says otherwise.
 */
export function likelyDriftColumns(
  table: SqlTable,
  choice: DriftColumnChoice,
  options: ReadOptions,
): Promise<DriftColumnsFound> {
  return findColumns(table, choice, options, "first");
}

async function findColumns(
  table: SqlTable,
  choice: DriftColumnChoice,
  options: ReadOptions,
  rows: "all" | "first",
): Promise<DriftColumnsFound> {
  const { slices = [], texts = [], optional = [], time, features, embedding } = choice;
  const named = namedColumns(choice);
  for (const name of named) if (!optional.includes(name)) table.column(name);
  const levels = [...slices, ...texts];
  const isThere = (wanted: string): boolean => table.columns.some(({ name }) => name === wanted);
  const vectors = isThere(`${embedding}0`) ? undefined : table.columns.find(({ name }) => name === embedding);
  const wanted = table.columns.filter((column) => column !== vectors && (!features || named.includes(column.name)));
  const guessed = wanted.filter(({ name, kind }) => kind === "text" && name !== time && !levels.includes(name));
  const texted = await textKinds(table, guessed, options, rows);
  const isLikely = (column: TableColumn): boolean => rows === "first" && texted.kinds.has(column);
  const columns: DriftColumnSql[] = [];
  const warnings: string[] = [];
  for (const column of wanted) {
    const { name, type } = column;
    const kind =
      name === time ? "time" : levels.includes(name) ? "categorical" : (texted.kinds.get(column) ?? kindOf(column));
    if (kind === "numeric") {
      columns.push({ name, kind, sql: isLikely(column) ? likelyNumberSql(column) : numberSql(table, column).value });
    } else if (kind === "categorical") columns.push({ name, kind, sql: `nullif(${textSql(table, column)}, '')` });
    else if (kind === "other") {
      if (features) throw wrongType(table, column, "numbers, text or booleans");
      const { name: file, format } = table.files[0];
      const why = format === "arrow" ? "its Arrow type is not read" : `its type is ${type}`;
      warnings.push(`${file}: column "${name}" is no feature, since ${why}`);
    } else if (name === time || features) {
      const sql = await instantSql(table, column, { empty: true });
      columns.push({ name, kind: name === time ? "time" : "numeric", sql });
    } else columns.push({ name, kind, sql: isLikely(column) ? likelyInstantSql(column) : lenientInstantSql(column) });
  }
  await refuseBig(table, columns, texted.big, options);
  if (vectors) {
    const { vectorColumns } = await import("./vector-columns.js");
    columns.push(...(await vectorColumns(table, vectors, options)));
  }
  return { columns, warnings };
}

/** Times that only tell what columns there are: a bad cell is no reason to stop. */
function lenientInstantSql({ sql }: TableColumn): string {
  const instant = `TRY_CAST(${sql} AS TIMESTAMPTZ)`;
  return `CAST(CASE WHEN isfinite(${instant}) THEN epoch_us(${instant}) / 1000 END AS DOUBLE)`;
}

const OTHERWISE = "CAST('inf' AS DOUBLE)";

/** A cell that is no number of a column of numbers, or is a name as well as a number, is infinite. */
function likelyNumberSql({ sql }: TableColumn): string {
  const other = `CASE WHEN ${sql} IS NOT NULL AND NOT ${blankSql(sql)} THEN ${OTHERWISE} END`;
  return `CASE WHEN ${maybeNameSql(sql)} THEN ${OTHERWISE} ELSE coalesce(TRY_CAST(${sql} AS DOUBLE), ${other}) END`;
}

/** A cell that is no time, or is a number as well, is infinite. */
function likelyInstantSql(column: TableColumn): string {
  const { sql } = column;
  const other = `TRY_CAST(${sql} AS TIMESTAMPTZ) IS NULL AND ${sql} IS NOT NULL AND NOT ${blankSql(sql)}`;
  return `CASE WHEN TRY_CAST(${sql} AS DOUBLE) IS NOT NULL OR (${other}) THEN ${OTHERWISE} ELSE ${lenientInstantSql(column)} END`;
}

/** Whether a cell says that there is no value. A list: IN would be looked up for all rows, whatever stands around it. */
function blankSql(sql: string): string {
  return `list_contains(['', 'NA', 'N/A', 'NULL', 'NONE'], upper(trim(${sql})))`;
}

/**
 * Whether a written number may be a name: texts between '0' and '1' are those that start with 0 and go on, and DuckDB takes
 * 1_000 for a number.
 */
function maybeNameSql(sql: string): string {
  return `((${sql} > '0' AND ${sql} < '1' AND NOT contains(${sql}, '.')) OR contains(${sql}, '_'))`;
}

function kindOf({ kind }: TableColumn): Kind {
  if (kind === "integer" || kind === "float") return "numeric";
  if (kind === "timestamp") return "time";
  return kind === "other" ? "other" : "categorical";
}

/** Columns whose file has no types, by what their cells look like. */
interface TextKinds {
  kinds: Map<TableColumn, Kind>;
  /** Columns of numbers of which one would be rounded. */
  big: Set<TableColumn>;
}

/** What a column of text may be, besides levels. */
type Guess = "numeric" | "time" | "other";

/** The first rows tell of most columns what they are not, and so what need not be counted in all rows. */
const FIRST_ROWS = 1000;

async function textKinds(
  table: SqlTable,
  columns: readonly TableColumn[],
  options: ReadOptions,
  rows: "all" | "first",
): Promise<TextKinds> {
  const { format } = table.files[0];
  const found: TextKinds = { kinds: new Map(), big: new Set() };
  if ((format !== "csv" && format !== "json") || columns.length === 0) return found;
  const guesses: readonly Guess[] = format === "json" ? ["numeric", "time", "other"] : ["numeric", "time"];
  const first = `(SELECT * FROM ${table.relation} LIMIT ${FIRST_ROWS})`;
  const all = new Map(columns.map((column) => [column, guesses]));
  const left = await guessesLeft(table, first, all, options);
  const { guessesOf, big } =
    rows === "first" ? left : await guessesLeft(table, table.relation, left.guessesOf, options);
  for (const column of columns) found.kinds.set(column, guessesOf.get(column)?.[0] ?? "categorical");
  for (const column of big) if (found.kinds.get(column) === "numeric") found.big.add(column);
  return found;
}

/** Which guesses hold for all cells of a relation; columns of which none does are not there. */
async function guessesLeft(
  table: SqlTable,
  relation: string,
  guessesOf: ReadonlyMap<TableColumn, readonly Guess[]>,
  options: ReadOptions,
): Promise<{ guessesOf: Map<TableColumn, readonly Guess[]>; big: TableColumn[] }> {
  const left = new Map<TableColumn, readonly Guess[]>();
  const big: TableColumn[] = [];
  if (guessesOf.size === 0) return { guessesOf: left, big };
  const columns = [...guessesOf];
  const counts = columns.flatMap(([{ sql }, guesses], i) =>
    Object.entries(cellCounts(sql, guesses)).map(([what, count]) => `${count} AS ${what}_${i}`),
  );
  const [row] = await table.engine.rows({ sql: `SELECT ${counts.join(", ")} FROM ${relation}` }, options);
  for (const [i, [column, guesses]] of columns.entries()) {
    const count = (what: string): number => Number(row[`${what}_${i}`]);
    const filled = count("cells") - count("blanks");
    const holds: Record<Guess, () => boolean> = {
      numeric: () => count("numbers") === filled && count("names") === 0,
      time: () => count("times") === filled,
      other: () => count("nested") === filled,
    };
    const held = guesses.filter((guess) => holds[guess]());
    if (held.length > 0) left.set(column, held);
    if (count("big") > 0) big.push(column);
  }
  return { guessesOf: left, big };
}

/** SQL of the counts of cells of a column that guesses are held against. */
function cellCounts(sql: string, guesses: readonly Guess[]): Record<string, string> {
  const number = `TRY_CAST(${sql} AS DOUBLE)`;
  return {
    cells: `count(${sql})`,
    blanks: `count_if(CASE WHEN ${number} IS NULL THEN ${blankSql(sql)} END)`,
    ...(guesses.includes("numeric") && {
      numbers: `count(${number})`,
      names: `count_if(CASE WHEN ${maybeNameSql(sql)} THEN regexp_full_match(${sql}, '0\\d+|.*_.*') END)`,
      big: `count_if(CASE WHEN abs(${number}) >= 1e15 THEN ${writtenBig(sql)} END)`,
    }),
    ...(guesses.includes("time") && {
      times: `count(CASE WHEN ${number} IS NULL THEN TRY_CAST(${sql} AS TIMESTAMPTZ) END)`,
    }),
    ...(guesses.includes("other") && { nested: `count_if(starts_with(${sql}, '[') OR starts_with(${sql}, '{'))` }),
  };
}

function isBig(type: string): boolean {
  const [, digits, scale] = DECIMAL.exec(type) ?? [];
  return BIG_TYPE.test(type) || Number(digits) - Number(scale) >= 16;
}

/**
 * Condition for a written number with 16 digits or more before the point or exponent that a double would round. Of whole
 * numbers that is any beyond 2^53, since their neighbours are; with a point or an exponent (as a program writes a double)
 * those that lose a digit. Scientific notation such as 1.2345678901234567e300 is a double's own.
 */
function writtenBig(sql: string): string {
  const digits = `regexp_extract(${sql}, '\\d+')`;
  const whole = `TRY_CAST(${digits} AS HUGEINT)`;
  const rounded = `TRY_CAST(TRY_CAST(${digits} AS DOUBLE) AS HUGEINT) <> ${whole} OR regexp_matches(${sql}, '\\.\\d*[1-9]')`;
  const isWhole = `regexp_full_match(${sql}, '\\s*[+-]?\\d+\\s*')`;
  const big = `coalesce(${whole} > ${EXACT} AND (${isWhole} OR ${rounded}), true)`;
  const long = `length(${sql}) > 15 AND (NOT contains(${sql}, '.') OR instr(${sql}, '.') > 16)`;
  const written = `regexp_full_match(${sql}, '\\s*[+-]?\\d{16,}(\\.\\d*)?([eE]\\+?\\d+)?\\s*')`;
  return `CASE WHEN ${long} AND ${written} THEN ${big} ELSE false END`;
}

/**
 * Refuses numbers whose whole part a double would round.
 *
 * @param texts columns of text that are known to hold one
 */
async function refuseBig(
  table: SqlTable,
  columns: readonly DriftColumnSql[],
  texts: ReadonlySet<TableColumn>,
  options: ReadOptions,
): Promise<void> {
  const numbers = columns.filter(({ kind }) => kind === "numeric").map(({ name }) => table.column(name));
  for (const column of numbers) {
    if (texts.has(column)) await refuseCell(table, writtenBig(column.sql), column, WITHIN);
  }
  const rules = numbers
    .filter(({ type }) => isBig(type))
    .map((column) => {
      const { sql, type } = column;
      const beyond = type.startsWith("U") ? `${sql} > ${EXACT}` : `${sql} > ${EXACT} OR ${sql} < -${EXACT}`;
      return { column, refuse: `coalesce(${beyond}, false)` };
    });
  if (rules.length === 0) return;
  const counts = rules.map(({ refuse }, i) => `count_if(${refuse}) AS big_${i}`).join(", ");
  const [row] = await table.engine.rows({ sql: `SELECT ${counts} FROM ${table.relation}` }, options);
  for (const [i, { column, refuse }] of rules.entries()) {
    if (Number(row[`big_${i}`]) > 0) await refuseCell(table, refuse, column, WITHIN);
  }
}
