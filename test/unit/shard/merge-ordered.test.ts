import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeOrdered } from "../../../src/ingest/shard/merge-ordered.js";

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe("mergeOrdered", () => {
  it("is a stable sort of all", async () => {
    const item = fc.record({ key: fc.nat(5), mark: fc.nat() });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(item)), async (lists) => {
        const sorted = lists.map((list) => list.toSorted((a, b) => a.key - b.key));
        const merged = [];
        for await (const one of mergeOrdered(sorted.map(from), (a, b) => a.key - b.key)) merged.push(one);
        expect(merged).toEqual(sorted.flat().sort((a, b) => a.key - b.key));
      }),
      { seed: 1 },
    );
  });

  it("closes its sources when it is left", async () => {
    let closed = 0;
    async function* source() {
      try {
        yield 1;
        yield 2;
      } finally {
        closed++;
      }
    }
    for await (const _ of mergeOrdered([source(), source()], (a, b) => a - b)) break;
    expect(closed).toBe(2);
  });
});
