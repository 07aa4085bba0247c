import type { z } from "zod";
import type { InputFile } from "../../../core/demand.js";
import { InputError } from "../../../core/errors.js";
import { problemText, schemaProblems } from "../../../core/schema-problems.js";
import { loadColumns } from "../../load-columns.js";
import { optionalColumn } from "../../optional-columns.js";
import { readDocument } from "../../read-document.js";
import { withTable } from "../../read-table.js";
import { requireColumns } from "../../sql-table.js";
import { timeSql } from "../../time-sql.js";
import type { ReadOptions } from "../../types.js";
import { canonicalId } from "./key-sql.js";
import { SELECTOR_TABLE_ROWS, SELECTORS, type SelectorKind, type SelectorRow } from "./selectors-schema.js";

const COLUMNS: Readonly<Record<SelectorKind, { texts: readonly string[]; times: readonly string[] }>> = {
  protections: { texts: ["type", "name"], times: ["expires_at"] },
  holds: { texts: ["hold_id"], times: ["issued_at", "released_at"] },
  erasures: { texts: ["request_id"], times: ["requested_at", "completed_at"] },
};

function checkRows<K extends SelectorKind>(
  kind: K,
  schemas: typeof SELECTORS,
  values: readonly unknown[],
  file: string,
): SelectorRow<K>[] {
  const schema: z.ZodType = schemas[kind];
  return values.map((value, i) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) {
      const row = parsed.data as SelectorRow<K>;
      return { ...row, id: row.id && canonicalId(row.id), prefix: row.prefix && canonicalId(row.prefix) };
    }
    const problems = schemaProblems(schema, value, parsed.error);
    throw new InputError(`${file} row ${i + 1}: ${problemText(problems)}`, { file, row: i + 1, problems });
  });
}

async function tableRows(kind: SelectorKind, path: string, options: ReadOptions) {
  return withTable(path, options, async (table) => {
    const { texts, times } = COLUMNS[kind];
    const file = table.files[0].name;
    const names = table.columns.map(({ name }) => name);
    requireColumns([...texts, ...times], names, file);
    if (!optionalColumn(table, "id") && !optionalColumn(table, "prefix")) requireColumns(["id"], names, file);
    const more: Record<string, string> = {};
    for (const time of times) {
      const { value } = await timeSql(table, table.column(time), { steps: false });
      more[time] = `CAST(${value} AS DOUBLE)`;
    }
    const loaded = await loadColumns(table, [], ["id", "prefix", ...texts], options, more);
    const rows = Array.from({ length: loaded.n }, (_, i) => {
      const row: Record<string, string | number | null> = {};
      for (const name of ["id", "prefix", ...texts]) row[name] = loaded.text(name)?.[i] || null;
      for (const name of times) {
        const micros = loaded.number(name)?.[i] ?? Number.NaN;
        row[name] = Number.isNaN(micros) ? null : micros / 1000;
      }
      return row;
    });
    return { rows, inputs: await table.inputs() };
  });
}

/**
 * Reads protections, holds or erasures: a table, or a YAML or JSON list of rows.
 *
 * @throws InputError naming the file and row for a missing column, a row without exactly one of id and prefix, an unknown
 *   type of protection, or in a list an unknown key
 */
export async function readSelectors<K extends SelectorKind>(
  kind: K,
  path: string,
  options: ReadOptions = {},
): Promise<{ rows: SelectorRow<K>[]; inputs: InputFile[] }> {
  if (!/\.(ya?ml|json)$/i.test(path)) {
    const { rows, inputs } = await tableRows(kind, path, options);
    return { rows: checkRows(kind, SELECTOR_TABLE_ROWS, rows, path), inputs };
  }
  const { value, sha256 } = await readDocument(path, `${kind} file`);
  if (!Array.isArray(value)) throw new InputError(`${path}: expected a list of ${kind}`, { file: path });
  return { rows: checkRows(kind, SELECTORS, value, path), inputs: [{ name: path, sha256, rows: value.length }] };
}
