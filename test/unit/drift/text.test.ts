import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { driftReport, driftTable, TextDriftSchema, textDrift, textLengths, tokens } from "../../../src/drift/index.js";

/** Texts of words whose frequencies fall as 1/rank, from a vocabulary of a size. */
function texts(n: number, seed: number, words: number, from = 0): string[] {
  const random = createRandom(seed);
  const word = (): number => from + Math.floor(Math.exp(random.uniform() * Math.log(words)));
  return Array.from({ length: n }, () => Array.from({ length: 5 + random.int(10) }, () => `w${word()}`).join(" "));
}

describe("tokens", () => {
  it("are words of any script, without case", () => {
    expect(tokens("Don't stop: Größe ÉTÉ 42x!")).toEqual(["don", "t", "stop", "größe", "été", "42x"]);
    expect(tokens("東京は 晴れ")).toEqual(["東", "京", "は", "晴", "れ"]);
    expect(tokens("ﬁne Ａ１")).toEqual(["fine", "a1"]);
    expect(tokens("नमस्ते दुनिया")).toEqual(["नमस्ते", "दुनिया"]);
    expect(tokens("… —")).toEqual([]);
  });
});

describe("textDrift", () => {
  const found = (reference: string[], current: (string | null)[]) =>
    textDrift({ note: reference }, { note: current }, { columns: ["note"], seed: 1 })[0];

  it("does not take the new words of any fresh sample for drift", () => {
    const same = found(texts(300, 1, 5000), texts(300, 2, 5000));
    expect(same.oov.value).toBeGreaterThan(0.1);
    expect(same.expected.value).toBeGreaterThan(same.oov.value!);
    expect(same.verdict).not.toBe("drift");
    expect(same.effect.lower).toBeLessThan(0);
    expect(() => TextDriftSchema.parse(same)).not.toThrow();
  });

  it("finds new words", () => {
    const current = texts(300, 2, 5000).map((text, i) => (i % 2 ? `${text} zyx zyx quux` : text));
    const drifted = found(texts(300, 1, 5000), current);
    expect(drifted.verdict).toBe("drift");
    expect(drifted.new_tokens.slice(0, 2)).toEqual([
      { token: "zyx", count: 300 },
      { token: "quux", count: 150 },
    ]);
  });

  it("takes missing texts, texts without words and few rows", () => {
    expect(found(texts(300, 1, 50), [null, "w1", "w2"])).toMatchObject({ n_current: 2, reason: "few_rows" });
    const empty = found(texts(300, 1, 50), Array(50).fill("…"));
    expect(empty).toMatchObject({ tokens_current: 0, oov: { value: null }, reason: "no_values" });
    const none = found(texts(300, 1, 50), []);
    expect(none.verdict).toBe("inconclusive");
    const one = Array(60).fill("hello");
    expect(found(one, one)).toMatchObject({ verdict: "stable", effect: { value: 0 }, test: { p: 1 } });
  });

  it("refuses a column that is no text", () => {
    expect(() => textDrift({ a: [1] }, { a: [1] }, { columns: ["a"] })).toThrow("column a holds no text");
    expect(() => textDrift({ a: [1] }, { a: [1] }, { columns: ["b"] })).toThrow("no text column b");
  });
});

describe("textLengths", () => {
  it("makes lengths in characters a feature", () => {
    const table = textLengths(driftTable({ note: ["ab", "🙂", null], n: [1, 2, 3] }), ["note"]);
    expect([...table.columns.keys()]).toEqual(["note:length", "n"]);
    expect(table.columns.get("note:length")).toEqual({ kind: "numeric", values: Float64Array.of(2, 1, Number.NaN) });
    const report = driftReport(
      textLengths(driftTable({ note: texts(200, 1, 50) }), ["note"]),
      textLengths(driftTable({ note: texts(200, 2, 50).map((text) => text + text) }), ["note"]),
    );
    expect(report.features[0]).toMatchObject({ feature: "note:length", kind: "numeric", verdict: "drift" });
  });
});
