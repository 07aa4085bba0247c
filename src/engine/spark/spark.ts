import { EngineError } from "../../core/errors.js";
import type { Engine, SqlQuery } from "../engine.js";
import { type EngineAddress, engineAddress } from "../engine-url.js";
import { renderParameters } from "../render-parameters.js";
import { SPARK_VARIABLES, type SparkAccess, sparkAccess } from "./spark-access.js";
import { type SparkColumn, type SparkColumnType, sparkBatch } from "./spark-columns.js";
import { connectSpark, type SparkConnection } from "./spark-connection.js";
import { sparkDialect } from "./spark-dialect.js";
import { sparkError } from "./spark-errors.js";

/** What makes Spark count as DuckDB does, and read a statement as it is written. */
const SETTINGS: readonly (readonly [string, string])[] = Object.freeze([
  ["spark.sql.session.timeZone", "UTC"],
  // What does not fit fails instead of wrapping around or becoming null.
  ["spark.sql.ansi.enabled", "true"],
  ["spark.sql.ansi.doubleQuotedIdentifiers", "false"],
  ["spark.sql.caseSensitive", "true"],
  // `${…}` in a name or a text means itself.
  ["spark.sql.variable.substitute", "false"],
  ["spark.sql.parser.escapedStringLiterals", "false"],
  // Years before 1583 are those of the file.
  ["spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED"],
  ["spark.sql.parquet.int96RebaseModeInRead", "CORRECTED"],
  // The server hands out partition by partition instead of gathering the result first.
  ["spark.sql.thriftServer.incrementalCollect", "true"],
]);

/** Rows asked for at a time: what was received in parts is parsed again with each part, so larger answers cost more. */
const FETCH_ROWS = 4096;
/** The first session of a server loads its catalog. */
const SESSION_MS = 60_000;
const FAREWELL_MS = 5000;

type Session = Awaited<ReturnType<SparkConnection["client"]["openSession"]>>;
type Operation = Awaited<ReturnType<Session["executeStatement"]>>;

function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new EngineError(`${what} within ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** `work`, unless the signal comes first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  // Through the race, so that a failure of `work` has a listener.
  if (signal.aborted) return Promise.race([Promise.reject(signal.reason), work]);
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", stop));
}

/** Waits for a statement's end; the server answers when it is there, or after some seconds. */
async function finished(operation: Operation, { ask, protocol }: SparkConnection): Promise<void> {
  for (;;) {
    const response = await ask(operation.status(false));
    if (response.operationState === protocol.finished) return;
    if (!protocol.running.includes(response.operationState ?? -1)) throw { response };
  }
}

/** By a connection of its own: the first one is busy until the statement has an answer. */
async function cancel(operation: Operation, address: EngineAddress, access: SparkAccess): Promise<void> {
  const connection = await connectSpark(address, access);
  try {
    const { operationHandle } = operation as unknown as { operationHandle: never };
    await connection.ask(connection.driver.cancelOperation({ operationHandle }));
    await connection.ask(connection.driver.closeOperation({ operationHandle }));
  } finally {
    connection.close();
  }
}

/**
 * Opens a session of a Spark Thrift server. It reads what the server can read: paths are the server's.
 *
 * @param url `spark://host:port[/database]`; credentials come from the environment (`FLEETLENS_SPARK_*`)
 * @throws EngineError when the server cannot be reached or the package `hive-driver` is not installed; InputError for a
 *   URL or a variable that makes no sense
 */
export async function openSpark(url: string): Promise<Engine> {
  const address = engineAddress(url, 10_000, SPARK_VARIABLES);
  const access = await sparkAccess(address, process.env);
  const connection = await connectSpark(address, access);
  const { ask, client, protocol } = connection;
  let session: Session | undefined;

  async function* query({ sql }: SqlQuery, signal?: AbortSignal) {
    signal?.throwIfAborted();
    if (!session) throw new EngineError("the engine is closed");
    const operation = await ask(session.executeStatement(sql, { runAsync: true })).catch((error: unknown) => {
      throw sparkError(error);
    });
    let cancelled: Promise<unknown> = Promise.resolve();
    const stop = () => {
      cancelled = within(FAREWELL_MS, cancel(operation, address, access), "no answer").catch(() => {});
    };
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await unlessAborted(finished(operation, connection), signal);
      operation.setMaxRows(FETCH_ROWS);
      do {
        // 0 = the next rows
        await unlessAborted(ask(operation.fetch(0)), signal);
        const declared = (operation.getSchema()?.columns ?? []) as unknown as SparkColumnType[];
        for (const { columns } of operation.getData() as unknown as { columns: SparkColumn[] }[]) {
          const batch = sparkBatch(declared, columns);
          if (batch.rows > 0) yield batch;
        }
        operation.flush();
      } while (operation.hasMoreRows());
    } catch (error) {
      throw sparkError(error, signal?.aborted ? signal.reason : undefined);
    } finally {
      signal?.removeEventListener("abort", stop);
      await cancelled;
      await within(FAREWELL_MS, ask(operation.close()), "no answer").catch(() => {});
    }
  }

  async function firstText(sql: string): Promise<string> {
    for await (const { columns } of query({ sql })) return String(Object.values(columns)[0].data[0]);
    return "";
  }

  async function close(): Promise<void> {
    if (session) await within(FAREWELL_MS, ask(session.close()), "no answer").catch(() => {});
    session = undefined;
    connection.close();
  }

  try {
    const opened = ask(client.openSession({ client_protocol: protocol.version }));
    session = await within(SESSION_MS, opened, `Spark at ${address.name} opened no session`);
    for (const [name, value] of SETTINGS) await firstText(`SET ${name}=${value}`);
    if (address.path.length > 0) await firstText(`USE ${address.path.map(sparkDialect.ident).join(".")}`);
    const version = (await firstText("SELECT version()")).split(" ")[0];
    return {
      name: "spark",
      dialect: sparkDialect,
      version,
      query: (q, { signal } = {}) => query({ sql: renderParameters(q, "spark", sparkDialect) }, signal),
      close,
    };
  } catch (error) {
    await close();
    throw sparkError(error);
  }
}
