import { EngineError, InputError } from "../core/errors.js";
import { openDuckDb } from "./duckdb.js";
import type { Engine, EngineOptions } from "./engine.js";

/**
 * Opens an engine by its URL; the default is DuckDB in this process.
 *
 * @param url `duckdb`; `spark://host:port` and `trino+https://…` are known names that this version cannot reach
 * @throws EngineError for an engine that cannot be reached (never a silent fall-back), InputError for an unknown name
 */
export async function openEngine(url = "duckdb", options: EngineOptions = {}): Promise<Engine> {
  if (url === "duckdb") return openDuckDb(options);
  const scheme = /^(spark|trino\+https?|trino):\/\//.exec(url)?.[1];
  if (scheme) {
    throw new EngineError(
      `the ${scheme.split("+")[0]} engine of "${url}" cannot be reached: this version of fleetlens has only DuckDB built in; leave --engine out or use --engine duckdb`,
      { engine: url },
    );
  }
  throw new InputError(`unknown engine "${url}": use duckdb, spark://host:port or trino+https://host`, { engine: url });
}
