import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignSpans } from "../../src/backtest/score/align-spans.js";
import { assignSpans } from "../../src/backtest/score/assign-spans.js";
import { augmentSpans } from "../../src/backtest/score/augment-spans.js";
import { type Spans, spanDistance } from "../../src/backtest/score/spans.js";

/** Most pairs, then least distance, by trying everything. */
function bruteForce(rows: Spans, columns: Spans, tolerance: number, row = 0, used = 0): [pairs: number, total: number] {
  if (row === rows.start.length) return [0, 0];
  let best = bruteForce(rows, columns, tolerance, row + 1, used);
  for (let column = 0; column < columns.start.length; column++) {
    const distance = spanDistance(rows, row, columns, column);
    if (used & (1 << column) || distance > tolerance) continue;
    const [pairs, total] = bruteForce(rows, columns, tolerance, row + 1, used | (1 << column));
    if (pairs + 1 > best[0] || (pairs + 1 === best[0] && total + distance < best[1]))
      best = [pairs + 1, total + distance];
  }
  return best;
}

function worth(rows: Spans, columns: Spans, columnOf: Int32Array, tolerance: number): [pairs: number, total: number] {
  const taken = [...columnOf.entries()].filter(([, column]) => column >= 0);
  expect(new Set(taken.map(([, column]) => column)).size).toBe(taken.length);
  const distances = taken.map(([row, column]) => spanDistance(rows, row, columns, column));
  for (const distance of distances) expect(distance).toBeLessThanOrEqual(tolerance);
  return [taken.length, distances.reduce((sum, distance) => sum + distance, 0)];
}

const spans = (most: number, time: number, length: number) =>
  fc.array(fc.tuple(fc.nat(time), fc.nat(length)), { minLength: 1, maxLength: most }).map((list): Spans => {
    const sorted = list.map(([start, size]) => [start, start + size]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return { start: Float64Array.from(sorted, ([a]) => a), end: Float64Array.from(sorted, ([, b]) => b) };
  });

/** Spans of which none lies within another. */
const inSequence = (most: number, time: number, length: number) =>
  spans(most, time, length).map(({ start, end }) => ({ start, end: end.sort() }));

describe("pairing of spans", () => {
  it("is the best of all pairings, for spans of any shape", () => {
    fc.assert(
      fc.property(spans(5, 60, 40), spans(7, 60, 40), fc.nat(25), (a, b, tolerance) => {
        const [rows, columns] = a.start.length <= b.start.length ? [a, b] : [b, a];
        const best = bruteForce(rows, columns, tolerance);
        expect(worth(rows, columns, assignSpans(rows, columns, tolerance), tolerance)).toEqual(best);
        const none = new Int32Array(rows.start.length).fill(-1);
        expect(worth(rows, columns, augmentSpans(rows, columns, tolerance, none), tolerance)).toEqual(best);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it("gives the same worth by alignment as by augmenting paths where no span lies within another", () => {
    fc.assert(
      fc.property(inSequence(30, 400, 30), inSequence(30, 400, 30), fc.nat(60), (rows, columns, tolerance) => {
        const aligned = alignSpans(rows, columns, tolerance, 1e6) as Int32Array;
        const none = new Int32Array(rows.start.length).fill(-1);
        const augmented = augmentSpans(rows, columns, tolerance, none);
        expect(worth(rows, columns, aligned, tolerance)).toEqual(worth(rows, columns, augmented, tolerance));
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it("leaves a table that would be too large to the other method", () => {
    const crowd = { start: new Float64Array(5), end: new Float64Array(5).fill(9) };
    expect(alignSpans(crowd, crowd, 0, 24)).toBeNull();
    expect([...(alignSpans(crowd, crowd, 0, 25) as Int32Array)]).toEqual([0, 1, 2, 3, 4]);
  });
});
