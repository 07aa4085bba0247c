import { InputError } from "../core/errors.js";
import { openDuckDb } from "./duckdb.js";
import type { Engine, EngineOptions } from "./engine.js";

/**
 * Opens an engine by its URL; the default is DuckDB in this process.
 *
 * @param url `duckdb`, `spark://host:port[/database]` or `trino+https://host:port/catalog/schema`
 * @param options bounds of DuckDB; a server has its own
 * @throws EngineError for an engine that cannot be reached (never a silent fall-back), InputError for an unknown name
 */
export async function openEngine(url = "duckdb", options: EngineOptions = {}): Promise<Engine> {
  if (url === "duckdb") return openDuckDb(options);
  if (url.startsWith("spark://")) return (await import("./spark/spark.js")).openSpark(url);
  if (/^trino\+https?:\/\//.test(url)) return (await import("./trino/trino.js")).openTrino(url);
  throw new InputError(
    `unknown engine "${url.split("@").at(-1)}": use duckdb, spark://host:port or trino+https://host`,
  );
}
