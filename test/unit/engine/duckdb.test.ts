import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EngineError, InputError } from "../../../src/core/errors.js";
import { type Batch, type DuckDbEngine, openDuckDb, openEngine } from "../../../src/engine/index.js";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function using<T>(options: Parameters<typeof openDuckDb>[0], work: (engine: DuckDbEngine) => Promise<T>) {
  const engine = await openDuckDb(options);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

async function firstBatch(sql: string): Promise<Batch> {
  return using({}, async (engine) => {
    for await (const batch of engine.query({ sql })) return batch;
    throw new Error("no rows");
  });
}

describe("batches", () => {
  it("copies every flat type into typed arrays", async () => {
    const { rows, columns } = await firstBatch(`SELECT 1::TINYINT AS a, 2::USMALLINT AS b, -3::INTEGER AS c,
      9223372036854775807::BIGINT AS d, 5::UBIGINT AS e, 6::HUGEINT AS f, true AS g, 1.5::FLOAT AS h, 2.5::DOUBLE AS i,
      'é"x' AS j, TIMESTAMP '1969-12-31 23:59:59.5' AS k, TIMESTAMPTZ '2020-01-01 00:00:00+08' AS l,
      DATE '1970-01-02' AS m, '1969-12-31 23:59:59.9999995'::TIMESTAMP_NS AS n, 12.34::DECIMAL(9,2) AS o`);
    expect(rows).toBe(1);
    expect(Object.fromEntries(Object.entries(columns).map(([name, { data }]) => [name, data[0]]))).toEqual({
      a: 1n,
      b: 2n,
      c: -3n,
      d: 9223372036854775807n,
      e: 5n,
      f: 6n,
      g: 1n,
      h: 1.5,
      i: 2.5,
      j: 'é"x',
      k: -500000n,
      l: 1577808000000000n,
      m: 86400000000n,
      n: -1n,
      o: 1234n,
    });
    expect(columns["o"].scale).toBe(2);
    expect(columns["d"].data).toBeInstanceOf(BigInt64Array);
    expect(columns["h"].data).toBeInstanceOf(Float64Array);
    expect(columns["a"].valid).toBeNull();
  });

  it("masks nulls, where the engine leaves garbage, in every kind of column", async () => {
    const { columns } = await firstBatch(`SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS int,
      CASE WHEN i % 3 = 0 THEN NULL ELSE i / 2.0::DOUBLE END AS real,
      CASE WHEN i % 3 = 0 THEN NULL ELSE 'v' || i END AS word,
      CASE WHEN i % 3 = 0 THEN NULL ELSE (i * 1000)::HUGEINT END AS wide FROM range(1000) t(i)`);
    for (let i = 0; i < 1000; i++) {
      const isNull = i % 3 === 0;
      for (const name of ["int", "real", "word", "wide"]) expect(columns[name].valid?.[i]).toBe(isNull ? 0 : 1);
      expect(columns["int"].data[i]).toBe(isNull ? 0n : BigInt(i));
      expect(columns["real"].data[i]).toBe(isNull ? Number.NaN : i / 2);
      expect(columns["word"].data[i]).toBe(isNull ? "" : `v${i}`);
      expect(columns["wide"].data[i]).toBe(isNull ? 0n : BigInt(i * 1000));
    }
  });

  it("streams: a batch stays valid after the next one and many batches add up", async () => {
    await using({}, async (engine) => {
      const kept: Batch[] = [];
      for await (const batch of engine.query({ sql: "SELECT i, 'row ' || i AS s FROM range(10000) t(i)" }))
        kept.push(batch);
      expect(kept.length).toBeGreaterThan(1);
      expect(kept.reduce((sum, { rows }) => sum + rows, 0)).toBe(10000);
      expect(kept[0].columns["i"].data[7]).toBe(7n);
      expect(kept.at(-1)?.columns["s"].data.at(-1)).toBe("row 9999");
    });
  });

  it("survives a reader that leaves early, and queries in parallel", async () => {
    await using({}, async (engine) => {
      for await (const batch of engine.query({ sql: "SELECT i FROM range(1000000) t(i)" })) {
        expect(batch.rows).toBeGreaterThan(0);
        break;
      }
      const sums = await Promise.all(
        [1, 2, 3].map((k) => engine.rows({ sql: `SELECT sum(i * ${k})::BIGINT AS s FROM range(1000) t(i)` })),
      );
      expect(sums.map(([row]) => row["s"])).toEqual([499500n, 999000n, 1498500n]);
    });
  });

  it("binds parameters and refuses nested types and 64-bit overflow", async () => {
    await using({}, async (engine) => {
      const rows = await engine.rows({
        sql: "SELECT $1 AS a, $2::BIGINT AS b, $3 AS c",
        params: ["'; DROP", 2n ** 62n, null],
      });
      expect(rows).toEqual([{ a: "'; DROP", b: 2n ** 62n, c: null }]);
      await expect(engine.rows({ sql: "SELECT [1, 2] AS l" })).rejects.toThrow(/column "l" has type INTEGER\[\]/);
      await expect(engine.rows({ sql: "SELECT 1::HUGEINT << 80 AS big" })).rejects.toThrow(/does not fit 64 bits/);
    });
  });
});

describe("errors", () => {
  it.each([
    ["SELECT nothing FROM range(1)", /nothing/],
    ["SELECT CAST('x' AS BIGINT)", /Could not convert string 'x'/],
    ["SELECT CAST(sum(9223372036854775807::BIGINT) AS BIGINT) FROM range(2)", /out of range/],
    ["SELECT error('hello')", /^hello$/],
  ])("input is at fault: %s", async (sql, message) => {
    await using({}, async (engine) => {
      const error = await engine.run(sql).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toMatch(/LINE 1|\n/);
    });
  });

  it("memory is an engine error that says what to do", async () => {
    await using({ memory: "64MB" }, async (engine) => {
      const error = await engine.run("SELECT list(i) FROM range(200000000) t(i)").catch((e: unknown) => e);
      expect(error).toBeInstanceOf(EngineError);
      expect((error as Error).message).toMatch(/gave up: failed to allocate.*--memory/);
    });
  });

  it("spilling stops at maxTempSize", async () => {
    await using({ memory: "64MB", maxTempSize: "1MB", threads: 1 }, async (engine) => {
      const sql =
        "SELECT count(*) FROM (SELECT i, repeat('a', 100) || i AS s FROM range(3000000) t(i) ORDER BY s DESC OFFSET 10)";
      await expect(engine.run(sql)).rejects.toThrow(EngineError);
    });
  });
});

describe("cancelling", () => {
  it("stops a running statement with the signal's reason", async () => {
    await using({}, async (engine) => {
      const abort = new AbortController();
      const reason = new Error("stop it");
      setTimeout(() => abort.abort(reason), 100);
      const started = performance.now();
      const sql = "SELECT count(*) FROM range(100000) a(i), range(1000000) b(j) WHERE i * j % 7 = 3";
      await expect(engine.run(sql, { signal: abort.signal })).rejects.toBe(reason);
      expect(performance.now() - started).toBeLessThan(20_000);
      expect(await engine.rows({ sql: "SELECT 1 AS a" })).toEqual([{ a: 1n }]);
      await expect(engine.run("SELECT 1", { signal: abort.signal })).rejects.toBe(reason);
    });
  });
});

describe("openEngine", () => {
  it("opens DuckDB by default and says its version", async () => {
    const engine = await openEngine();
    expect(engine.name).toBe("duckdb");
    expect(engine.version).toMatch(/^v?\d+\.\d+/);
    await engine.close();
  });

  it.each(["spark://127.0.0.1:9", "trino+https://127.0.0.1:9"])("never falls back from %s", async (url) => {
    const error = await openEngine(url).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toMatch(/^(Spark|Trino) at 127\.0\.0\.1:9 cannot be reached: /);
  });

  it("refuses unknown names and malformed limits", async () => {
    await expect(openEngine("postgres://x")).rejects.toThrow(InputError);
    await expect(openEngine("duckdb", { memory: "lots" })).rejects.toThrow(
      'memory must look like 512MB or 1GB, got "lots"',
    );
    await expect(openEngine("duckdb", { threads: 0 })).rejects.toThrow(/threads must be a whole number/);
  });
});
