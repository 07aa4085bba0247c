import { InputError } from "../../core/errors.js";

/** Typed arrays that are told apart, by the key that stands for them. Their bytes are those of x86 and ARM: little-endian. */
const ARRAYS = Object.freeze({ $f64: Float64Array, $i32: Int32Array, $u8: Uint8Array });

/**
 * Plain data as JSON text that {@link parseExactJson} gives back exactly: also typed arrays, maps, bigints, NaN, ±Infinity
 * and −0. Each of these is an object with one key that begins with `$`.
 *
 * @example
 * exactJson({ y: Float64Array.of(1, NaN), n: 3n }) // {"y":{"$f64":"AAAAAAAA8D8AAAAAAAD4fw=="},"n":{"$bigint":"3"}}
 */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => tagged(one));
}

function tagged(one: unknown): unknown {
  if (typeof one === "bigint") return { $bigint: String(one) };
  if (typeof one === "number") return Number.isFinite(one) && !Object.is(one, -0) ? one : { $number: numberText(one) };
  if (typeof one !== "object" || one === null || Array.isArray(one)) return one;
  if (one instanceof Map) return { $map: [...one] };
  for (const [key, array] of Object.entries(ARRAYS)) {
    if (one instanceof array)
      return { [key]: Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString("base64") };
  }
  // Keys come from files too: one that looks like ours must not be taken for it.
  return Object.keys(one).some((key) => key.startsWith("$")) ? { $object: Object.entries(one) } : one;
}

const numberText = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/**
 * The value of {@link exactJson}'s text.
 *
 * @throws InputError for what is no JSON, and for a key with `$` that means nothing
 */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, one: unknown) => untagged(one));
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`no JSON: ${(cause as Error).message.slice(0, 120)}`, {}, { cause });
  }
}

function untagged(one: unknown): unknown {
  if (typeof one !== "object" || one === null || Array.isArray(one)) return one;
  const keys = Object.keys(one);
  const key = keys.find((name) => name.startsWith("$"));
  if (key === undefined) return one;
  const held = (one as Record<string, unknown>)[key];
  const value = keys.length === 1 ? heldValue(key, held) : undefined;
  if (value === undefined) throw new InputError(`the key ${JSON.stringify(key)} does not hold what it should`, { key });
  return value;
}

const NUMBERS: readonly string[] = ["NaN", "Infinity", "-Infinity", "-0"];

function heldValue(key: string, held: unknown): unknown {
  if (key === "$map") return isEntries(held) ? new Map(held) : undefined;
  if (key === "$object")
    return isEntries(held) && held.every(([k]) => typeof k === "string") ? Object.fromEntries(held) : undefined;
  if (typeof held !== "string") return undefined;
  if (key === "$bigint") return /^-?\d{1,40}$/.test(held) ? BigInt(held) : undefined;
  if (key === "$number") return NUMBERS.includes(held) ? Number(held) : undefined;
  if (!Object.hasOwn(ARRAYS, key)) return undefined;
  return arrayOf(ARRAYS[key as keyof typeof ARRAYS], held);
}

function isEntries(held: unknown): held is [unknown, unknown][] {
  return Array.isArray(held) && held.every((entry) => Array.isArray(entry) && entry.length === 2);
}

function arrayOf(array: (typeof ARRAYS)[keyof typeof ARRAYS], text: string) {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % array.BYTES_PER_ELEMENT !== 0 || bytes.toString("base64") !== text) return undefined;
  // A buffer of its own, since a view must begin at a multiple of its items' size.
  return new array(Uint8Array.from(bytes).buffer);
}
