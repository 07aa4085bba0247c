import { InputError } from "../../../core/errors.js";
import type { GcColumns } from "../../../gc-reachability/types.js";
import { type CellRule, checkCells, nameRule, numberRule } from "../../check-cells.js";
import { numberSql, textSql, wrongType } from "../../column-sql.js";
import { optionalColumn } from "../../optional-columns.js";
import type { SqlTable, TableColumn } from "../../sql-table.js";
import { timeSql } from "../../time-sql.js";
import { canonicalSql, isRespelledSql, KEYS } from "./key-sql.js";

/** Objects in the table `gc_objects` of the engine, sorted by the UTF-8 bytes of their ids, and their columns. */
export interface LoadedObjects {
  n: number;
  rows: number;
  duplicates: number;
  /** Ids that were spelled s3a or s3n. */
  respelled: number;
  columns: Omit<GcColumns, `${string}Ranges` | "protections" | "holds" | "erasures">;
  /** SQL of the key that tells all ids apart. */
  key: (id: string) => string;
  warnings: string[];
}

const REQUIRED = ["id", "kind", "class", "size_bytes", "storage_class", "created_at", "last_access_at"] as const;
const CODED = ["kind", "class", "storage_class", "group"] as const;
const TIMES = ["created_at", "last_access_at", "storage_class_since"] as const;
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
  for (const name of TIMES) {
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

/** Letters that all ids start with: sorting by what comes after them takes a third less time. */
async function sharedStart(table: SqlTable): Promise<number> {
  const id = canonicalSql(textSql(table, table.column("id")));
  const [{ least, most }] = await table.engine.rows({
    sql: `SELECT min(${id}) AS least, max(${id}) AS most FROM ${table.relation}`,
  });
  const [a, b] = [String(least ?? ""), String(most ?? "")];
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared] && a.charCodeAt(shared) < 128) shared++;
  return shared;
}

/** Makes `gc_objects`; times are µs, what the input lacks is null. */
async function createTable(table: SqlTable, signal: AbortSignal | undefined): Promise<string[]> {
  const coded = CODED.filter((name) => optionalColumn(table, name));
  await createCodes(table, coded);
  const warnings: string[] = [];
  const time = async (name: string): Promise<string> => {
    const column = optionalColumn(table, name);
    if (!column) return "CAST(NULL AS BIGINT)";
    const sql = await timeSql(table, column, { steps: false });
    warnings.push(...sql.warnings);
    return sql.value;
  };
  const number = (name: string): string => {
    const column = optionalColumn(table, name);
    return column ? numberSql(table, column).value : "CAST(NULL AS DOUBLE)";
  };
  const flag = (name: string): string => {
    const column = optionalColumn(table, name);
    return column ? booleanSql(table, column) : "CAST(NULL AS BOOLEAN)";
  };
  const code = (name: Coded): string =>
    coded.includes(name) ? `CAST(${textSql(table, table.column(name))} AS gc_${name})` : "CAST(NULL AS VARCHAR)";
  const id = canonicalSql(textSql(table, table.column("id")));
  const select = [
    `${id} AS id`,
    ...CODED.map((name) => `${code(name)} AS "${name}"`),
    `${number("size_bytes")} AS size_bytes`,
    `${number("metric")} AS metric`,
    `${await time(TIMES[0])} AS created_us`,
    `${await time(TIMES[1])} AS accessed_us`,
    `${await time(TIMES[2])} AS since_us`,
    ...FLAGS.map((name) => `${flag(name)} AS ${name}`),
  ];
  // Within an expression the name would be that of the column as it was written, not as it is selected.
  const order = `substr(${id}, ${(await sharedStart(table)) + 1}) NULLS FIRST`;
  const sql = `CREATE TABLE gc_objects AS SELECT ${select.join(", ")} FROM ${table.relation} ORDER BY ${order}`;
  await table.engine.run(sql, { signal });
  return warnings;
}

/** Refuses ids that are missing, and s3a or s3n ids that become another's. */
async function checkIds(table: SqlTable, signal: AbortSignal | undefined): Promise<number> {
  const id = table.column("id");
  const [first] = await table.engine.rows({ sql: "SELECT id FROM gc_objects LIMIT 1" });
  if (first["id"] === null || first["id"] === "") await checkCells(table, [nameRule(table, id, "an id")], { signal });
  const text = textSql(table, id);
  const [{ respelled }] = await table.engine.rows({
    sql: `SELECT count_if(${isRespelledSql(text)}) AS respelled FROM ${table.relation}`,
  });
  if (Number(respelled) === 0) return 0;
  const [twice] = await table.engine.rows({
    sql: `SELECT min(${text}) AS one, max(${text}) AS other FROM ${table.relation} GROUP BY ${canonicalSql(text)} HAVING min(${text}) <> max(${text}) ORDER BY 1 LIMIT 1`,
  });
  if (twice) {
    throw new InputError(
      `${table.files[0].name}: "${twice["one"]}" and "${twice["other"]}" are one object spelled in two ways; keep one`,
      { file: table.files[0].name, column: "id", value: twice["one"] },
    );
  }
  return Number(respelled);
}

const VALUES =
  'kind, class, storage_class, "group", size_bytes, metric, created_us, accessed_us, since_us, is_latest, is_delete_marker, is_multipart_upload';

/** Collapses rows that are the same; refuses ids with different values. */
async function collapse(table: SqlTable, signal: AbortSignal | undefined): Promise<number> {
  const { engine } = table;
  const [{ more }] = await engine.rows({ sql: "SELECT count(*) - count(DISTINCT id) AS more FROM gc_objects" });
  if (Number(more) === 0) return 0;
  const [odd] = await engine.rows({
    sql: `SELECT id FROM gc_objects GROUP BY id HAVING count(*) > 1 AND count(DISTINCT row(${VALUES})) > 1 ORDER BY id LIMIT 1`,
  });
  if (odd) {
    const id = table.column("id");
    const rows = await table.find(
      `${canonicalSql(textSql(table, id))} = ${engine.dialect.literal(String(odd["id"]))}`,
      [id],
      100,
    );
    const where = rows.slice(0, 2).map(({ file, row }) => `${file} row ${row}`);
    throw new InputError(
      `${where.join(" and ")}: object "${odd["id"]}" is listed ${rows.length === 100 ? "often" : `${rows.length} times`} with different values; list it once`,
      { file: rows[0]?.file, row: rows[0]?.row, column: "id", value: odd["id"] },
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

/** The columns of `gc_objects` as typed arrays. */
async function readColumns(
  table: SqlTable,
  n: number,
  signal: AbortSignal | undefined,
): Promise<LoadedObjects["columns"]> {
  const here = (name: string): boolean => optionalColumn(table, name) !== undefined;
  const numbers: Record<string, Float64Array> = {};
  const codes: Record<string, Int32Array> = {};
  for (const name of CODED) if (here(name)) codes[name] = new Int32Array(n);
  for (const name of ["size_bytes", "created_us", "accessed_us"]) numbers[name] = new Float64Array(n);
  if (here("metric")) numbers["metric"] = new Float64Array(n);
  if (here("storage_class_since")) numbers["since_us"] = new Float64Array(n);
  const select = [
    ...Object.keys(codes).map((name) => `CAST(enum_code("${name}") AS DOUBLE) AS "${name}"`),
    ...Object.keys(numbers).map((name) => `CAST(${name} AS DOUBLE) AS ${name}`),
    "rowid AS at",
  ];
  let done = 0;
  const sql = `SELECT ${select.join(", ")} FROM gc_objects`;
  for await (const { rows, columns } of table.engine.query({ sql }, { signal })) {
    const at = columns["at"].data as BigInt64Array;
    if (Number(at[0]) !== done || Number(at[rows - 1]) !== done + rows - 1) {
      throw new Error("rows of gc_objects came out of order");
    }
    for (const [name, to] of Object.entries(numbers)) to.set(columns[name].data as Float64Array, done);
    for (const [name, to] of Object.entries(codes)) {
      const data = columns[name].data as Float64Array;
      for (let i = 0; i < rows; i++) to[done + i] = Number.isNaN(data[i]) ? -1 : data[i];
    }
    done += rows;
  }
  for (const name of ["created_us", "accessed_us", "since_us"]) {
    const times = numbers[name];
    if (times) for (let i = 0; i < n; i++) times[i] /= 1000;
  }
  return {
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
}

async function hasTwins({ engine }: SqlTable, key: (id: string) => string): Promise<boolean> {
  const [{ twins }] = await engine.rows({
    sql: `SELECT count(*) - count(DISTINCT ${key("id")}) AS twins FROM gc_objects`,
  });
  return Number(twins) > 0;
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
  const warnings = await createTable(table, signal);
  const [{ rows }] = await engine.rows({ sql: "SELECT count(*) AS rows FROM gc_objects" });
  if (Number(rows) === 0) throw new InputError(`${table.files[0].name}: no objects; nothing can be decided`, {});
  const respelled = await checkIds(table, signal);
  let n = Number(rows);
  let duplicates = 0;
  for (const [attempt, key] of keys.entries()) {
    let unclear = await hasTwins(table, key);
    if (unclear && attempt === 0) {
      duplicates = await collapse(table, signal);
      n -= duplicates;
      unclear = duplicates === 0 || (await hasTwins(table, key));
    }
    if (unclear) continue;
    const columns = await readColumns(table, n, signal);
    if (columns.sizeBytes.some((size) => !(size >= 0 && Number.isSafeInteger(size)))) {
      await checkCells(table, [numberRule(table, table.column("size_bytes"), SIZE, SIZE_WORDS)], { signal });
    }
    return { n, rows: Number(rows), duplicates, respelled, columns, key, warnings };
  }
  throw new InputError(`${table.files[0].name}: two ids share all hash keys, which happens to forged ids only`, {});
}
