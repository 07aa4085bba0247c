export * from "./dialect.js";
export * from "./duckdb.js";
export * from "./engine.js";
export * from "./open-engine.js";
