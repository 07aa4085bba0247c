/** Nesting that no honest report reaches; deeper input is refused before it can exhaust the stack. */
const MAX_DEPTH = 200;

/** A place in a document that JSON cannot hold, and why. */
export interface JsonFault {
  path: (string | number)[];
  got: string;
}

/**
 * The first value below `value` that JSON cannot hold: NaN, an infinity, undefined, a function, a bigint, a symbol, an
 * object that is not plain, or nesting deeper than 200. Null when there is none. Undefined properties are allowed, as
 * JSON leaves them out.
 */
export function findJsonFault(value: unknown, depth = 0): JsonFault | null {
  if (value === null || typeof value === "string" || typeof value === "boolean") return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : { path: [], got: String(value) };
  if (typeof value !== "object") return { path: [], got: typeof value };
  if (depth > MAX_DEPTH) return { path: [], got: `more than ${MAX_DEPTH} levels` };
  const isArray = Array.isArray(value);
  if (!isArray) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      return { path: [], got: `a ${value.constructor?.name ?? "class"} object` };
    }
  }
  for (const [key, child] of isArray ? value.entries() : Object.entries(value)) {
    if (child === undefined && !isArray) continue;
    const fault = findJsonFault(child, depth + 1);
    if (fault) return { path: [key, ...fault.path], got: fault.got };
  }
  return null;
}
