import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unpackSnappy } from "../../../../src/ingest/gc/unpack-snappy.js";

const MOST = 1 << 20;

/** A literal, or a copy of what stands some bytes before. */
type Element = { bytes: Uint8Array } | { size: number; distance: number };

const little = (value: number, bytes: number) => Array.from({ length: bytes }, (_, k) => (value >>> (8 * k)) & 255);

/** Elements as the format has them, each in the shortest form that it fits, or in a longer one. */
function packed(elements: readonly Element[], length: number, longer: number): Uint8Array {
  const out: number[] = [];
  for (let rest = length; ; rest >>>= 7) {
    out.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  for (const element of elements) {
    if ("bytes" in element) {
      const last = element.bytes.length - 1;
      const bytes = Math.max(longer, last < 60 ? 0 : last < 256 ? 1 : 2);
      out.push((bytes === 0 ? last : 59 + bytes) << 2, ...little(last, bytes), ...element.bytes);
      continue;
    }
    const { size, distance } = element;
    if (longer === 0 && size >= 4 && size <= 11 && distance < 2048) {
      out.push(((distance >> 8) << 5) | ((size - 4) << 2) | 1, distance & 255);
    } else if (longer < 2 && distance < 65536) out.push(((size - 1) << 2) | 2, ...little(distance, 2));
    else out.push(((size - 1) << 2) | 3, ...little(distance, 4));
  }
  return Uint8Array.from(out);
}

/** What the elements mean, byte by byte; distances are taken modulo what there is. */
function meaning(elements: readonly Element[]): { elements: Element[]; bytes: number[] } {
  const bytes: number[] = [];
  const valid: Element[] = [];
  for (const element of elements) {
    if ("bytes" in element) {
      bytes.push(...element.bytes);
      valid.push(element);
    } else if (bytes.length > 0) {
      const distance = (element.distance % bytes.length) + 1;
      for (let k = 0; k < element.size; k++) bytes.push(bytes[bytes.length - distance]);
      valid.push({ size: element.size, distance });
    }
  }
  return { elements: valid, bytes };
}

const element = fc.oneof(
  fc.record({ bytes: fc.uint8Array({ minLength: 1, maxLength: 400 }) }),
  fc.record({ size: fc.integer({ min: 1, max: 64 }), distance: fc.nat(70_000) }),
);

describe("unpackSnappy", () => {
  it("gives back what literals and copies of every form mean", () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 30 }), fc.nat(3), (given, longer) => {
        const { elements, bytes } = meaning(given);
        expect([...unpackSnappy(packed(elements, bytes.length, longer), MOST)]).toEqual(bytes);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("gives the bytes or refuses, whatever the block", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (block) => {
        try {
          expect(unpackSnappy(block, 1000).length).toBeLessThanOrEqual(1000);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it.each<[string, number[], RegExp]>([
    ["nothing", [], /length overruns/],
    ["a length without end", [255, 255, 255, 255, 255, 1], /length overruns/],
    ["more than it may hold", [255, 255, 127], /more than a metadata file may have/],
    ["a literal beyond the end", [4, 3 << 2, 1, 2], /literal overruns/],
    ["a literal of more than the length", [1, 1 << 2, 1, 2], /literal overruns/],
    ["a copy of what is not there yet", [8, 0, 7, (3 << 2) | 2, 2, 0], /copy overruns/],
    ["a copy of itself", [8, 0, 7, (3 << 2) | 2, 0, 0], /copy overruns/],
    ["a copy without its distance", [8, 0, 7, (3 << 2) | 3, 1, 0], /element overruns/],
    ["less than its length", [3, 0, 7], /has 1 bytes instead of 3/],
  ])("refuses %s", (_what, block, message) => {
    expect(() => unpackSnappy(Uint8Array.from(block), MOST)).toThrow(message);
  });
});
