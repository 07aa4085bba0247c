import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom, type Random } from "../../../src/core/random.js";
import {
  compareColumns,
  delong,
  domainClassifier,
  EmbeddingDriftSchema,
  embeddingDrift,
  MultivariateDriftSchema,
  mmd,
  multivariateDrift,
} from "../../../src/drift/index.js";

type Columns = Record<string, Float64Array>;

/** Columns x0, x1, … of rows that a function makes. */
function drawn(n: number, seed: number, row: (random: Random) => number[], prefix = "x"): Columns {
  const random = createRandom(seed);
  const rows = Array.from({ length: n }, () => row(random));
  return Object.fromEntries(rows[0].map((_, c) => [`${prefix}${c}`, Float64Array.from(rows, (values) => values[c])]));
}

const pair =
  (rho: number) =>
  (random: Random): number[] => {
    const first = random.normal();
    return [first, rho * first + Math.sqrt(1 - rho * rho) * random.normal()];
  };

describe("delong", () => {
  it("gives perfect and useless scores their due", () => {
    expect(delong([1, 2, 3, 4], [0, 0, 1, 1])).toEqual({ auc: 1, se: 0, lower: 1, upper: 1 });
    expect(delong([5, 5, 5, 5], [0, 0, 1, 1])).toEqual({ auc: 0.5, se: 0, lower: 0.5, upper: 0.5 });
  });

  it("leaves out missing scores and refuses a class of one row", () => {
    expect(delong([1, Number.NaN, 3, 2, 4], [0, 1, 1, 0, 1]).auc).toBe(1);
    expect(() => delong([1, 2, 3], [0, 0, 1])).toThrow(InputError);
  });
});

describe("multivariateDrift", () => {
  it("sees a correlation flip that no column shows", () => {
    const [reference, current] = [drawn(600, 1, pair(0.7)), drawn(600, 2, pair(-0.7))];
    for (const name of ["x0", "x1"]) expect(compareColumns(reference[name], current[name]).verdict).not.toBe("drift");
    const found = multivariateDrift(reference, current, { seed: 3 });
    expect(found.classifier).toMatchObject({ classifier: "trees", verdict: "drift", n_reference: 600 });
    expect(found.classifier.effect.lower).toBeGreaterThan(0.7);
    expect(found.mmd.verdict).toBe("drift");
    expect(found.verdict).toBe("drift");
    expect(() => MultivariateDriftSchema.parse(found)).not.toThrow();
  });

  it("calls equal tables stable, and is the same for the same seed", () => {
    const [reference, current] = [drawn(2500, 4, pair(0.7)), drawn(2500, 5, pair(0.7))];
    const found = multivariateDrift(reference, current, { seed: 3 });
    expect(found.verdict).toBe("stable");
    expect(found.mmd.n_reference).toBe(2000);
    expect(multivariateDrift(reference, current, { seed: 3 })).toEqual(found);
    expect(structuredClone(found)).toEqual(found);
  }, 60_000);

  it("adjusts both p-values by Holm", () => {
    const { classifier, mmd: discrepancy } = multivariateDrift(drawn(100, 1, pair(0)), drawn(100, 2, pair(0)));
    const [small, large] = [classifier.test, discrepancy.test].sort((a, b) => a.p! - b.p!);
    expect(small.p_adjusted).toBeCloseTo(Math.min(1, 2 * small.p!), 12);
    expect(large.p_adjusted).toBeCloseTo(Math.max(small.p_adjusted!, large.p!), 12);
  });

  it("is inconclusive with few rows, no columns and constants", () => {
    const few = multivariateDrift(drawn(20, 1, pair(0)), drawn(400, 2, pair(0)));
    expect([few.classifier.reason, few.mmd.reason]).toEqual(["few_rows", "few_rows"]);
    expect(few.classifier.n_needed).toBe(524);
    expect(few.classifier.test.p).toBeNull();
    const [constant, other] = [{ a: new Float64Array(50) }, { b: new Float64Array(50) }];
    expect(multivariateDrift(constant, constant).verdict).toBe("inconclusive");
    expect(multivariateDrift(constant, constant).classifier.reason).toBe("no_values");
    expect(multivariateDrift(constant, other)).toMatchObject({ features: [], verdict: "inconclusive" });
    const missing = { a: new Float64Array(50).fill(Number.NaN) };
    expect(multivariateDrift(missing, missing).mmd.effect.value).toBeNull();
  });

  it("sees levels and missing values, and takes infinite ones as missing", () => {
    const random = createRandom(8);
    const side = (share: number, missing: number) => ({
      level: Array.from({ length: 400 }, () => (random.uniform() < share ? "a" : "b")),
      number: Array.from({ length: 400 }, () =>
        random.uniform() < missing ? (random.uniform() < 0.5 ? Number.POSITIVE_INFINITY : null) : random.normal(),
      ),
    });
    const levels = domainClassifier(side(0.3, 0), side(0.7, 0), { classifier: "logistic" });
    expect(levels).toMatchObject({ verdict: "drift", importance: [{ feature: "level" }, { feature: "number" }] });
    const gone = domainClassifier(side(0.5, 0.05), side(0.5, 0.5));
    expect(gone).toMatchObject({ verdict: "drift", importance: [{ feature: "number" }, { feature: "level" }] });
    expect(gone.importance.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("does not overflow", () => {
    const huge = (seed: number) => {
      const { x0, x1 } = drawn(100, seed, pair(0));
      return { a: x0.map((value) => value * 1e307), b: x1.map((value) => 1e-300 * value) };
    };
    expect(multivariateDrift(huge(1), huge(2)).mmd.mmd2).not.toBeNaN();
  });

  it("does not depend on the scale of columns", () => {
    const [reference, current] = [drawn(80, 1, pair(0)), drawn(80, 2, pair(0.5))];
    const scaled = ({ x0, x1 }: Columns) => ({ x0, x1: x1.map((value) => 1024 * value) });
    const plain = mmd(reference, current);
    const other = mmd(scaled(reference), scaled(current));
    expect(other.mmd2).toBeCloseTo(plain.mmd2!, 10);
    expect(other.test.p).toBe(plain.test.p);
  });

  it("refuses a feature that one side lacks", () => {
    expect(() => domainClassifier({ a: [1] }, { b: [1] }, { features: ["a"] })).toThrow("column a is not a column of");
  });

  it("has a p-value of 1 of a table against itself, and says how many rows would do", () => {
    const table = drawn(60, 1, pair(0));
    const found = mmd(table, table);
    expect(found.test.p).toBe(1);
    expect(found.mmd2).toBeLessThan(0);
    expect(found.effect.value).toBe(0);
    const unsure = domainClassifier(drawn(60, 1, pair(0)), drawn(60, 2, pair(0)));
    expect(unsure).toMatchObject({ verdict: "inconclusive", reason: "wide_interval", n_needed: 524 });
  });
});

describe("embeddingDrift", () => {
  const vectors = (shift: number) => (random: Random) =>
    Array.from({ length: 12 }, (_, c) => 1 + random.normal() + (c % 2 ? shift : 0));

  it("sees a small shift of many columns", () => {
    const found = embeddingDrift(drawn(400, 1, vectors(0), "e"), drawn(400, 2, vectors(0.4), "e"), { prefix: "e" });
    expect(found).toMatchObject({ dimensions: 12, verdict: "drift", classifier: { classifier: "logistic" } });
    expect(found.centroid_shift).toBeGreaterThan(0.01);
    expect(() => EmbeddingDriftSchema.parse(found)).not.toThrow();
  });

  it("leaves out rows with a missing dimension, and takes columns by their numbers", () => {
    const reference = drawn(400, 1, vectors(0), "e");
    reference.e3[0] = Number.NaN;
    const found = embeddingDrift({ ...reference, extra: reference.e1 }, drawn(400, 2, vectors(0), "e"), {
      prefix: "e",
    });
    expect(found.mmd).toMatchObject({ n_reference: 399, n_current: 400 });
    expect(found.dimensions).toBe(12);
    expect(found.centroid_shift).toBeLessThan(0.01);
  });

  it("takes vectors in a column as it takes a column a dimension", () => {
    const [a, b] = [drawn(60, 1, vectors(0), "e"), drawn(60, 2, vectors(0.4), "e")];
    const apart = (columns: Record<string, Float64Array>) => ({
      e: Array.from({ length: 60 }, (_, row) => Array.from({ length: 12 }, (_, c) => columns[`e${c}`][row])),
    });
    const found = embeddingDrift(apart(a), apart(b), { prefix: "e" });
    expect(found).toEqual(embeddingDrift(a, b, { prefix: "e" }));
    const typed = { e: apart(b).e.map((vector) => Float64Array.from(vector)) };
    expect(embeddingDrift(apart(a), typed, { prefix: "e" })).toEqual(found);
  });

  it.each([
    [[[1, 2], null], 'column "e" row 1 has no vector'],
    [[[1, 2], [1]], 'column "e" row 1 has 1 numbers, the first row 2'],
    [
      [
        [1, 2],
        [1, Number.NaN],
      ],
      'column "e" row 1 holds NaN at place 1',
    ],
    [[[1], [2]], "has 2 dimensions in the reference and 1 in the current table"],
  ])("refuses vectors %j", (e, message) => {
    const good = {
      e: [
        [1, 2],
        [2, 1],
      ],
    };
    expect(() => embeddingDrift(good, { e: e as number[][] }, { prefix: "e" })).toThrow(message);
  });

  it("refuses a prefix without columns", () => {
    expect(() => embeddingDrift({ a: [1] }, { a: [1] }, { prefix: "e" })).toThrow("no numeric columns e0, e1");
  });
});
