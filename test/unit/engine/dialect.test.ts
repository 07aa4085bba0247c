import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DuckDbEngine, openDuckDb } from "../../../src/engine/index.js";

let engine: DuckDbEngine;
beforeAll(async () => {
  engine = await openDuckDb();
});
afterAll(() => engine.close());

describe("DuckDB's dialect", () => {
  it.each(["plain", 'a"b', "a'b", "a`b", "a;b", "a,b", "ünïcode", "a\nb", "select", '""'])(
    "quotes %j",
    async (name) => {
      const { ident, literal } = engine.dialect;
      const rows = await engine.rows({ sql: `SELECT ${literal(name)} AS ${ident(name)}` });
      expect(rows).toEqual([{ [name]: name }]);
    },
  );

  it("refuses NUL", () => {
    expect(() => engine.dialect.ident("a\0b")).toThrow(/NUL/);
  });

  it("truncates to hours before 1970 too, and counts µs", async () => {
    const { truncHour, epochMicros } = engine.dialect;
    const hour = epochMicros(truncHour("t"));
    const sql = `SELECT ${hour} AS h FROM (VALUES (TIMESTAMP '1969-12-31 23:30:00.000001'), (TIMESTAMP '2020-05-01 10:59:59.999999')) v(t)`;
    expect(await engine.rows({ sql })).toEqual([{ h: -3600000000n }, { h: 1588327200000000n }]);
  });

  it("takes only whole numbers as 64-bit integers", async () => {
    const { toInt64 } = engine.dialect;
    expect(
      await engine.rows({ sql: `SELECT ${toInt64("3.0::DOUBLE")} AS a, ${toInt64("NULL::DOUBLE")} AS b` }),
    ).toEqual([{ a: 3n, b: null }]);
    for (const bad of ["2.5::DOUBLE", "'nan'::DOUBLE", "1e30::DOUBLE", "2.5::DECIMAL(9,1)"]) {
      await expect(engine.rows({ sql: `SELECT ${toInt64(bad)}` }), bad).rejects.toThrow();
    }
  });
});
