import { InputError } from "../../../core/errors.js";
import type { GcColumns } from "../../../gc-reachability/types.js";
import { type CellRule, checkCells, nameRule, numberRule } from "../../check-cells.js";
import { numberSql, textSql, wrongType } from "../../column-sql.js";
import { optionalColumn } from "../../optional-columns.js";
import type { SqlTable, TableColumn } from "../../sql-table.js";
import { timeSql } from "../../time-sql.js";
import { canonicalSql, isRespelledSql, KEYS } from "./key-sql.js";
import { createKeyTable, type KeyTable } from "./key-table.js";

/** Objects in the table `gc_objects` of the engine, sorted by the UTF-8 bytes of their ids, and their columns. */
export interface LoadedObjects {
  n: number;
  rows: number;
  duplicates: number;
  /** Ids that were spelled s3a or s3n. */
  respelled: number;
  columns: Omit<GcColumns, `${string}Ranges` | "protections" | "holds" | "erasures">;
  /** Columns of `gc_objects`: those that the input has. */
  names: ReadonlySet<string>;
  /** SQL of the key that tells all ids apart. */
  key: (id: string) => string;
  keyTable: KeyTable;
  warnings: string[];
}

const REQUIRED = ["id", "kind", "class", "size_bytes", "storage_class", "created_at", "last_access_at"] as const;
const CODED = ["kind", "class", "storage_class", "group"] as const;
/** Columns of times, and of their µs. */
const TIMES = { created_at: "created_us", last_access_at: "accessed_us", storage_class_since: "since_us" } as const;
const FLAGS = ["is_latest", "is_delete_marker", "is_multipart_upload"] as const;
/** Below 2^53: a larger whole number may have been rounded to it. */
const SIZE = "$ >= 0 AND $ = floor($) AND $ < 9007199254740992";
const SIZE_WORDS = "whole bytes from 0 to 2^53 - 1";

type Coded = (typeof CODED)[number];

/** Enum types of the texts that repeat, so that rows hold small codes. */
async function createCodes(table: SqlTable, names: readonly Coded[]): Promise<void> {
  for (const name of names) {
    const text = textSql(table, table.column(name));
    const sql = `CREATE TYPE gc_${name} AS ENUM (SELECT DISTINCT ${text} FROM ${table.relation} WHERE ${text} IS NOT NULL ORDER BY 1)`;
    await table.engine.run(sql);
  }
}

function booleanSql(table: SqlTable, column: TableColumn): string {
  if (!["boolean", "text", "integer"].includes(column.kind)) throw wrongType(table, column, "true or false");
  return `TRY_CAST(${column.sql} AS BOOLEAN)`;
}

/** Refuses cells that would be read as if they were empty, and times that are infinite. */
async function checkOptional(table: SqlTable, signal: AbortSignal | undefined): Promise<void> {
  const rules: CellRule[] = [];
  const metric = optionalColumn(table, "metric");
  if (metric) rules.push({ column: metric, refuse: numberSql(table, metric).bad, expected: "a number" });
  for (const name of Object.keys(TIMES)) {
    const column = optionalColumn(table, name);
    if (column?.kind === "timestamp") {
      rules.push({ column, refuse: `isinf(CAST(${column.sql} AS TIMESTAMP))`, expected: "a time" });
    }
  }
  for (const name of FLAGS) {
    const column = optionalColumn(table, name);
    if (!column || column.kind === "boolean") continue;
    const text = textSql(table, column);
    const isFlag = column.kind === "integer" ? `${column.sql} IN (0, 1)` : `${booleanSql(table, column)} IS NOT NULL`;
    rules.push({ column, refuse: `(trim(${text}) <> '' AND NOT (${isFlag}))`, expected: "true or false" });
  }
  if (rules.length > 0) await checkCells(table, rules, { signal });
}

interface IdSurvey {
  /** SQL of the ids as they are to be spelled. */
  id: string;
  /** Ids that are spelled otherwise. */
  respelled: number;
  /** Letters that all ids start with: sorting by what comes after them takes a third less time. */
  shared: number;
}

async function surveyIds(table: SqlTable): Promise<IdSurvey> {
  const text = textSql(table, table.column("id"));
  const survey = async (id: string) => {
    const [{ least, most, respelled }] = await table.engine.rows({
      sql: `SELECT min(${id}) AS least, max(${id}) AS most, count_if(${isRespelledSql(text)}) AS respelled FROM ${table.relation}`,
    });
    const [a, b] = [String(least ?? ""), String(most ?? "")];
    let shared = 0;
    while (shared < a.length && a[shared] === b[shared] && a.charCodeAt(shared) < 128) shared++;
    return { id, respelled: Number(respelled), shared };
  };
  const found = await survey(text);
  return found.respelled === 0 ? found : survey(canonicalSql(text));
}

/** SQL of the columns of `gc_objects` that the input has, by their names; times are µs. */
async function columnsSql(table: SqlTable): Promise<{ columns: Record<string, string>; warnings: string[] }> {
  const columns: Record<string, string> = {};
  const warnings: string[] = [];
  const add = (name: string, as: string, sql: (column: TableColumn) => string): void => {
    const column = optionalColumn(table, name);
    if (column) columns[as] = sql(column);
  };
  for (const name of CODED) add(name, name, (column) => `CAST(${textSql(table, column)} AS gc_${name})`);
  for (const name of ["size_bytes", "metric"]) add(name, name, (column) => numberSql(table, column).value);
  for (const [name, as] of Object.entries(TIMES)) {
    const column = optionalColumn(table, name);
    if (!column) continue;
    const sql = await timeSql(table, column, { steps: false });
    columns[as] = sql.value;
    warnings.push(...sql.warnings);
  }
  for (const name of FLAGS) add(name, name, (column) => booleanSql(table, column));
  return { columns, warnings };
}

/** Makes `gc_objects`. */
async function createTable(
  table: SqlTable,
  { id, shared }: IdSurvey,
  signal: AbortSignal | undefined,
): Promise<Pick<LoadedObjects, "names" | "warnings">> {
  await createCodes(
    table,
    CODED.filter((name) => optionalColumn(table, name)),
  );
  const { columns, warnings } = await columnsSql(table);
  const select = Object.entries(columns).map(([name, value]) => `${value} AS "${name}"`);
  // Within an expression the name would be that of the column as it was written, not as it is selected.
  const order = `substr(${id}, ${shared + 1}) NULLS FIRST`;
  const sql = `CREATE TABLE gc_objects AS SELECT ${id} AS id, ${select.join(", ")} FROM ${table.relation} ORDER BY ${order}`;
  await table.engine.run(sql, { signal });
  return { names: new Set(Object.keys(columns)), warnings };
}

/** Refuses ids that are missing, and ids that become another's by being spelled anew. */
async function checkIds(table: SqlTable, { respelled }: IdSurvey, signal: AbortSignal | undefined): Promise<void> {
  const id = table.column("id");
  const [first] = await table.engine.rows({ sql: "SELECT id FROM gc_objects LIMIT 1" });
  if (first["id"] === null || first["id"] === "") await checkCells(table, [nameRule(table, id, "an id")], { signal });
  if (respelled === 0) return;
  const text = textSql(table, id);
  const [twice] = await table.engine.rows({
    sql: `SELECT min(${text}) AS one, max(${text}) AS other FROM ${table.relation} GROUP BY ${canonicalSql(text)} HAVING min(${text}) <> max(${text}) ORDER BY 1 LIMIT 1`,
  });
  if (twice) {
    throw new InputError(
      `${table.files[0].name}: "${twice["one"]}" and "${twice["other"]}" are one object spelled in two ways; keep one`,
      { file: table.files[0].name, column: "id", value: twice["one"] },
    );
  }
}

/** The first id that is listed with different values. */
async function oddId(table: SqlTable, names: ReadonlySet<string>): Promise<string | undefined> {
  const first = async (id: string, from: string, values: string): Promise<string | undefined> => {
    const having = `HAVING count(*) > 1 AND count(DISTINCT row(${values})) > 1`;
    const [odd] = await table.engine.rows({
      sql: `SELECT ${id} AS odd FROM ${from} GROUP BY 1 ${having} ORDER BY 1 LIMIT 1`,
    });
    return odd && String(odd["odd"]);
  };
  const odd = await first("id", "gc_objects", Array.from(names, table.engine.dialect.ident).join(", "));
  const column = optionalColumn(table, "inventory_at");
  if (odd !== undefined || !column) return odd;
  // Of no more use once the objects are loaded, so it is not among their columns.
  const { value } = await timeSql(table, column, { steps: false });
  return first(canonicalSql(textSql(table, table.column("id"))), table.relation, value);
}

/** Collapses rows that are the same; refuses ids with different values. */
async function collapse(table: SqlTable, names: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<number> {
  const { engine } = table;
  const [{ more }] = await engine.rows({ sql: "SELECT count(*) - count(DISTINCT id) AS more FROM gc_objects" });
  if (Number(more) === 0) return 0;
  const odd = await oddId(table, names);
  if (odd !== undefined) {
    const id = table.column("id");
    const isOdd = `${canonicalSql(textSql(table, id))} = ${engine.dialect.literal(odd)}`;
    const rows = await table.find(isOdd, [id], 100);
    const where = rows.slice(0, 2).map(({ file, row }) => `${file} row ${row}`);
    throw new InputError(
      `${where.join(" and ")}: object "${odd}" is listed ${rows.length === 100 ? "often" : `${rows.length} times`} with different values; list it once`,
      { file: rows[0]?.file, row: rows[0]?.row, column: "id", value: odd },
    );
  }
  await engine.run("CREATE TABLE gc_distinct AS SELECT DISTINCT * FROM gc_objects ORDER BY id", { signal });
  await engine.run("DROP TABLE gc_objects");
  await engine.run("ALTER TABLE gc_distinct RENAME TO gc_objects");
  return Number(more);
}

async function namesOf(table: SqlTable, name: Coded): Promise<string[]> {
  if (!optionalColumn(table, name)) return [];
  const rows = await table.engine.rows({ sql: `SELECT unnest(enum_range(CAST(NULL AS gc_${name}))) AS name` });
  return rows.map((row) => String(row["name"]));
}

/** The columns of `gc_objects` as typed arrays, and the keys of the ids; null when two have the same. */
async function readColumns(
  table: SqlTable,
  n: number,
  { names, key }: Pick<LoadedObjects, "names" | "key">,
  signal: AbortSignal | undefined,
): Promise<Pick<LoadedObjects, "columns" | "keyTable"> | null> {
  const numbers: Record<string, Float64Array> = {};
  const codes: Record<string, Int32Array> = {};
  for (const name of CODED) if (names.has(name)) codes[name] = new Int32Array(n);
  for (const name of ["size_bytes", "metric", ...Object.values(TIMES)]) {
    if (names.has(name)) numbers[name] = new Float64Array(n);
  }
  const select = [
    ...Object.keys(codes).map((name) => `coalesce(CAST(enum_code("${name}") AS DOUBLE), -1) AS "${name}"`),
    ...Object.keys(numbers).map((name) => `CAST(${name} AS DOUBLE) AS ${name}`),
    `${key("id")} AS key`,
    "rowid AS at",
  ];
  const keyTable = createKeyTable(n);
  let done = 0;
  const sql = `SELECT ${select.join(", ")} FROM gc_objects`;
  for await (const { rows, columns } of table.engine.query({ sql }, { signal })) {
    const at = columns["at"].data as BigInt64Array;
    if (Number(at[0]) !== done || Number(at[rows - 1]) !== done + rows - 1) {
      throw new Error("rows of gc_objects came out of order");
    }
    if (!keyTable.add(columns["key"].data as BigInt64Array, done)) return null;
    for (const [name, to] of Object.entries({ ...numbers, ...codes })) to.set(columns[name].data as Float64Array, done);
    done += rows;
  }
  for (const name of ["created_us", "accessed_us", "since_us"]) {
    const times = numbers[name];
    if (times) for (let i = 0; i < n; i++) times[i] /= 1000;
  }
  const columns: LoadedObjects["columns"] = {
    n,
    kinds: await namesOf(table, "kind"),
    kind: codes["kind"],
    classes: await namesOf(table, "class"),
    class: codes["class"],
    storageClasses: await namesOf(table, "storage_class"),
    storageClass: codes["storage_class"],
    sizeBytes: numbers["size_bytes"],
    createdAtMs: numbers["created_us"],
    lastAccessAtMs: numbers["accessed_us"],
    ...(numbers["since_us"] && { storageClassSinceMs: numbers["since_us"] }),
    ...(codes["group"] && { group: codes["group"] }),
    ...(numbers["metric"] && { metric: numbers["metric"] }),
  };
  return { columns, keyTable };
}

/**
 * Loads the objects of a lineage graph.
 *
 * @param keys of {@link KEYS}
 * @throws InputError for a missing column, a missing id, a size that is none, ids with different values or spellings
 */
export async function loadObjects(
  table: SqlTable,
  options: { signal?: AbortSignal; keys?: typeof KEYS } = {},
): Promise<LoadedObjects> {
  const { engine } = table;
  const { signal, keys = KEYS } = options;
  for (const name of REQUIRED) table.column(name);
  await checkOptional(table, signal);
  const survey = await surveyIds(table);
  const { names, warnings } = await createTable(table, survey, signal);
  const [{ rows }] = await engine.rows({ sql: "SELECT count(*) AS rows FROM gc_objects" });
  if (Number(rows) === 0) throw new InputError(`${table.files[0].name}: no objects; nothing can be decided`, {});
  await checkIds(table, survey, signal);
  let n = Number(rows);
  let duplicates = 0;
  for (const [attempt, key] of keys.entries()) {
    let read = await readColumns(table, n, { names, key }, signal);
    if (!read && attempt === 0) {
      duplicates = await collapse(table, names, signal);
      n -= duplicates;
      if (duplicates > 0) read = await readColumns(table, n, { names, key }, signal);
    }
    if (!read) continue;
    if (read.columns.sizeBytes.some((size) => !(size >= 0 && Number.isSafeInteger(size)))) {
      await checkCells(table, [numberRule(table, table.column("size_bytes"), SIZE, SIZE_WORDS)], { signal });
    }
    return { n, rows: Number(rows), duplicates, respelled: survey.respelled, ...read, names, key, warnings };
  }
  throw new InputError(`${table.files[0].name}: two ids share all hash keys, which happens to forged ids only`, {});
}
