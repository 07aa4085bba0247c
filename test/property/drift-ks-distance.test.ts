import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../src/core/random.js";
import { ksDistance } from "../../src/drift/ks-distance.js";

const RUNS = { seed: 20_261_127, numRuns: 40 };

/** The distance by sorting both samples, as the same quotient of whole numbers. */
function bySorting(a: Float64Array, b: Float64Array): number {
  const [s, t] = [a.slice().sort(), b.slice().sort()];
  const [n, m] = [s.length, t.length];
  let best = 0;
  for (let i = 0, j = 0; i < n || j < m; ) {
    const x = j === m || s[i] < t[j] ? s[i] : t[j];
    while (i < n && s[i] <= x) i++;
    while (j < m && t[j] <= x) j++;
    best = Math.max(best, Math.abs(i * m - j * n));
  }
  return best / (n * m);
}

const positive = (random: Random) => 1 - random.uniform();
const SHAPES: Record<string, (random: Random) => number> = {
  uniform: (random) => random.uniform(),
  normal: (random) => random.normal(),
  lognormal: (random) => Math.exp(random.normal()),
  "very skewed": (random) => Math.exp(25 * random.normal()),
  Cauchy: (random) => random.normal() / random.normal(),
  "all scales": (random) => (random.uniform() < 0.5 ? -1 : 1) * 10 ** (600 * random.uniform() - 300),
  "the whole axis": (random) => 1.7e308 * (2 * random.uniform() - 1),
  denormal: (random) => Number.MIN_VALUE * random.int(5000),
  integers: (random) => random.int(7),
  counts: (random) => random.int(60_000),
  "many zeros of both signs": (random) => [0, -0, 0, random.normal()][random.int(4)],
  "half at the least": (random) => Math.max(0, random.normal()),
  "nearly constant": (random) => (random.int(3000) === 0 ? random.normal() : 5),
  "far from zero": (random) => 1e9 + 1e-3 * random.normal(),
  "two clusters": (random) => (random.int(2) === 0 ? 1e-12 : 1e12) * (1 + 1e-6 * random.normal()),
  "huge outliers": (random) => (random.int(1000) === 0 ? 1e300 / positive(random) ** 0.01 : random.normal()),
};

describe("ksDistance", () => {
  it.each(Object.keys(SHAPES))("is that of sorting to the last bit: %s", (name) => {
    const sizes = fc.constantFrom([1, 1], [3, 5000], [700, 800], [1025, 1024], [6000, 6000], [40_000, 9001]);
    fc.assert(
      fc.property(fc.nat(1e9), sizes, fc.constantFrom(0, 0.02, 0.4), (seed, [n, m], shift) => {
        const random = createRandom(seed);
        const draw = (size: number) => Float64Array.from({ length: size }, () => SHAPES[name](random));
        const [a, b] = [draw(n), draw(m).map((x) => x * (1 + shift))];
        const before = a.slice();
        expect(ksDistance(a, b)).toBe(bySorting(a, b));
        expect(ksDistance(b, a)).toBe(bySorting(a, b));
        expect(a).toEqual(before);
      }),
      { ...RUNS, numRuns: 12 },
    );
  });

  it("is that of sorting for tiny samples full of ties", () => {
    const sample = fc.array(fc.constantFrom(-1, -0, 0, 1, 2, 1e308, -1e308, 5e-324), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(ksDistance(Float64Array.from(a), Float64Array.from(b))).toBe(
          bySorting(Float64Array.from(a), Float64Array.from(b)),
        );
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it("depends on ranks alone, and on no order of rows", () => {
    fc.assert(
      fc.property(fc.nat(1e9), (seed) => {
        const random = createRandom(seed);
        const a = Float64Array.from({ length: 9000 }, () => random.normal());
        const b = Float64Array.from({ length: 7000 }, () => 0.05 + random.normal());
        const d = ksDistance(a, b);
        // Exact in doubles, so no two values fall together.
        expect(
          ksDistance(
            a.map((x) => 4 * x),
            b.map((x) => 4 * x),
          ),
        ).toBe(d);
        expect(
          ksDistance(
            a.map((x) => -x),
            b.map((x) => -x),
          ),
        ).toBe(d);
        expect(ksDistance(a.slice().sort(), b.slice().reverse())).toBe(d);
      }),
      RUNS,
    );
  });

  it("is 0 for equal samples, 1 for apart ones, and nothing for an empty one", () => {
    const a = Float64Array.from({ length: 5000 }, (_, i) => i);
    expect(ksDistance(a, a)).toBe(0);
    expect(
      ksDistance(
        a,
        a.map((x) => x + 5000),
      ),
    ).toBe(1);
    expect(ksDistance(new Float64Array(3000).fill(2), new Float64Array(4000).fill(2))).toBe(0);
    expect(ksDistance(new Float64Array(3000).fill(2), new Float64Array(4000).fill(3))).toBe(1);
    expect(ksDistance(a, new Float64Array(0))).toBeNaN();
  });

  it("gives the golden values", () => {
    const x = Float64Array.from({ length: 10 }, (_, i) => i + 1);
    expect(
      ksDistance(
        x,
        x.map((v) => v + 2.5),
      ),
    ).toBe(0.3);
    const ties = [
      [1, 1, 2, 2, 3, 3, 4],
      [2, 2, 3, 3, 3, 4, 4, 5],
    ].map((v) => Float64Array.from(v));
    expect(ksDistance(ties[0], ties[1])).toBe(18 / 56);
    let s = 12_345;
    const u = () => {
      s = (Math.imul(1_664_525, s) + 1_013_904_223) >>> 0;
      return (s + 0.5) / 2 ** 32;
    };
    const reference = Float64Array.from({ length: 2000 }, () => 10 * u());
    const current = Float64Array.from({ length: 2000 }, () => 10 * u() ** 1.2);
    expect(ksDistance(reference, current)).toBe(0.0825);
  });
});
