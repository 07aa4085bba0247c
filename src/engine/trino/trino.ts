import type { Engine } from "../engine.js";
import { renderParameters } from "../render-parameters.js";
import { trinoAccess } from "./trino-access.js";
import { trinoDialect } from "./trino-dialect.js";
import { runStatement } from "./trino-statement.js";

const CONNECT_MS = 10_000;

/**
 * Opens a session of a Trino coordinator. It reads the tables of its catalogs.
 *
 * @param url `trino+https://host:port[/catalog[/schema]]`; credentials come from the environment (`FLEETLENS_TRINO_*`)
 * @throws EngineError when the coordinator cannot be reached or refuses the login; InputError for a URL that makes no sense
 */
export async function openTrino(url: string): Promise<Engine> {
  const access = trinoAccess(url, process.env);
  let version = "";
  for await (const { columns } of runStatement(access, "SELECT version()", { firstMs: CONNECT_MS })) {
    version = String(Object.values(columns)[0].data[0]);
  }
  return {
    name: "trino",
    dialect: trinoDialect,
    version,
    query: (q, { signal } = {}) => runStatement(access, renderParameters(q, "trino", trinoDialect), { signal }),
    // A session is the headers of each request.
    close: async () => {},
  };
}
