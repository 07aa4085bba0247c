import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * DuckDB's client, loaded when first asked for. By `require`: for an `import` Node first parses all 70 CommonJS files of
 * the package for the names that they export, which takes as long as loading them.
 */
export function duckDbApi(): typeof import("@duckdb/node-api") {
  return require("@duckdb/node-api");
}
