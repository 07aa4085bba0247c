import { availableParallelism } from "node:os";
import { InputError } from "../core/errors.js";
import { duckDbDialect } from "./duckdb-dialect.js";
import { DEFAULT_ENGINE_OPTIONS, type EngineOptions } from "./engine.js";

const SIZE = /^\s*\d+(\.\d+)?\s*([KMGT]i?B)\s*$/i;

function size(text: string, what: string): string {
  if (!SIZE.test(text)) throw new InputError(`${what} must look like 512MB or 1GB, got "${text}"`, { value: text });
  return text.trim();
}

/**
 * The statements that bound a fresh DuckDB, in the order that matters: limits, no extensions, what may be touched, then
 * no way to the rest of the machine, then no way back.
 */
export function safetySettings(options: EngineOptions & { tempDirectory: string }): string[] {
  const { literal } = duckDbDialect;
  const threads = options.threads ?? Math.min(DEFAULT_ENGINE_OPTIONS.maxThreads, availableParallelism());
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new InputError(`threads must be a whole number from 1 to 1024, got ${threads}`, { threads });
  }
  const list = (paths: readonly string[] = []) => `[${paths.map(literal).join(", ")}]`;
  return [
    `SET threads = ${threads}`,
    `SET memory_limit = ${literal(size(options.memory ?? DEFAULT_ENGINE_OPTIONS.memory, "memory"))}`,
    `SET temp_directory = ${literal(options.tempDirectory)}`,
    `SET max_temp_directory_size = ${literal(size(options.maxTempSize ?? DEFAULT_ENGINE_OPTIONS.maxTempSize, "maxTempSize"))}`,
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    // Zoned times become UTC whatever the machine's zone.
    "SET GLOBAL TimeZone = 'UTC'",
    ...(options.allowRemote
      ? ["INSTALL httpfs", "LOAD httpfs"]
      : [
          `SET allowed_directories = ${list(options.allowedDirectories)}`,
          `SET allowed_paths = ${list(options.allowedFiles)}`,
          "SET enable_external_access = false",
        ]),
    "SET lock_configuration = true",
  ];
}
