import { benjaminiHochberg } from "../core/benjamini-hochberg.js";
import { holm } from "../core/holm.js";
import type { Correction } from "./types.js";

/**
 * p-values adjusted for there being many. Benjamini & Hochberg (1995, `bh`) and Benjamini & Yekutieli (2001, `by`, for
 * tests that depend on each other in any way) hold the share of false findings, Holm (1979, `holm`) the chance of any.
 *
 * @param p p-values in any order; NaN is no test, counts for nothing and stays NaN
 * @example adjust([0.01, 0.04, 0.03], "bh") // [0.03, 0.04, 0.04]
 */
export function adjust(p: readonly number[], method: Correction): number[] {
  if (method === "none") return [...p];
  if (method === "holm") return holm(p);
  const tested = p.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]));
  let tests = tested.length;
  if (method === "by") tests *= tested.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
  const values = benjaminiHochberg(
    tested.map((i) => p[i]),
    tests,
  );
  const adjusted = p.map(() => Number.NaN);
  for (const [place, i] of tested.entries()) adjusted[i] = values[place];
  return adjusted;
}
