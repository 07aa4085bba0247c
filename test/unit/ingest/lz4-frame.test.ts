import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { decodeLz4Frame } from "../../../src/ingest/lz4-frame.js";

/** `b"fleetlens " * 500 + bytes(range(256)) * 3` as pyarrow 26's Codec("lz4") writes it. */
const FRAME = Buffer.from(
  "BCJNGGBAgi0BAACvZmxlZXRsZW5zIAoA/////////////////////////37/8QABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj9AQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2BhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCg4SFhoeIiYqLjI2Oj5CRkpOUlZaXmJmam5ydnp+goaKjpKWmp6ipqqusra6vsLGys7S1tre4ubq7vL2+v8DBwsPExcbHyMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8AAf/pUPv8/f7/AAAAAA==",
  "base64",
);
const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
const EXPECTED = Buffer.concat([Buffer.from("fleetlens ".repeat(500)), bytes, bytes, bytes]);

describe("decodeLz4Frame", () => {
  it("decodes what another program wrote", () => {
    expect(Buffer.from(decodeLz4Frame(FRAME)).equals(EXPECTED)).toBe(true);
  });

  it("decodes a stored block and a known size", () => {
    const stored = Buffer.from([
      4, 0x22, 0x4d, 0x18, 0x68, 0x40, 3, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0x80, 65, 66, 67, 0, 0, 0, 0,
    ]);
    expect(Buffer.from(decodeLz4Frame(stored)).toString()).toBe("ABC");
  });

  it("refuses what is no frame, and never reads or writes outside", () => {
    expect(() => decodeLz4Frame(new Uint8Array(20))).toThrow(InputError);
    for (let i = 7; i < FRAME.length - 1; i++) {
      const broken = Buffer.from(FRAME);
      broken[i] ^= 0xff;
      // Each either fails or gives some bytes; it may not hang, crash or grow without end.
      try {
        expect(decodeLz4Frame(broken).length).toBeLessThan(1 << 23);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
  });

  it("refuses a frame that claims more than 1 GiB", () => {
    const claim = Buffer.from([4, 0x22, 0x4d, 0x18, 0x68, 0x40, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(() => decodeLz4Frame(claim)).toThrow(/larger than 1 GiB/);
  });
});
