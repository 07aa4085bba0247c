import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { exactJson, parseExactJson } from "../../../src/ingest/shard/exact-json.js";

const key = fc.oneof(fc.string(), fc.constantFrom("__proto__", "$f64", "$map", "constructor", "$"));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(-0, NaN, Infinity, -Infinity, 5e-324)),
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
    ),
    fc.array(fc.double()).map((items) => Float64Array.from(items)),
    fc.array(fc.integer()).map((items) => Int32Array.from(items)),
    fc.array(fc.nat(255)).map((items) => Uint8Array.from(items)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
  ),
}));

describe("exactJson", () => {
  it("gives every value back exactly, on one line", () => {
    fc.assert(
      fc.property(value, (one) => {
        const text = exactJson(one);
        expect(text).not.toContain("\n");
        const back = parseExactJson(text);
        expect(isDeepStrictEqual(back, one)).toBe(true);
        expect(exactJson(back)).toBe(text);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it("keeps the bits of numbers in arrays, also of a part of a buffer", () => {
    const bits = new BigUint64Array([0x7ff0_0000_0000_0001n, 0x8000_0000_0000_0000n, 1n, 2n]);
    const part = new Float64Array(bits.buffer).subarray(1, 3);
    expect(parseExactJson(exactJson({ part }))).toStrictEqual({ part: Float64Array.of(-0, 5e-324) });
  });

  it("makes no prototypes of a file", () => {
    const back = parseExactJson('{"__proto__":{"polluted":1}}') as object;
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it.each([
    "{",
    '{"$f64":"AAAA"}',
    '{"$f64":"not base64!"}',
    '{"$f64":[1]}',
    '{"$i32":"AAAAAA=="}x',
    '{"$bigint":"1e3"}',
    '{"$number":"1"}',
    '{"$map":[[1]]}',
    '{"$object":[[1,2]]}',
    '{"$constructor":"x"}',
    '{"$f64":"","more":1}',
  ])("refuses %s", (text) => {
    expect(() => parseExactJson(text)).toThrow(InputError);
  });
});
