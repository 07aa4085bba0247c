import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FleetlensError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { safetySettings } from "../../../src/engine/duckdb-settings.js";
import { type DuckDbEngine, openDuckDb } from "../../../src/engine/index.js";

let dir: string;
let inside: string;
let outside: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  [inside, outside] = [join(dir, "inside"), join(dir, "outside")];
  await mkdir(inside);
  await mkdir(outside);
  await using({ allowedDirectories: [inside, outside] }, async (engine) => {
    await engine.run(`COPY (SELECT 42 AS a) TO ${literal(join(inside, "it's;odd.parquet"))}`);
    await engine.run(`COPY (SELECT 43 AS a) TO ${literal(join(outside, "secret.parquet"))}`);
  });
  await symlink(join(outside, "secret.parquet"), join(inside, "link.parquet"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const literal = (path: string) => `'${path.replaceAll("'", "''")}'`;

async function using<T>(options: Parameters<typeof openDuckDb>[0], work: (engine: DuckDbEngine) => Promise<T>) {
  const engine = await openDuckDb(options);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

describe("on open", () => {
  it("sets the limits first, then what may be touched, then closes the way out and the way back", () => {
    const options = {
      threads: 2,
      memory: "64MB",
      maxTempSize: "1MB",
      tempDirectory: "/t",
      allowedDirectories: ["/a'b"],
    };
    expect(safetySettings({ ...options, allowedFiles: ["/f"] })).toEqual([
      "SET threads = 2",
      "SET memory_limit = '64MB'",
      "SET temp_directory = '/t'",
      "SET max_temp_directory_size = '1MB'",
      "SET autoinstall_known_extensions = false",
      "SET autoload_known_extensions = false",
      "SET GLOBAL TimeZone = 'UTC'",
      "SET allowed_directories = ['/a''b']",
      "SET allowed_paths = ['/f']",
      "SET enable_external_access = false",
      "SET lock_configuration = true",
    ]);
  });

  it("loads httpfs only when remote paths are allowed, and locks the configuration all the same", () => {
    const settings = safetySettings({ tempDirectory: "/t", allowRemote: true });
    expect(settings.filter((sql) => /httpfs|external|lock/.test(sql))).toEqual([
      "INSTALL httpfs",
      "LOAD httpfs",
      "SET lock_configuration = true",
    ]);
  });

  it("has what was set", async () => {
    const wanted = {
      threads: "2",
      memory_limit: "61.0 MiB",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      enable_external_access: "false",
      lock_configuration: "true",
      TimeZone: "UTC",
    };
    await using({ threads: 2, memory: "64MB" }, async (engine) => {
      for (const [name, value] of Object.entries(wanted)) {
        const sql = `SELECT CAST(current_setting('${name}') AS VARCHAR) AS v`;
        expect(await engine.rows({ sql }), name).toEqual([{ v: value }]);
      }
    });
  });
});

describe("what may be touched", () => {
  it("reads inside, with a quote and a semicolon in the name", async () => {
    await using({ allowedDirectories: [inside] }, async (engine) => {
      const relation = engine.dialect.table(join(inside, "it's;odd.parquet"));
      expect(await engine.rows({ sql: `SELECT a FROM ${relation}` })).toEqual([{ a: 42n }]);
    });
  });

  it.each<[string, () => string]>([
    ["reading outside", () => `FROM ${literal(join(outside, "secret.parquet"))}`],
    ["reading by ..", () => `FROM ${literal(`${inside}/../outside/secret.parquet`)}`],
    ["reading by a symlink inside", () => `FROM ${literal(join(inside, "link.parquet"))}`],
    ["http", () => "FROM 'http://127.0.0.1:9/x.parquet'"],
    ["s3", () => "FROM 's3://bucket/x.parquet'"],
    ["CSV of the machine", () => "SELECT * FROM read_csv('/etc/passwd')"],
    ["texts of the machine", () => "SELECT * FROM read_text('/etc/passwd')"],
    ["listing the machine's files", () => "SELECT * FROM glob('/etc/*')"],
    ["COPY out", () => `COPY (SELECT 1) TO ${literal(join(outside, "new.parquet"))}`],
    ["ATTACH", () => `ATTACH ${literal(join(outside, "db"))}`],
    ["installing an extension", () => "INSTALL httpfs"],
    ["loading an extension", () => "LOAD httpfs"],
    ["opening the way out again", () => "SET enable_external_access = true"],
    ["opening it by PRAGMA", () => "PRAGMA enable_external_access"],
    ["more memory", () => "SET memory_limit = '8GB'"],
    ["more directories", () => "SET allowed_directories = ['/']"],
    ["more threads", () => "SET threads = 64"],
    ["another spill folder", () => "SET temp_directory = '/tmp'"],
    ["extensions by themselves", () => "SET autoload_known_extensions = true"],
    ["another zone", () => "RESET ALL"],
    ["unlocking", () => "SET lock_configuration = false"],
  ])("refuses %s", async (_what, sql) => {
    await using({ allowedDirectories: [inside] }, async (engine) => {
      await expect(engine.run(sql())).rejects.toThrow(FleetlensError);
    });
    expect(await readdir(outside)).toEqual(["secret.parquet"]);
  });

  it("writes inside an allowed directory, so inputs are named one by one", async () => {
    await using({ allowedDirectories: [inside] }, async (engine) => {
      await engine.run(`COPY (SELECT 1) TO ${literal(join(inside, "written.csv"))}`);
    });
    expect(existsSync(join(inside, "written.csv"))).toBe(true);
  });

  it("with single files allowed, their neighbours stay closed and the directory cannot be written", async () => {
    const file = join(dir, "only.csv");
    await writeFile(file, "a\n1\n");
    await writeFile(join(dir, "neighbour.csv"), "a\n2\n");
    await using({ allowedFiles: [file] }, async (engine) => {
      expect(await engine.rows({ sql: `SELECT a FROM read_csv(${literal(file)})` })).toEqual([{ a: 1n }]);
      await expect(engine.run(`FROM read_csv(${literal(join(dir, "neighbour.csv"))})`)).rejects.toThrow(/disabled/);
      await expect(engine.run(`COPY (SELECT 1) TO ${literal(join(dir, "new.csv"))}`)).rejects.toThrow(/disabled/);
    });
    expect(existsSync(join(dir, "new.csv"))).toBe(false);
  });

  it("removes its scratch folder on close", async () => {
    const engine = await openDuckDb({ tempDirectory: join(dir, "new", "temp") });
    expect(existsSync(engine.scratch)).toBe(true);
    await engine.close();
    expect(await readdir(join(dir, "new", "temp"))).toEqual([]);
  });
});

describe("damaged and forged Parquet", () => {
  /** A small file of several kinds of columns, and a relation that reads one like it. */
  async function sample(engine: DuckDbEngine, path: string): Promise<Buffer> {
    await engine.run(
      `COPY (SELECT i AS a, 'v' || i % 5 AS b, i / 3::DOUBLE AS c FROM range(200) r(i)) TO ${literal(path)} (FORMAT parquet)`,
    );
    return readFile(path);
  }

  const outcome = (engine: DuckDbEngine, path: string, columns = "sum(a), max(b), sum(c)") =>
    engine.rows({ sql: `SELECT ${columns} FROM ${engine.dialect.table(path)}` }).then(
      () => "read",
      (error: unknown) => error,
    );

  it("ends in a typed error, wherever bytes are wrong or missing", async () => {
    await using({ allowedDirectories: [dir], memory: "128MB", threads: 1 }, async (engine) => {
      const good = await sample(engine, join(dir, "good.parquet"));
      const random = createRandom(20_261_128);
      let failed = 0;
      for (let i = 0; i < 300; i++) {
        const bytes = i % 10 === 0 ? good.subarray(0, random.int(good.length)) : Buffer.from(good);
        for (let k = 0; k <= i % 3; k++) if (bytes.length > 0) bytes[random.int(bytes.length)] = random.int(256);
        const path = join(dir, "bad.parquet");
        await writeFile(path, bytes);
        const result = await outcome(engine, path);
        if (result === "read") continue;
        failed++;
        expect(result, `mutation ${i}`).toBeInstanceOf(FleetlensError);
        expect((result as Error).message.length).toBeLessThan(1000);
      }
      expect(failed).toBeGreaterThan(100);
    });
  }, 60_000);

  it("allocates nothing for a page that claims two gigabytes", async () => {
    await using({ allowedDirectories: [dir], memory: "128MB", threads: 1 }, async (engine) => {
      const good = await sample(engine, join(dir, "claims.parquet"));
      // A page header starts after PAR1 with the page's kind and, after another 0x15, its size: a number of seven bits a byte.
      expect([good[4], good[6]]).toEqual([0x15, 0x15]);
      let end = 7;
      while (good[end] >= 0x80) end++;
      const claim = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f]);
      const path = join(dir, "claim.parquet");
      await writeFile(path, Buffer.concat([good.subarray(0, 7), claim, good.subarray(end + 1)]));
      const before = process.memoryUsage().rss;
      expect(await outcome(engine, path, "sum(a)")).toBeInstanceOf(FleetlensError);
      expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20);
    });
  });
});
