import { isoUtc, parseInstant } from "../../src/core/index.js";

/** A time of a result as an instant in UTC, as the report model wants it. */
export function instantOf(text: string): string {
  return isoUtc(parseInstant(text));
}
