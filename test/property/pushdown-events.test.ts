import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventRows } from "../../src/backtest/replay/events.js";
import { replay } from "../../src/backtest/replay/replay.js";
import { type DuckDbEngine, openDuckDb } from "../../src/engine/duckdb.js";
import { eventsOfTable } from "../../src/ingest/pushdown/pushed-events.js";
import { pushedTable } from "../../src/ingest/pushdown/pushed-table.js";
import { columnKind, type TableColumn } from "../../src/ingest/sql-table.js";
import { pushedCase, rowsSql } from "../reference/pushed-cases.js";

let engine: DuckDbEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());

async function describeTable(): Promise<TableColumn[]> {
  const rows = await engine.rows({ sql: engine.dialect.describe("log") });
  return rows.map(({ column_name, column_type }) => {
    const [name, type] = [String(column_name), String(column_type)];
    return { name, type, kind: columnKind(type), sql: engine.dialect.ident(name) };
  });
}

async function pushed(seed: number, mostRows?: number) {
  const { policy, rows, floats, log } = pushedCase(seed, mostRows);
  await engine.run(`CREATE OR REPLACE TABLE log AS ${rowsSql(rows, floats)}`);
  const columns = await describeTable();
  const column = (name: string) => columns.find((one) => one.name === name)!;
  const table = { engine, files: [{ name: "log" }], relation: "log", columns, column };
  const found = await eventsOfTable(policy, pushedTable(table, "log"));
  expect(eventRows(found.events), `case ${seed}`).toEqual(eventRows(replay(policy, log)));
  expect(found.rows).toBe(rows.length);
  expect(found.dropped).toBe(rows.filter(({ vehicle, ts }) => vehicle === null || Number.isNaN(ts)).length);
  return { kept: found.kept, rows: rows.length, events: found.events.trigger.length };
}

describe("pushed events and replay", () => {
  it("agree on 400 random policies and logs, of which not all rows cross", async () => {
    const total = { kept: 0, rows: 0, events: 0 };
    for (let seed = 0; seed < 400; seed++) {
      const one = await pushed(seed);
      for (const key of ["kept", "rows", "events"] as const) total[key] += one[key];
    }
    expect(total.events).toBeGreaterThan(800);
    expect(total.kept).toBeLessThan(0.95 * total.rows);
  });

  it("agree where logs are longer than a batch", async () => {
    for (let seed = 0; seed < 3; seed++) await pushed(1000 + seed, 4000);
  });
});
