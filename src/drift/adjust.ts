import { benjaminiHochberg } from "../core/benjamini-hochberg.js";
import { InputError } from "../core/errors.js";
import { holm } from "../core/holm.js";
import { CORRECTIONS, type Correction } from "./types.js";

/**
 * p-values adjusted for there being many. Benjamini & Hochberg (1995, `bh`) and Benjamini & Yekutieli (2001, `by`, for
 * tests that depend on each other in any way) hold the share of false findings, Holm (1979, `holm`) the chance of any.
 *
 * @param p p-values in any order; NaN is no test, counts for nothing and stays NaN
 * @throws InputError for another method, and a p-value outside of 0 … 1
 * @example adjust([0.01, 0.04, 0.03], "bh") // [0.03, 0.04, 0.04]
 */
export function adjust(p: readonly number[], method: Correction): number[] {
  if (!CORRECTIONS.includes(method)) {
    throw new InputError(`method must be ${CORRECTIONS.join(", ")}, got ${method}`, { option: "method" });
  }
  const bad = p.findIndex((value) => !(Number.isNaN(value) || (value >= 0 && value <= 1)));
  if (bad >= 0) throw new InputError(`p[${bad}] is ${p[bad]}; p-values lie between 0 and 1`, { row: bad });
  if (method === "none") return [...p];
  if (method === "holm") return holm(p);
  const tested = p.filter((value) => !Number.isNaN(value));
  const harmonic = method === "by" ? tested.reduce((sum, _, i) => sum + 1 / (i + 1), 0) : 1;
  return [...benjaminiHochberg(p, tested.length * harmonic)];
}
