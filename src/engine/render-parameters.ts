import { InputError } from "../core/errors.js";
import type { Dialect } from "./dialect.js";
import type { Cell, SqlQuery } from "./engine.js";

/** Quoted texts and names and comments, in which `$1` means nothing, or a parameter. */
const TOKENS = Object.freeze({
  spark: /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)/g,
  trino: /'[^']*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)/g,
});

function render(value: Cell, { literal }: Dialect): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return literal(value);
  if (typeof value === "boolean") return String(value);
  // From its text, which is exact: a bare number could be read as a DECIMAL or beyond the range of its type.
  return `CAST(${literal(String(value))} AS ${typeof value === "bigint" ? "BIGINT" : "DOUBLE"})`;
}

/**
 * The text of a statement with its parameters in place of `$1`, `$2`, …, for engines whose protocol binds none. Texts
 * are rendered by the dialect's `literal` alone.
 *
 * @throws InputError for a parameter without a value
 */
export function renderParameters(
  { sql, params = [] }: SqlQuery,
  engine: keyof typeof TOKENS,
  dialect: Dialect,
): string {
  return sql.replace(TOKENS[engine], (token, number?: string) => {
    if (number === undefined) return token;
    const value = params[Number(number) - 1];
    if (value === undefined)
      throw new InputError(`the statement's parameter ${token} has no value`, { parameter: token });
    return render(value, dialect);
  });
}
