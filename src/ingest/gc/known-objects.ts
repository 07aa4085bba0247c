import type { DuckDbEngine } from "../../engine/duckdb.js";
import type { ResolvedFile } from "../input-files.js";
import { linkAwkwardNames } from "../link-awkward-names.js";
import { requireColumns } from "../sql-table.js";

/**
 * Makes `known`, the objects listed before, and `current`, the versions that S3 keys without one stand for.
 *
 * @param types columns of objects and their SQL types; the table `objects` is there
 * @throws InputError when a file lacks one of them
 */
export async function createKnown(
  engine: DuckDbEngine,
  types: Readonly<Record<string, string>>,
  onto: readonly ResolvedFile[],
): Promise<void> {
  const { ident, literal } = engine.dialect;
  const names = Object.keys(types);
  const paths = await linkAwkwardNames(engine, onto);
  for (const [i, path] of paths.entries()) {
    const sql = `SELECT column_name FROM (DESCRIBE FROM ${engine.dialect.table(path)})`;
    const present = (await engine.rows({ sql })).map((row) => String(row["column_name"]));
    requireColumns(names, present, onto[i].name);
  }
  const columns = Object.entries(types).map(([name, type]) => `${ident(name)}::${type} AS ${ident(name)}`);
  const from = paths.length > 0 ? `read_parquet([${paths.map(literal).join(", ")}])` : "objects WHERE false";
  await engine.run(`CREATE VIEW known AS SELECT ${columns.join(", ")} FROM ${from}`);
  await engine.run(`CREATE TABLE current AS
    SELECT regexp_replace(id, '\\?versionId=[^?]*$', '') AS plain, id FROM known
    WHERE is_latest AND NOT is_delete_marker AND contains(id, '?versionId=')`);
}

/** Tells whether objects listed before lie in the bucket, or other authority, of a URI. */
export function bucketCheck(engine: DuckDbEngine): (uri: string) => Promise<boolean> {
  const checked = new Map<string, boolean>();
  return async (uri) => {
    const bucket = /^[a-z][a-z0-9+.-]*:\/\/[^/]*\//.exec(uri)?.[0] ?? uri;
    const before = checked.get(bucket);
    if (before !== undefined) return before;
    const rows = await engine.rows({ sql: "SELECT 1 FROM known WHERE starts_with(id, $1) LIMIT 1", params: [bucket] });
    checked.set(bucket, rows.length > 0);
    return rows.length > 0;
  };
}
