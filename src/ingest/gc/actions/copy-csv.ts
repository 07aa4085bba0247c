import type { ActionContext, ActionFile } from "./action-context.js";

/**
 * Writes the rows of a query as CSV, quoted by RFC 4180 where needed, lines ended by LF: a carriage return would
 * become part of a manifest's last column.
 */
export async function copyCsv(
  { engine, reserve, signal }: ActionContext,
  name: string,
  sql: string,
  header: boolean,
): Promise<ActionFile> {
  const path = engine.dialect.literal(await reserve(name));
  const options = `FORMAT csv, HEADER ${header}, USE_TMP_FILE false`;
  const [{ Count }] = await engine.rows({ sql: `COPY (${sql}) TO ${path} (${options})` }, { signal });
  return { name, rows: Number(Count) };
}
