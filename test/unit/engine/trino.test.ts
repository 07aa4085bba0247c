import { afterEach, describe, expect, it, vi } from "vitest";
import { EngineError, InputError } from "../../../src/core/errors.js";
import { collectRows, openEngine, trinoDialect } from "../../../src/engine/index.js";
import { aggregateHours } from "../../../src/ingest/index.js";
import { type Reply, startTrinoServer } from "./trino-server.js";

const VERSION: Reply[] = [{}, { columns: [{ name: "_col0", type: "varchar" }], data: [["468"]] }];
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const stop of stops.splice(0)) await stop();
});

async function server(scripts: Record<string, readonly Reply[]>) {
  const started = await startTrinoServer({ "version()": VERSION, ...scripts });
  stops.push(started.stop);
  return started;
}

const column = (name: string, type: string) => ({ name, type });

describe("Trino's statement protocol", () => {
  it("says who it is and where, in headers", async () => {
    const { url, asked } = await server({});
    const engine = await openEngine(`${url}/hive/it%27s`);
    expect([engine.name, engine.version]).toEqual(["trino", "468"]);
    const [{ method, path, body, headers }] = asked;
    expect([method, path, body]).toEqual(["POST", "/v1/statement", "SELECT version()"]);
    expect(headers).toMatchObject({ "x-trino-user": "fleetlens", "x-trino-time-zone": "UTC" });
    expect(headers).toMatchObject({ "x-trino-catalog": "hive", "x-trino-schema": "it's" });
  });

  it("reads integers beyond 2^53 exactly, nulls, decimals and the names of no numbers", async () => {
    const columns = [
      ...["tinyint", "bigint", "boolean", "double", "real", "varchar", "varchar(3)", "decimal(20, 2)"],
    ].map((type, i) => column(`c${i}`, type));
    const row =
      '[1, 9223372036854775807, true, 2.5, "NaN", "9223372036854775807 \\"12345678901234567\\"", "é", "-12.34"]';
    const { url } = await server({
      everything: [
        `{"columns":${JSON.stringify(columns)},"data":[${row}, [null,null,null,null,"-Infinity",null,null,null]]}`,
      ],
    });
    const engine = await openEngine(url);
    const batches = [];
    for await (const batch of engine.query({ sql: "everything" })) batches.push(batch);
    expect(batches).toHaveLength(1);
    const [{ rows, columns: read }] = batches;
    expect(rows).toBe(2);
    expect(Object.values(read).map(({ data }) => [...data])).toEqual([
      [1n, 0n],
      [9223372036854775807n, 0n],
      [1n, 0n],
      [2.5, Number.NaN],
      [Number.NaN, Number.NEGATIVE_INFINITY],
      ['9223372036854775807 "12345678901234567"', ""],
      ["é", ""],
      [-1234n, 0n],
    ]);
    expect(read["c1"].data).toBeInstanceOf(BigInt64Array);
    expect(read["c7"].scale).toBe(2);
    expect([...(read["c0"].valid ?? [])]).toEqual([1, 0]);
    expect(read["c4"].valid).toBeNull();
  });

  it("streams page by page", async () => {
    const columns = [column("a", "integer")];
    const pages = [[], [[1], [2]], [], [[3]]];
    const { url, asked } = await server({ pages: [{}, ...pages.map((data) => ({ columns, data })), {}] });
    const engine = await openEngine(url);
    const seen: bigint[][] = [];
    for await (const { columns: read } of engine.query({ sql: "pages" })) seen.push([...read["a"].data] as bigint[]);
    expect(seen).toEqual([[1n, 2n], [3n]]);
    expect(asked.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  it("asks again when the coordinator is busy, and sends the login with every request", async () => {
    vi.stubEnv("FLEETLENS_TRINO_USER", "me");
    vi.stubEnv("FLEETLENS_TRINO_PASSWORD", "secret");
    const { url, asked } = await server({
      busy: [503, {}, 502, 429, { columns: [column("a", "integer")], data: [[7]] }],
    });
    const engine = await openEngine(url);
    expect(await collectRows(engine, { sql: "busy" })).toEqual([{ a: 7n }]);
    const login = `Basic ${Buffer.from("me:secret").toString("base64")}`;
    expect(new Set(asked.map(({ headers }) => `${headers["x-trino-user"]} ${headers.authorization}`))).toEqual(
      new Set([`me ${login}`]),
    );
  });

  it("takes a token instead, whose user the server knows", async () => {
    vi.stubEnv("FLEETLENS_TRINO_TOKEN", "abc");
    const { url, asked } = await server({});
    await openEngine(url);
    expect(asked[0].headers.authorization).toBe("Bearer abc");
    expect(asked[0].headers["x-trino-user"]).toBeUndefined();
  });

  it("tells the coordinator when the signal or the reader leaves early", async () => {
    const columns = [column("a", "integer")];
    const endless = Array.from({ length: 50 }, (_, i) => ({ columns, data: [[i]] }));
    const { url, asked } = await server({ endless });
    const engine = await openEngine(url);
    const deletes = () => asked.filter(({ method }) => method === "DELETE").length;
    for await (const _ of engine.query({ sql: "endless" })) break;
    expect(deletes()).toBe(1);
    const abort = new AbortController();
    const reason = new Error("stop it");
    const reading = (async () => {
      for await (const { columns: read } of engine.query({ sql: "endless 2" }, { signal: abort.signal })) {
        if (read["a"].data[0] === 5n) abort.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(deletes()).toBe(2);
    await expect(collectRows(engine, { sql: "endless 3" }, { signal: abort.signal })).rejects.toBe(reason);
  });

  it.each<[string, Reply, typeof InputError | typeof EngineError, RegExp]>([
    [
      "the user's",
      { error: { message: "Table 'x'\ndoes not exist", errorName: "TABLE_NOT_FOUND", errorType: "USER_ERROR" } },
      InputError,
      /^Table 'x' does not exist$/,
    ],
    [
      "memory",
      {
        error: { message: "Query exceeded memory", errorName: "EXCEEDED_MEMORY", errorType: "INSUFFICIENT_RESOURCES" },
      },
      EngineError,
      /^Trino gave up: Query exceeded memory \(EXCEEDED_MEMORY\)$/,
    ],
    [
      "a time",
      { columns: [column("t", "timestamp(3)")], data: [["x"]] },
      InputError,
      /column "t" has type timestamp\(3\).*epochMicros/,
    ],
    [
      "a wide decimal",
      { columns: [column("d", "decimal(38,0)")], data: [["12345678901234567890"]] },
      InputError,
      /does not fit 64 bits/,
    ],
    ["no login", 401, EngineError, /refused with 401: busy; the login is in FLEETLENS_TRINO_USER/],
    ["a web page", "<html>", EngineError, /does not speak Trino's protocol/],
    [
      "another address",
      { nextUri: "http://127.0.0.1:1/v1/statement/x" },
      EngineError,
      /refers to another address, http:\/\/127.0.0.1:1/,
    ],
  ])("failure: %s", async (_what, reply, kind, message) => {
    const { url } = await server({ failing: [reply] });
    const error = await collectRows(await openEngine(url), { sql: "failing" }).catch(
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });

  it("names host and port of a coordinator that is not there, or stops", async () => {
    const { url, stop } = await server({ gone: [{}, { columns: [column("a", "integer")], data: [[1]] }, {}] });
    const engine = await openEngine(url);
    const rows = engine.query({ sql: "gone" })[Symbol.asyncIterator]();
    await rows.next();
    await stop();
    stops.pop();
    const where = new RegExp(`^Trino at ${url.slice("trino+http://".length)} cannot be reached: .*ECONN`);
    const late = await rows.next().catch((error: unknown) => error as Error);
    expect(late).toBeInstanceOf(EngineError);
    await expect(openEngine(url)).rejects.toThrow(where);
  });

  it.each<[string, RegExp]>([
    ["trino+http://trino.example:8080", /use trino\+https/],
    ["trino+https://me:secret@trino.example", /credentials do not belong in a URL; set FLEETLENS_TRINO_USER/],
    ["trino+https://trino.example/a/b/c", /ends with \/catalog\/schema/],
    ["trino+https://trino.example?x=1", /not understood/],
    ["trino+https:///", /must look like trino\+https:\/\/host:port/],
    ["presto://me:secret@x", /unknown engine "x"/],
    ["spark://spark.example:10000", /needs a login: set FLEETLENS_SPARK_AUTH/],
    ["spark://me:secret@127.0.0.1", /credentials do not belong in a URL; set FLEETLENS_SPARK_AUTH/],
  ])("refuses %s", async (url, message) => {
    const error = await openEngine(url).catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect(JSON.stringify([(error as Error).message, (error as InputError).details])).not.toContain("secret");
  });

  it("sends no password of Spark's in the clear", async () => {
    vi.stubEnv("FLEETLENS_SPARK_USER", "me");
    vi.stubEnv("FLEETLENS_SPARK_TLS", "off");
    await expect(openEngine("spark://spark.example:10000")).rejects.toThrow(/in the clear/);
    vi.stubEnv("FLEETLENS_SPARK_TLS", "maybe");
    await expect(openEngine("spark://127.0.0.1:9")).rejects.toThrow(/FLEETLENS_SPARK_TLS must be one of on, off/);
  });
});

describe("Trino's dialect", () => {
  it("names tables of a catalog and nothing else", () => {
    expect(trinoDialect.table('hive.a"b.c;d')).toBe('"hive"."a""b"."c;d"');
    for (const path of ["/data/x.parquet", "s3://b/x", "t*"])
      expect(() => trinoDialect.table(path)).toThrow(/not files/);
    for (const name of ["a.b.c.d", "a..b", ""]) expect(() => trinoDialect.table(name)).toThrow(/is named like/);
  });

  it("writes an aggregation whose every name and text is quoted", async () => {
    const described = { columns: ["Column", "Type", "Extra", "Comment"].map((name) => column(name, "varchar")) };
    const columns = ["queue", "hour_us", "value_sum", "samples"].map((name, i) =>
      column(name, i ? "bigint" : "varchar"),
    );
    const { url, asked } = await server({
      DESCRIBE: [
        {
          ...described,
          data: [
            ['q`"', "varchar", "", ""],
            ["t", "timestamp(6) with time zone", "", ""],
            ["v", "double", "", ""],
          ],
        },
      ],
      value_sum: [
        {},
        `{"columns":${JSON.stringify(columns)},"data":[["a",-3600000000,9007199254740993,2],[null,null,null,0]]}`,
      ],
    });
    const sums = await aggregateHours({
      ...{ engine: `${url}/hive/fleet`, input: "telemetry", sampleSeconds: 60 },
      ...{ queueColumn: 'q`"', timeColumn: "t", valueColumn: "v" },
    });
    expect(sums).toMatchObject({
      engine: "trino",
      queue: ["a", null],
      hourUs: [-3600000000n, null],
      valueSum: [9007199254740993n, null],
      samples: [2n, 0n],
    });
    const statement = asked.find(({ body }) => body.includes("value_sum"))?.body.replaceAll(/\s+/g, " ");
    const utc = `(CAST((date_trunc('hour', (CAST(("t") AS timestamp(6) with time zone) AT TIME ZONE 'UTC'))) AS timestamp(6) with time zone) AT TIME ZONE 'UTC')`;
    expect(statement).toBe(
      `SELECT "queue", "hour_us", CAST(sum(CAST("value" AS DECIMAL(38, 0))) AS BIGINT) AS value_sum, count("value") AS samples` +
        ` FROM (SELECT CAST("q\`""" AS VARCHAR) AS "queue",` +
        ` (CAST(to_unixtime(date_trunc('second', ${utc})) AS BIGINT) * 1000000 + CAST(substr(CAST(CAST(${utc} AS timestamp(6)) AS VARCHAR), -6) AS BIGINT)) AS "hour_us",` +
        ` CASE WHEN ("v") IS NULL OR (("v") = floor("v") AND ("v") >= -9223372036854775808E0 AND ("v") < 9223372036854775808E0)` +
        ` THEN CAST(("v") AS BIGINT) ELSE CAST('not a whole number: ' || CAST(("v") AS VARCHAR) AS BIGINT) END AS "value"` +
        ` FROM "telemetry" WHERE true) AS rows_in GROUP BY "queue", "hour_us" ORDER BY "queue" NULLS LAST, "hour_us" NULLS LAST`,
    );
  });
});
