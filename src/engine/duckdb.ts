import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBAppender, DuckDBConnection, DuckDBInstance, DuckDBResult } from "@duckdb/node-api";
import { EngineError } from "../core/errors.js";
import { collectRows, type Row } from "./collect-rows.js";
import { duckDbApi } from "./duckdb-api.js";
import { duckDbDialect } from "./duckdb-dialect.js";
import { duckDbError } from "./duckdb-errors.js";
import { safetySettings } from "./duckdb-settings.js";
import { copyColumn } from "./duckdb-vectors.js";
import type { Batch, Engine, EngineOptions, SqlQuery } from "./engine.js";
import { type FillTarget, fillColumn } from "./fill-columns.js";

/** DuckDB in this process, with what reading and writing files needs beyond {@link Engine}. */
export interface DuckDbEngine extends Engine {
  readonly name: "duckdb";
  /** Folder that is removed on close; files in it may be read by statements. */
  readonly scratch: string;
  /** Runs a statement for its effect. */
  run(sql: string, options?: { signal?: AbortSignal }): Promise<void>;
  /** All rows of a small result, nulls as null and whole numbers as bigint. */
  rows(query: SqlQuery, options?: { signal?: AbortSignal }): Promise<Row[]>;
  /**
   * Runs a query of DOUBLE and VARCHAR columns straight into a target for each, without an array for each block between.
   *
   * @returns rows; the targets hold so many
   */
  fill(query: SqlQuery, targets: readonly FillTarget[], options?: { signal?: AbortSignal }): Promise<number>;
  /**
   * {@link fill} for a result of any size: the targets, of {@link CHUNK_ROWS} rows, hold a few rows at a time, from the first on.
   *
   * @returns how many rows they hold, again and again
   */
  fillChunks(
    query: SqlQuery,
    targets: readonly FillTarget[],
    options?: { signal?: AbortSignal },
  ): AsyncGenerator<number>;
  /** Appends to a table within `work`; the rows are there when it resolves. */
  append(table: string, work: (appender: DuckDBAppender) => Promise<void> | void): Promise<void>;
}

/** Most rows that the engine hands out at a time. */
export const CHUNK_ROWS = 2048;

async function* batches(result: DuckDBResult, signal: AbortSignal | undefined): AsyncGenerator<Batch> {
  const names = result.deduplicatedColumnNames();
  const types = result.columnTypes();
  for (;;) {
    signal?.throwIfAborted();
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    const rows = chunk.rowCount;
    const columns: Batch["columns"] = {};
    for (let i = 0; i < names.length; i++) {
      columns[names[i]] = copyColumn(chunk.getColumnVector(i), types[i], rows, names[i]);
    }
    yield { rows, columns };
  }
}

/** Fills the targets with the rows of a result, and yields how many they are once all are there. */
async function* filled(
  result: DuckDBResult,
  targets: readonly FillTarget[],
  signal: AbortSignal | undefined,
): AsyncGenerator<number> {
  for (let done = 0; ; ) {
    signal?.throwIfAborted();
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return yield done;
    const rows = chunk.rowCount;
    for (const [i, target] of targets.entries()) fillColumn(target, chunk.getColumnVector(i), rows, done);
    done += rows;
  }
}

/** Fills the targets from their first row on with a chunk of the result, and yields how many rows it had. */
async function* refilled(
  result: DuckDBResult,
  targets: readonly FillTarget[],
  signal: AbortSignal | undefined,
): AsyncGenerator<number> {
  for (;;) {
    signal?.throwIfAborted();
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    for (const [i, target] of targets.entries()) fillColumn(target, chunk.getColumnVector(i), chunk.rowCount, 0);
    yield chunk.rowCount;
  }
}

/** A fresh folder for spilled data and links, symlinks resolved as DuckDB compares real paths. */
async function scratchFolder(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    return await realpath(await mkdtemp(join(parent, "fleetlens-")));
  } catch (error) {
    throw new EngineError(`cannot make a temporary folder: ${(error as Error).message}`, {}, { cause: error });
  }
}

async function start(options: EngineOptions, scratch: string): Promise<DuckDBInstance> {
  const { DuckDBInstance } = duckDbApi();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const allowedDirectories = [...(options.allowedDirectories ?? []), scratch];
    const settings = safetySettings({ ...options, tempDirectory: join(scratch, "spill"), allowedDirectories });
    // In one go, unless one of them may have to be explained: each by itself takes as long as a small query.
    for (const sql of options.allowRemote ? settings : [settings.join("; ")]) {
      await connection.run(sql).catch((error: unknown) => {
        if (!/httpfs/.test(sql)) throw error;
        throw new EngineError(
          "remote paths need DuckDB's httpfs extension, which is downloaded on first use, and that failed; fetch the file first and name the copy",
          {},
          { cause: error },
        );
      });
    }
  } catch (error) {
    instance.closeSync();
    throw duckDbError(error);
  } finally {
    connection.closeSync();
  }
  return instance;
}

/**
 * Opens a DuckDB of our own in memory that can touch nothing but the given files and directories.
 *
 * @throws EngineError when it does not start, InputError when an option is malformed
 */
export async function openDuckDb(options: EngineOptions = {}): Promise<DuckDbEngine> {
  const { version } = duckDbApi();
  const scratch = await scratchFolder(options.tempDirectory ?? tmpdir());
  const instance = await start(options, scratch).catch(async (error: unknown) => {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  });

  /** One connection per statement: streams do not disturb each other, and an interrupt stops only its own. */
  async function* on<T>(
    signal: AbortSignal | undefined,
    work: (connection: DuckDBConnection) => AsyncGenerator<T>,
  ): AsyncGenerator<T> {
    signal?.throwIfAborted();
    const connection = await instance.connect();
    const stop = () => connection.interrupt();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      yield* work(connection);
    } catch (error) {
      throw duckDbError(error, signal?.aborted ? signal.reason : undefined);
    } finally {
      signal?.removeEventListener("abort", stop);
      connection.closeSync();
    }
  }

  const engine: DuckDbEngine = {
    name: "duckdb",
    dialect: duckDbDialect,
    version: version(),
    scratch,
    query: ({ sql, params }, { signal } = {}) =>
      on(signal, async function* (connection) {
        yield* batches(await connection.stream(sql, params ? [...params] : undefined), signal);
      }),
    async run(sql, o) {
      for await (const _ of engine.query({ sql }, o)) {
        // A statement run for its effect has at most a count to tell.
      }
    },
    rows: (query, o) => collectRows(engine, query, o),
    async fill({ sql, params }, targets, { signal } = {}) {
      const rows = on(signal, async function* (connection) {
        yield* filled(await connection.stream(sql, params ? [...params] : undefined), targets, signal);
      });
      for await (const count of rows) return count;
      return 0;
    },
    fillChunks: ({ sql, params }, targets, { signal } = {}) =>
      on(signal, async function* (connection) {
        yield* refilled(await connection.stream(sql, params ? [...params] : undefined), targets, signal);
      }),
    async append(table, work) {
      const connection = await instance.connect();
      try {
        const appender = await connection.createAppender(table);
        await work(appender);
        appender.closeSync();
      } catch (error) {
        throw duckDbError(error);
      } finally {
        connection.closeSync();
      }
    },
    async close() {
      instance.closeSync();
      await rm(scratch, { recursive: true, force: true });
    },
  };
  return engine;
}
