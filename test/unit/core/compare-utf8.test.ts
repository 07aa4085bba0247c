import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareUtf8 } from "../../../src/core/compare-utf8.js";

describe("compareUtf8", () => {
  it("orders well-formed texts as their bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("puts characters beyond U+FFFF last, where UTF-16 would not", () => {
    expect(["\u{1f600}", "\uffee", "a"].sort(compareUtf8)).toEqual(["a", "\uffee", "\u{1f600}"]);
    expect("\u{1f600}" < "\uffee").toBe(true);
  });
});
