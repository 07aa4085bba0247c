import { describe, expect, it } from "vitest";
import { adjust } from "../../../src/drift/adjust.js";
import { categoricalStatistics } from "../../../src/drift/categorical-statistics.js";
import { fisher } from "../../../src/drift/fisher.js";
import { numericStatistics } from "../../../src/drift/numeric-statistics.js";
import { z } from "../../../src/drift/proportions-z.js";
import { psi } from "../../../src/drift/psi.js";
import golden from "../../golden/drift.golden.json" with { type: "json" };

type Found = Record<string, Record<string, number | null> | undefined>;

/** A draw of the reference and one of the current sample from a uniform one, as test/golden/drift.py makes them. */
const SHAPES: Record<string, [(u: number) => number, (u: number) => number]> = {
  uniform: [(u) => 10 * u, (u) => 10 * u],
  shifted: [(u) => 10 * u, (u) => 10 * u + 0.75],
  squares: [(u) => 100 * u * u, (u) => 110 * u * u],
  reciprocals: [(u) => 1 / u, (u) => 1 / u - 0.125],
  integers: [(u) => Math.floor(7 * u), (u) => Math.floor(6 * u * u) + 1],
  inflated: [(u) => (u < 0.3 ? 0 : 10 * u), (u) => (u < 0.25 ? 0 : 10 * u)],
  instants: [(u) => 1.75e9 + 86400 * u, (u) => 1.75e9 + 90000 * u],
};

function samples({ seed, n, m, shape }: (typeof golden.numeric)[number]): [Float64Array, Float64Array] {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const [a, b] = SHAPES[shape];
  return [Float64Array.from({ length: n }, () => a(uniform())), Float64Array.from({ length: m }, () => b(uniform()))];
}

/** 1e-9 of a statistic, 1e-8 of a p-value, as the contract has it. */
function expectSame(
  got: Found,
  wanted: Found,
  tolerance = (field: string): number => (field === "p" ? 1e-8 : 1e-9),
): void {
  for (const [name, fields] of Object.entries(wanted)) {
    for (const [field, value] of Object.entries(fields ?? {})) {
      const ours = got[name]?.[field];
      const place = `${name}.${field}`;
      if (value === null || typeof ours !== "number") expect(ours, place).toBe(value);
      else expect(Math.abs(ours - value), place).toBeLessThanOrEqual(tolerance(field) * Math.abs(value) + slack(place));
    }
  }
}

/** The tail of SciPy's Cramér-von Mises p-value is 1 less a sum of rounded terms. */
const slack = (place: string): number => (place === "cvm.p" ? 1e-14 : 0);

describe(`statistics of drift against SciPy ${golden.versions.scipy}`, () => {
  it.each(golden.numeric)("$n and $m $shape", (table) => {
    const [a, b] = samples(table);
    const found = {
      ...numericStatistics(a.slice().sort(), b.slice().sort()),
      psiEvidently: psi(a, b, { mode: "evidently" }),
    };
    const wanted: Found = { ...table.statistics };
    // SciPy gives degrees of freedom even where a variance is of one value.
    if (table.statistics.welch.statistic === null) wanted["welch"] = { statistic: null, p: null, dof: null };
    // Means of 1.75e9 are known to 2e-7 only, also to SciPy.
    const tolerance = table.shape === "instants" ? () => 1e-8 : undefined;
    expectSame(found as unknown as Found, wanted, tolerance);
  });

  it.each(golden.categorical)("levels %#", ({ counts, statistics }) => {
    const [a, b] = counts.map((side) => new Map(side.map((count, level) => [`level ${level}`, count])));
    const found = { ...categoricalStatistics(a, b), psiEvidently: psi(a, b, { mode: "evidently" }) };
    const [[x, restX], [y, restY]] = counts;
    const ofTwo = counts[0].length === 2 && {
      fisher: fisher([
        [x, restX],
        [y, restY],
      ]),
      z: z({ count: x, total: x + restX }, { count: y, total: y + restY }),
    };
    expectSame({ ...found, ...ofTwo } as unknown as Found, statistics as Found);
  });

  it.each(golden.adjusted)("adjusted p-values %#", ({ p, bh, by, holm }) => {
    const near = (got: number[], wanted: number[]): void =>
      got.forEach((value, i) => {
        expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(1e-12);
      });
    near(adjust(p, "bh"), bh);
    near(adjust(p, "by"), by);
    near(adjust(p, "holm"), holm);
    expect(adjust(p, "none")).toEqual(p);
  });
});
