import { describe, expect, it } from "vitest";
import type { Engine } from "../../../src/engine/engine.js";
import { trinoDialect } from "../../../src/engine/trino/trino-dialect.js";
import { countBins } from "../../../src/ingest/pushdown/count-bins.js";
import { eventsOfTable } from "../../../src/ingest/pushdown/pushed-events.js";
import { pushedTable } from "../../../src/ingest/pushdown/pushed-table.js";
import type { TableColumn } from "../../../src/ingest/sql-table.js";
import { policyOf, triggerOf } from "../../reference/replay-cases.js";

/** A table of Trino that answers nothing, and the statements that it was asked. */
function listening(types: Record<string, string>) {
  const statements: string[] = [];
  const engine: Engine = {
    ...{ name: "trino", dialect: trinoDialect, version: "468" },
    async *query({ sql }) {
      statements.push(sql.replaceAll(/\s+/g, " "));
      const count = { data: BigInt64Array.of(0n), valid: null };
      yield { rows: 1, columns: { n: count, used: count, beyond: count } };
    },
    close: async () => {},
  };
  const columns = Object.entries(types).map(([name, type]): TableColumn => {
    return { name, type, kind: "other", sql: trinoDialect.ident(name) };
  });
  const column = (name: string) => columns.find((one) => one.name === name) as TableColumn;
  return {
    table: pushedTable({ engine, files: [{ name: "logs" }], relation: '"logs"', columns, column }, "logs"),
    statements,
  };
}

describe("statements for Trino", () => {
  it("hold long arrays in parts, and doubles with exponents", async () => {
    const { table, statements } = listening({ x: "real" });
    const edges = Float64Array.from({ length: 300 }, (_, i) => i / 8);
    await countBins(table, [{ sql: 'CAST("x" AS DOUBLE)', edges }]).catch(() => {});
    expect(statements[0]).toContain("ARRAY[0e+0, 1.25e-1, ");
    expect(statements[0].match(/ARRAY\[/g)).toHaveLength(3);
    expect(statements[0]).toContain("CASE WHEN x >= element_at(edges, bin + 256) THEN 256 ELSE 0 END");
    expect(statements[0]).not.toMatch(/list_extract|\bNaN\b/);
  });

  it("cut times to milliseconds and leave NaN out", async () => {
    const types = { vehicle_id: "varchar(40)", ts: "timestamp(6) with time zone", x: "double" };
    const { table, statements } = listening(types);
    await eventsOfTable(policyOf([triggerOf("t", { release_ms: 20 })]), table).catch(() => {});
    const last = statements.at(-1) ?? "";
    expect(last).toContain('CASE WHEN NOT is_nan(CAST("x" AS DOUBLE)) THEN CAST("x" AS DOUBLE) END AS signal_0');
    expect(last).toContain(") / 1000 AS t");
    expect(last).toContain("RANGE BETWEEN UNBOUNDED PRECEDING AND 20 PRECEDING");
    expect(last).toContain("signal_0 >= 1e+0");
    expect(last).toMatch(/ORDER BY vehicle, t$/);
  });
});
