import { EngineError, FleetlensError, InputError } from "../../core/errors.js";

/** Classes of SQLSTATE that the data or the names in a statement cause; the rest is the engine's own trouble. */
const INPUT = /^(07|0A|21|22|23|42|44|54|KD|P0)/;
/** Hostile input can put megabytes into a message. */
const MOST = 400;

/** What a failed call of the driver holds. */
interface SparkFailure {
  message?: string;
  /** The answer to the question for an operation's state. */
  response?: { sqlState?: string | null; errorMessage?: string | null };
}

/** Spark's own words: `[CONDITION] text SQLSTATE: 22003`, without the names of its classes and where in them it was. */
function sentence(message: string): string {
  const said = /\[[A-Z][A-Z0-9_.]*\] (?![a-z]+\.[a-z]+\.)([\s\S]*?)(?:\s*;?\s*SQLSTATE: |\n\s*at |\n'|$)/.exec(
    message,
  )?.[1];
  return (said ?? message.split("\n")[0]).replaceAll(/\s+/g, " ").trim().slice(0, MOST);
}

/**
 * The typed error of a failed statement: InputError where the input is at fault, EngineError otherwise.
 *
 * @param interrupted the abort signal's reason, when it is what stopped the statement
 */
export function sparkError(error: unknown, interrupted?: unknown): unknown {
  if (interrupted !== undefined) return interrupted;
  if (error instanceof FleetlensError) return error;
  const { message = String(error), response } = error as SparkFailure;
  const engineMessage = response?.errorMessage || message;
  const state = response?.sqlState || /SQLSTATE: ([0-9A-Z]{5})/.exec(engineMessage)?.[1] || "";
  const details = { engine: "spark", sqlState: state, engineMessage: engineMessage.slice(0, 10 * MOST) };
  if (INPUT.test(state)) return new InputError(sentence(engineMessage), details, { cause: error });
  return new EngineError(`Spark gave up: ${sentence(engineMessage)}`, details, { cause: error });
}
