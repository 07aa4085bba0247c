import { EngineError, FleetlensError, InputError } from "../core/errors.js";

/** Kinds of DuckDB errors that the data or the statement's names cause, by the start of the message. */
const INPUT =
  /^(Binder|Catalog|Conversion|Out of Range|Invalid Input|Invalid type|Invalid|Mismatch Type|Constraint|IO|Serialization|Not implemented|Parser|Value) Error/i;
/** What looks like bad input by its kind but is a limit or a fault of the machine. */
const MACHINE =
  /Out of Memory|failed to (allocate|offload|pin)|max_temp_directory_size|No space left|Could not (write|create|truncate)|Too many open files|bad_alloc|Allocation failure|INTERNAL/i;

/** What broken Parquet files make DuckDB say. */
const DAMAGED =
  /TProtocolException|TTransport|don't know what type|invalid TType|Out of buffer|decompression fail|magic bytes|Footer length|read enough bytes|too small to be a|corrupt|Variable-length int|bigger than allowed/i;

/** Hostile input can put megabytes into a message. */
const MOST = 400;

/** The first sentence of DuckDB's message: no SQL excerpt, no advice about its settings. */
function firstPart(message: string): string {
  return message
    .split(/\n\s*\n|\nLINE \d+:|\nCandidate|\nPossible|\nThis is usually/)[0]
    .replace(/^[A-Z][A-Za-z ]*? Error: /, "")
    .replaceAll(/\s*\n\s*/g, " ")
    .trim()
    .slice(0, MOST);
}

/**
 * The typed error of a failed DuckDB statement: InputError where the input is at fault, EngineError otherwise.
 *
 * @param interrupted the abort signal's reason, when it is what stopped the statement
 */
export function duckDbError(error: unknown, interrupted?: unknown): unknown {
  if (interrupted !== undefined) return interrupted;
  if (error instanceof FleetlensError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const details = { engine: "duckdb", engineMessage: message };
  if (MACHINE.test(message)) {
    const advice = /memory|bad_alloc|allocat/i.test(message) ? "; raise --memory or lower --threads" : "";
    return new EngineError(`DuckDB gave up: ${firstPart(message)}${advice}`, details, { cause: error });
  }
  if (DAMAGED.test(message)) {
    return new InputError(`the file is damaged or cut short (${firstPart(message)})`, details, { cause: error });
  }
  if (INPUT.test(message)) return new InputError(firstPart(message), details, { cause: error });
  return new EngineError(`DuckDB: ${firstPart(message)}`, details, { cause: error });
}
