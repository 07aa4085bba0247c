import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attributionDrift,
  brier,
  cbpe,
  delong,
  fitIsotonic,
  isotonicValues,
  kendallTau,
  mmd,
  ndcg,
  textDrift,
  tokens,
} from "../../src/drift/index.js";

const RUNS = { seed: 20261128, numRuns: 100 };
const score = fc.integer({ min: 0, max: 20 }).map((k) => k / 20);
/** Scores with outcomes of both classes, two rows of each at least. */
const scored = fc
  .array(fc.record({ score, came: fc.integer({ min: 0, max: 1 }) }), { minLength: 1, maxLength: 40 })
  .map((rows) => [...rows, ...[0, 0, 1, 1].map((came, i) => ({ score: i / 4, came }))])
  .map((rows) => ({ scores: rows.map((row) => row.score), came: rows.map((row) => row.came) }));

describe("delong", () => {
  it("turns round with the classes, and stays under maps that keep the order", () => {
    fc.assert(
      fc.property(scored, ({ scores, came }) => {
        const { auc, se } = delong(scores, came);
        const other = delong(
          scores,
          came.map((c) => 1 - c),
        );
        expect(auc + other.auc).toBeCloseTo(1, 12);
        expect(se).toBeCloseTo(other.se, 12);
        expect(
          delong(
            scores.map((s) => Math.exp(5 * s)),
            came,
          ).auc,
        ).toBeCloseTo(auc, 12);
        expect(auc).toBeGreaterThanOrEqual(0);
      }),
      RUNS,
    );
  });
});

describe("brier", () => {
  it("is the sum of its parts in any bins", () => {
    fc.assert(
      fc.property(
        scored,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom("mass", "width"),
        ({ scores, came }, bins, by) => {
          const { score, reliability, resolution, uncertainty, within } = brier(scores, came, { bins, by });
          expect(reliability! - resolution! + uncertainty! + within!).toBeCloseTo(score!, 12);
          for (const part of [reliability, resolution, uncertainty]) expect(part).toBeGreaterThanOrEqual(0);
        },
      ),
      RUNS,
    );
  });
});

describe("isotonic regression", () => {
  it("rises, keeps the mean, and leaves what rises already", () => {
    fc.assert(
      fc.property(scored, ({ scores, came }) => {
        const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
        const [x, y] = [Float64Array.from(order, (i) => scores[i]), Float64Array.from(order, (i) => came[i])];
        const values = isotonicValues(fitIsotonic(x, y), x);
        for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1] - 1e-12);
        const sum = (of: Float64Array): number => of.reduce((total, value) => total + value, 0);
        expect(sum(values)).toBeCloseTo(sum(y), 9);
        isotonicValues(fitIsotonic(x, values), x).forEach((value, i) => {
          expect(value).toBeCloseTo(values[i], 12);
        });
      }),
      RUNS,
    );
  });

  it("takes a weight as that many rows", () => {
    fc.assert(
      fc.property(scored, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), ({ scores, came }, stream) => {
        const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
        const weights = order.map(() => stream.next().value as number);
        weights[0] = 1;
        const repeated = order.flatMap((i, k) => Array<number>(weights[k]).fill(i));
        const take = (rows: readonly number[], of: readonly number[]) => Float64Array.from(rows, (i) => of[i]);
        const grid = Float64Array.from({ length: 21 }, (_, k) => k / 20);
        const weighted = fitIsotonic(take(order, scores), take(order, came), Float64Array.from(weights));
        const plain = fitIsotonic(take(repeated, scores), take(repeated, came));
        const expected = isotonicValues(plain, grid);
        isotonicValues(weighted, grid).forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i], 12);
        });
      }),
      RUNS,
    );
  });
});

describe("ranks", () => {
  it("agree with themselves, and tau is symmetric", () => {
    const values = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const n = Math.min(a.length, b.length);
        const [x, y] = [a.slice(0, n), b.slice(0, n)];
        expect(kendallTau(x, y)).toBe(kendallTau(y, x));
        if (kendallTau(x, x) !== null) expect(kendallTau(x, x)).toBeCloseTo(1, 12);
        if (ndcg(x, x) !== null) {
          expect(ndcg(x, x)).toBe(1);
          expect(ndcg(x, y)).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
      RUNS,
    );
  });
});

describe("whole tables", () => {
  const column = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 30, maxLength: 40 });

  it("have an MMD that is the same from either side", () => {
    fc.assert(
      fc.property(column, column, (a, b) => {
        const options = { permutations: 19 };
        const there = mmd({ x: a }, { x: b }, options);
        const back = mmd({ x: b }, { x: a }, options);
        if (there.mmd2 === null) expect(back.mmd2).toBeNull();
        else expect(back.mmd2).toBeCloseTo(there.mmd2, 9);
      }),
      { ...RUNS, numRuns: 30 },
    );
  });

  it("have attributions that know no scale, and no shift to themselves", () => {
    fc.assert(
      fc.property(column, (a) => {
        const table = { s_a: a, s_b: a.toReversed(), s_c: a.map((value) => value / 2 + 1) };
        const scaled = Object.fromEntries(
          Object.entries(table).map(([name, values]) => [name, values.map((v) => -8 * v)]),
        );
        const { effect } = attributionDrift(table, scaled, { prefix: "s_", replicates: 20 });
        expect(effect.value).toBeCloseTo(0, 12);
      }),
      { ...RUNS, numRuns: 30 },
    );
  });

  it("have estimates within 0 and 1, and intervals in order", () => {
    fc.assert(
      fc.property(scored, scored, (a, b) => {
        const side = ({ scores, came }: typeof a) => ({
          scores: Float64Array.from(scores),
          predicted: Float64Array.from(scores, (s) => Number(s >= 0.5)),
          came: Float64Array.from(came),
        });
        for (const { estimated, lower, upper } of cbpe(side(a), side(b), { replicates: 20 }).metrics) {
          for (const value of [estimated, lower, upper]) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
          expect(lower).toBeLessThanOrEqual(upper!);
        }
      }),
      { ...RUNS, numRuns: 50 },
    );
  });

  it("have no new words against themselves", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", maxLength: 30 }), { minLength: 30, maxLength: 40 }),
        (note) => {
          const [{ oov, vocabulary, verdict }] = textDrift({ note }, { note }, { columns: ["note"] });
          expect(oov.value ?? 0).toBe(0);
          expect(vocabulary).toBe(new Set(note.flatMap(tokens)).size);
          expect(verdict).not.toBe("drift");
        },
      ),
      { ...RUNS, numRuns: 50 },
    );
  });
});
