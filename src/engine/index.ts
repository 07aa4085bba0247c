export * from "./collect-rows.js";
export type { Dialect } from "./dialect.js";
export * from "./duckdb.js";
export * from "./duckdb-dialect.js";
export * from "./engine.js";
export * from "./open-engine.js";
export * from "./spark/spark-dialect.js";
export * from "./trino/trino-dialect.js";
