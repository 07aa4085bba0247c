import type { PlanColumn } from "../../capacity/index.js";
import type { OutputColumn } from "../../ingest/index.js";

const TIMES = new Set(["time", "week_start"]);
const WHOLE = new Set(["nodes_needed", "nodes_have"]);

function typeOf(name: string, data: PlanColumn): OutputColumn["type"] {
  if (Array.isArray(data)) return "VARCHAR";
  if (data instanceof Uint8Array) return "BOOLEAN";
  if (TIMES.has(name)) return "TIMESTAMP";
  return WHOLE.has(name) ? "INTEGER" : "DOUBLE";
}

/** Columns of a plan's table with the SQL types that they are written as. */
export function outputColumns(columns: Readonly<Record<string, PlanColumn>>): OutputColumn[] {
  return Object.entries(columns).map(([name, data]) => ({ name, type: typeOf(name, data), data }));
}
