import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/core/random.js";
import { createKeyTable, halves } from "../../../../src/ingest/gc/plan/key-table.js";

const key = (high: number, low: number): bigint => (BigInt(high >>> 1) << 32n) | BigInt((low & ~3) >>> 0);
const find = (table: ReturnType<typeof createKeyTable>, keys: readonly bigint[]): number[] => {
  const found = new Int32Array(keys.length);
  table.find(BigInt64Array.from(keys), found);
  return [...found];
};

describe("a table of keys", () => {
  it("finds every key that was put in, whatever its flags, and no other, as a Map does", () => {
    for (let round = 0; round < 60; round++) {
      const random = createRandom(11).child(round);
      const n = 1 + random.int(300);
      // Few different bits, so that many keys share a slot, a half or all but one bit.
      const [highs, lows] = [1 + random.int(12), 1 + random.int(40)];
      const shift = random.int(31);
      const draw = () =>
        key((random.int(highs) << shift) | random.int(2), random.int(lows) * 4 * (1 << random.int(20)));
      const known = new Map<bigint, number>();
      for (let k = 0; k < 4 * n && known.size < n; k++) {
        const drawn = draw();
        if (!known.has(drawn)) known.set(drawn, known.size);
      }
      const keys = BigInt64Array.from(known.keys());
      const table = createKeyTable(known.size);
      const half = keys.length >>> 1;
      expect(table.add(keys.subarray(0, half), 0)).toBe(true);
      expect(table.add(keys.subarray(half), half)).toBe(true);
      for (const flags of [0n, 1n, 2n, 3n]) {
        expect(
          find(
            table,
            Array.from(keys, (k) => k + flags),
          ),
        ).toEqual([...known.values()]);
      }
      const others = Array.from({ length: 50 }, draw);
      expect(find(table, others)).toEqual(others.map((other) => known.get(other) ?? -1));
    }
  });

  it("tells when two objects have the same key", () => {
    const table = createKeyTable(3);
    expect(table.add(BigInt64Array.of(8n, 2n ** 62n), 0)).toBe(true);
    expect(table.add(BigInt64Array.of(2n ** 62n), 2)).toBe(false);
    expect(createKeyTable(2).add(BigInt64Array.of(0n, 0n), 0)).toBe(false);
  });

  it("tells keys apart that differ in one bit", () => {
    const keys = [0n, ...Array.from({ length: 61 }, (_, bit) => 4n << BigInt(bit))];
    for (const n of [keys.length, 1000, 70_000]) {
      const table = createKeyTable(n);
      expect(table.add(BigInt64Array.from(keys), 0)).toBe(true);
      expect(find(table, keys)).toEqual([...keys.keys()]);
    }
  });

  it("holds no object, one, or the last that its size allows", () => {
    expect(find(createKeyTable(0), [0n, 4n])).toEqual([-1, -1]);
    const table = createKeyTable(1 << 16);
    expect(table.add(BigInt64Array.of(2n ** 63n - 4n), (1 << 16) - 1)).toBe(true);
    expect(find(table, [2n ** 63n - 1n])).toEqual([(1 << 16) - 1]);
  });

  it("sees the halves of a number", () => {
    const { words, low, high } = halves(BigInt64Array.of(0n, (5n << 32n) | 7n));
    expect([words[2 + low], words[2 + high]]).toEqual([7, 5]);
  });
});
