import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { INCIDENT_ORDER, type Incident } from "../incident/index.js";
import { type CellRule, checkCells, nameRule } from "./check-cells.js";
import { textSql } from "./column-sql.js";
import { loadColumns } from "./load-columns.js";
import { withTable } from "./read-table.js";
import type { SqlTable } from "./sql-table.js";
import { timeSql } from "./time-sql.js";
import type { ReadOptions } from "./types.js";

/** Incidents in the order of the file. */
export interface IncidentsTable {
  incidents: Incident[];
  inputs: InputFile[];
  warnings: string[];
}

const NAMES = ["incident_id", "severity", "service"] as const;
const TIMES = ["started_at", "detected_at", "acknowledged_at", "resolved_at"] as const;

/** Groups of incidents that do not say what they are. */
const UNKNOWN = "unknown";

/** An incident may hit several services, a row each; but the same twice would count twice. */
async function checkIds(table: SqlTable, options: ReadOptions): Promise<string[]> {
  const [id, service] = ["incident_id", "service"].map((name) => table.column(name));
  const [idText, serviceText] = [id, service].map((column) => `coalesce(${textSql(table, column)}, '')`);
  const twice = `SELECT ${idText} AS id, ${serviceText} AS service FROM ${table.relation} GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 1, 2 LIMIT 1`;
  const [pair] = await table.engine.rows({ sql: twice }, options);
  if (pair) {
    const { literal } = table.engine.dialect;
    const same = `${idText} = ${literal(String(pair["id"]))} AND ${serviceText} = ${literal(String(pair["service"]))}`;
    const rows = await table.find(same, [id], 2);
    const where = rows.map(({ file, row }) => `${file} row ${row}`).join(" and ");
    throw new InputError(
      `${where}: column "incident_id": incident "${pair["id"]}" of service "${pair["service"]}" is there twice; keep one`,
      { file: rows[1]?.file, row: rows[1]?.row, column: "incident_id", value: String(pair["id"]) },
    );
  }
  const several = `SELECT count(*) AS n FROM (SELECT ${idText} FROM ${table.relation} GROUP BY 1 HAVING count(*) > 1)`;
  const [{ n }] = await table.engine.rows({ sql: several }, options);
  return Number(n) > 0 ? [`incidents with rows of several services: ${n}; each row counts as one`] : [];
}

/**
 * Reads incidents: columns `incident_id`, `severity`, `service`, `started_at`, `detected_at`, `acknowledged_at`,
 * `resolved_at`; others are passed over. An empty time is not known (yet); an incident without a severity or service
 * belongs to `unknown`. A file without rows is an empty list.
 *
 * @throws InputError with file, row and column: a missing column, an empty id, an incident that a service has twice, a
 *   cell that is no time, an order of times that is impossible
 */
export async function readIncidents(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<IncidentsTable> {
  return withTable(input, { ...options, columns: [...NAMES, ...TIMES] }, async (table) => {
    await checkCells(table, [nameRule(table, table.column("incident_id"), "an id")], options);
    const warnings = await checkIds(table, options);
    const micros: Record<string, string> = {};
    for (const name of TIMES) {
      const time = await timeSql(table, table.column(name), { steps: false });
      micros[name] = `(${time.value})`;
      warnings.push(...time.warnings);
    }
    const order = INCIDENT_ORDER.map(([first, second]): CellRule => {
      const refuse = `coalesce(${micros[second]} < ${micros[first]}, false)`;
      return { column: table.column(second), refuse, expected: `a time not before ${first}` };
    });
    await checkCells(table, order, options);
    const ms = Object.entries(micros).map(([name, sql]) => [name, `CAST(${sql} AS DOUBLE) / 1000`] as const);
    const loaded = await loadColumns(table, [], NAMES, options, Object.fromEntries(ms));
    const text = (name: (typeof NAMES)[number]) => loaded.text(name) as string[];
    const time = (name: (typeof TIMES)[number]) => loaded.number(name) as Float64Array;
    const incidents = Array.from(
      { length: loaded.n },
      (_, i): Incident => ({
        incidentId: text("incident_id")[i],
        severity: text("severity")[i].trim() || UNKNOWN,
        service: text("service")[i].trim() || UNKNOWN,
        startedAt: time("started_at")[i],
        detectedAt: time("detected_at")[i],
        acknowledgedAt: time("acknowledged_at")[i],
        resolvedAt: time("resolved_at")[i],
      }),
    );
    return { incidents, inputs: await table.inputs(), warnings };
  });
}
