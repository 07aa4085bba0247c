import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EngineError, InputError } from "../../../src/core/errors.js";
import { type Batch, collectRows, type Engine, openEngine } from "../../../src/engine/index.js";
import { HOSTILE } from "../../hostile-texts.js";
import { startSpark } from "../../spark-server.js";

const spark = await startSpark();
const MAX = 9223372036854775807n;

describe.skipIf(!spark)("Spark", () => {
  const url = spark?.url ?? "";
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(url);
  });
  afterAll(async () => {
    await engine?.close();
    await spark?.stop();
  });

  const one = async (sql: string) => (await collectRows(engine, { sql }))[0];
  const failure = (sql: string) => collectRows(engine, { sql }).catch((error: unknown) => error as Error);

  it("says its name and version, and counts in UTC with checks on", async () => {
    expect([engine.name, engine.version]).toEqual(["spark", expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
    expect(await one("SELECT current_timezone() AS zone")).toEqual({ zone: "UTC" });
    expect(await failure("SELECT CAST('x' AS BIGINT)")).toBeInstanceOf(InputError);
  });

  it("copies every flat type into typed arrays", async () => {
    const sql = `SELECT CAST(1 AS TINYINT) a, CAST(2 AS SMALLINT) b, -3 c, ${MAX} d, true e, CAST(1.5 AS FLOAT) f,
      CAST(2.5 AS DOUBLE) g, 'é"x' h, CAST(-12.34 AS DECIMAL(9,2)) i, CAST('v' AS VARCHAR(3)) j, -9223372036854775808 k`;
    const batches: Batch[] = [];
    for await (const batch of engine.query({ sql })) batches.push(batch);
    const [{ rows, columns }] = batches;
    expect([batches.length, rows]).toEqual([1, 1]);
    expect(Object.fromEntries(Object.entries(columns).map(([name, { data }]) => [name, data[0]]))).toEqual({
      ...{ a: 1n, b: 2n, c: -3n, d: MAX, e: 1n, f: 1.5, g: 2.5, h: 'é"x', i: -1234n, j: "v" },
      // Its digits alone are beyond 64 bits, so Spark takes it for a decimal.
      k: -9223372036854775808n,
    });
    expect(columns["i"].scale).toBe(2);
    expect(columns["d"].data).toBeInstanceOf(BigInt64Array);
    expect(columns["g"].data).toBeInstanceOf(Float64Array);
    expect(columns["a"].valid).toBeNull();
  });

  it("streams many batches and masks nulls in every kind of column, to the last bit of the mask", async () => {
    const rows = 10_001;
    const sql = `SELECT id, IF(id % 3 = 0, NULL, id) whole, IF(id % 3 = 0, NULL, id / 2D) half,
      IF(id % 3 = 0, NULL, concat('v', id)) word, IF(id = 10000, NULL, true) late FROM range(${rows}) ORDER BY id`;
    let at = 0;
    for await (const { rows, columns } of engine.query({ sql })) {
      for (let i = 0; i < rows; i++, at++) {
        const isNull = at % 3 === 0;
        const cells = ["whole", "half", "word"].map((name) => [columns[name].data[i], columns[name].valid?.[i]]);
        if (isNull) expect(cells).toEqual([0n, Number.NaN, ""].map((empty) => [empty, 0]));
        else expect(cells).toEqual([BigInt(at), at / 2, `v${at}`].map((value) => [value, 1]));
        expect(columns["late"].valid?.[i] ?? 1).toBe(at === 10_000 ? 0 : 1);
      }
    }
    expect(at).toBe(rows);
  });

  it.each(HOSTILE)("takes %j as a name, a text and a parameter", async (text) => {
    const { ident, literal } = engine.dialect;
    const sql = `SELECT ${literal(text)} AS ${ident(text)}, $1 AS bound, '$1' AS quoted /* $1 */ -- $1`;
    expect(await collectRows(engine, { sql, params: [text] })).toEqual([{ [text]: text, bound: text, quoted: "$1" }]);
  });

  it("binds exact numbers and refuses what has no value", async () => {
    const params = [MAX, -MAX - 1n, 0.1, -1e-300, Number.NaN, Number.POSITIVE_INFINITY, true, null] as const;
    const sql = `SELECT ${params.map((_, i) => `$${i + 1} AS p${i}`).join(", ")}, $1 AS again`;
    const expected = { p0: MAX, p1: -MAX - 1n, p2: 0.1, p3: -1e-300, p4: Number.NaN, p5: Number.POSITIVE_INFINITY };
    expect(await collectRows(engine, { sql: sql.replace("$8", "CAST($8 AS STRING)"), params })).toEqual([
      { ...expected, p6: 1n, p7: null, again: MAX },
    ]);
    expect(() => engine.query({ sql: "SELECT $2", params: [1] })).toThrow(/parameter \$2 has no value/);
  });

  it("truncates to hours and counts µs before 1970 too, of times with and without a zone and of dates", async () => {
    const { truncHour, epochMicros } = engine.dialect;
    const times = ["TIMESTAMP_NTZ '1969-12-31 23:30:00.000001'", "TIMESTAMP '2020-05-01 10:59:59.999999+05:30'"];
    const rows = [...times, "DATE '1969-12-31'", "CAST(NULL AS TIMESTAMP)"].map((time) =>
      one(`SELECT ${epochMicros(truncHour("t"))} h, ${epochMicros("t")} us FROM (SELECT ${time} t)`),
    );
    expect(await Promise.all(rows)).toEqual([
      { h: -3600000000n, us: -1799999999n },
      { h: 1588309200000000n, us: 1588310999999999n },
      { h: -86400000000n, us: -86400000000n },
      { h: null, us: null },
    ]);
  });

  it("takes only whole numbers of 64 bits", async () => {
    const { toInt64 } = engine.dialect;
    const good = { "3.0D": 3n, "CAST(NULL AS DOUBLE)": null, "-9223372036854775808D": -MAX - 1n, "7.00": 7n };
    for (const [value, whole] of Object.entries(good))
      expect(await one(`SELECT ${toInt64(value)} AS a`), value).toEqual({ a: whole });
    const bad = ["2.5D", "double('NaN')", "1e30D", "9223372036854775808D", "2.5", "9223372036854775808", "-1e300D"];
    for (const value of bad) expect(await failure(`SELECT ${toInt64(value)}`), value).toBeInstanceOf(InputError);
    expect((await failure(`SELECT ${toInt64("2.5D")}`)).toString()).toMatch(/not a whole number: 2.5$/);
  });

  it("sums past 64 bits and back, and fails only when the sum is beyond them", async () => {
    const sum = (...values: bigint[]) =>
      `SELECT ${engine.dialect.sumInt64("v")} AS s FROM VALUES ${values.map((v) => `(CAST('${v}' AS BIGINT))`)} t(v)`;
    expect(await one(sum(MAX, MAX, -MAX))).toEqual({ s: MAX });
    expect(await failure(sum(MAX, 1n))).toBeInstanceOf(InputError);
    expect(await one("SELECT isnan(double('NaN')) AS a")).toEqual({ a: 1n });
  });

  it.each<[string, RegExp]>([
    ["SELECT nothing", /`nothing` cannot be resolved/],
    ["SELEC 1", /^Syntax error/],
    ["SELECT raise_error('hello')", /^hello$/],
    ["SELECT sum(v) FROM VALUES (9223372036854775807), (1) t(v)", /overflow/],
    ["SELECT * FROM parquet.`/nowhere/x.parquet`", /Path does not exist: file:\/nowhere\/x.parquet/],
    ["SELECT 1 FROM no_such_table", /no_such_table/],
    ["SELECT id, IF(id = 9999, raise_error('late'), id) FROM range(10000)", /^late$/],
    ["SELECT array(1)", /column "array\(1\)" has a type/],
    ["SELECT TIMESTAMP '2020-01-01' AS t", /column "t" has a type that arrives as text; ask for.*epochMicros/],
    ["SELECT CAST('a' AS BINARY) AS b", /column "b" is binary/],
    ["SELECT CAST('12345678901234567890' AS DECIMAL(20, 0)) AS d", /column "d": a DECIMAL does not fit 64 bits/],
  ])("input is at fault: %s", async (sql, message) => {
    const error = await failure(sql);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toMatch(/\n|SQLSTATE|org\.apache/);
  });

  it("stops a running statement with the signal's reason, and the server stops too", async () => {
    const abort = new AbortController();
    const reason = new Error("stop it");
    const sql = "SELECT count(*) FROM range(10000000000) WHERE hash(id) % 7 = 3";
    const running = collectRows(engine, { sql }, { signal: abort.signal });
    setTimeout(() => abort.abort(reason), 1500);
    await expect(running).rejects.toBe(reason);
    // One core: while the statement runs no other gets an answer.
    expect(await one("SELECT 1 AS a")).toEqual({ a: 1n });
    await expect(collectRows(engine, { sql }, { signal: abort.signal })).rejects.toBe(reason);
  });

  it("survives a reader that leaves early", async () => {
    for await (const { rows } of engine.query({ sql: "SELECT id FROM range(100000)" })) {
      expect(rows).toBeGreaterThan(0);
      break;
    }
    expect(await one("SELECT 2 AS a")).toEqual({ a: 2n });
  });

  it("takes a database from the URL", async () => {
    await expect(openEngine(`${url}/no%60such`)).rejects.toThrow(InputError);
    const there = await openEngine(`${url}/default`);
    expect(await collectRows(there, { sql: "SELECT current_database() AS d" })).toEqual([{ d: "default" }]);
    await there.close();
    await expect(collectRows(there, { sql: "SELECT 1" })).rejects.toThrow(EngineError);
  });

  describe("behind a line that breaks", () => {
    const sockets: Socket[] = [];
    let line: Server;
    let through: string;
    beforeAll(async () => {
      line = createServer((socket) => {
        const on = connect(Number(new URL(url).port), "127.0.0.1");
        for (const end of [socket, on]) end.on("error", () => {});
        sockets.push(socket.pipe(on).pipe(socket) as Socket, on);
      });
      await new Promise<void>((done) => line.listen(0, "127.0.0.1", done));
      through = `spark://127.0.0.1:${(line.address() as AddressInfo).port}`;
    });
    afterAll(() => line.close());

    it("the statement ends with an engine error that names host and port", async () => {
      const broken = await openEngine(through);
      setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 300);
      // The server hears of it when the statement has ended, which must not take the one core for long.
      const sql = "SELECT count(*) FROM range(200000000) WHERE hash(id) % 7 = 3";
      const error = await collectRows(broken, { sql }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EngineError);
      expect((error as Error).message).toContain(`Spark at ${through.slice(8)} cannot be reached`);
      await broken.close();
    });
  });
});
