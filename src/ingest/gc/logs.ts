import { join } from "node:path";
import { type CellRule, checkCells, nameRule, numberRule, WHOLE } from "../check-cells.js";
import { numberSql, textSql } from "../column-sql.js";
import { optionalColumn } from "../optional-columns.js";
import { withTable } from "../read-table.js";
import type { SqlTable } from "../sql-table.js";
import { timeSql } from "../time-sql.js";
import { canonicalUri } from "./canonical-uri.js";
import type { LineageReader } from "./lineage-reader.js";

/** SQL of epoch µs of a column, null where there is no such column. */
async function optionalTime(table: SqlTable, name: string, warnings: string[]): Promise<string> {
  const column = optionalColumn(table, name);
  if (!column) return "NULL::BIGINT";
  const { value, warnings: more } = await timeSql(table, column, { steps: false });
  warnings.push(...more);
  return value;
}

function optionalText(table: SqlTable, name: string): string {
  const column = optionalColumn(table, name);
  return column ? `nullif(${textSql(table, column)}, '')` : "NULL::VARCHAR";
}

const LOCATION = "^([A-Za-z][A-Za-z0-9+.-]*:.+|/.+)$";

async function rowsSql(table: SqlTable, signal?: AbortSignal): Promise<{ sql: string; warnings: string[] }> {
  const [path, bytes, created] = ["path", "bytes", "created_at"].map((name) => table.column(name));
  const located: CellRule = {
    column: path,
    refuse: `NOT regexp_full_match(${textSql(table, path)}, '${LOCATION}', 's')`,
    expected: "a URI or an absolute path",
  };
  const rules = [
    nameRule(table, path, "a path"),
    located,
    numberRule(table, bytes, `$ >= 0 AND ${WHOLE}`, "whole bytes from 0"),
  ];
  await checkCells(table, rules, { signal });
  const warnings: string[] = [];
  const sql = `SELECT ${textSql(table, path)} AS path, ${numberSql(table, bytes).value} AS bytes,
    ${await optionalTime(table, created.name, warnings)} AS created,
    ${await optionalTime(table, "last_access_at", warnings)} AS accessed,
    ${optionalText(table, "storage_class")} AS storage_class, ${optionalText(table, "class")} AS class,
    ${optionalText(table, "group")} AS grouped FROM ${table.relation}`;
  return { sql, warnings };
}

/**
 * A listing of log partitions, in any table format, with columns `path`, `bytes`, `created_at` and if wanted
 * `last_access_at`, `storage_class`, `class`, `group`. Partitions refer to nothing.
 */
export const readLogs: LineageReader = async (root, graph, { signal }) => {
  const input = root.file ? join(root.path, root.file) : root.path;
  return withTable(input, { signal }, async (table) => {
    const { sql, warnings } = await rowsSql(table, signal);
    for await (const { rows, columns } of table.engine.query({ sql }, { signal })) {
      const value = (name: string, row: number) => {
        const { data, valid } = columns[name];
        return !valid || valid[row] ? data[row] : null;
      };
      const ms = (name: string, row: number) => {
        const micros = value(name, row);
        return micros === null ? null : Number(micros) / 1000;
      };
      for (let row = 0; row < rows; row++) {
        await graph.object({
          id: canonicalUri(String(value("path", row))),
          kind: "log_partition",
          sizeBytes: Number(value("bytes", row)),
          createdAt: ms("created", row),
          lastAccessAt: ms("accessed", row),
          storageClass: value("storage_class", row) as string | null,
          class: value("class", row) as string | null,
          group: value("grouped", row) as string | null,
        });
      }
    }
    return warnings;
  });
};
