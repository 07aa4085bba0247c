import type { Engine } from "../../engine/engine.js";

export const mostDouble = Number.MAX_VALUE;

/**
 * A finite number as a DOUBLE of SQL. Its shortest decimal text names no other double, and an exponent makes it one on
 * every engine; without it, it would be a DECIMAL.
 */
export function doubleLiteral(x: number): string {
  return x.toExponential();
}

/** Trino's constructor takes at most so many. */
const ARRAY_ITEMS = 200;

/** An array of DOUBLE. */
export function doubleArraySql(engine: Engine["name"], values: Float64Array): string {
  const items = Array.from(values, doubleLiteral);
  if (engine === "duckdb") return `[${items.join(", ")}]`;
  if (engine === "spark") return `array(${items.join(", ")})`;
  const parts: string[] = [];
  for (let from = 0; from < items.length; from += ARRAY_ITEMS) {
    parts.push(`ARRAY[${items.slice(from, from + ARRAY_ITEMS).join(", ")}]`);
  }
  return parts.join(" || ");
}

/** The item of an array at a place from 1 on. */
export function itemSql(engine: Engine["name"], array: string, place: string): string {
  return engine === "duckdb" ? `list_extract(${array}, ${place})` : `element_at(${array}, ${place})`;
}
